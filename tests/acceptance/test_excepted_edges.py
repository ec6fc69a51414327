"""Which exceptions a review shows as covering what it opens, and that none improves it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from tests.acceptance.scene import Scene, scene
from tests.support.described_api import EXCEPTIONS, DescribedApi
from tests.support.git_http import serving
from tests.support.manifests import deployment, ingress_policy
from tests.support.repositories import BareRepository
from tests.support.running_service import eventually

REPOSITORY = "team/shop"
CLUSTER = '{"ip_block_matches_pods": "never"}'
WORKLOADS = "---\n".join(
    [
        *(deployment(name) for name in ("api", "web", "db")),
        deployment("nightly", "reports"),
    ]
)
BASE = {"workloads.yaml": WORKLOADS, "db.yaml": ingress_policy("db", "db", "api", 5432)}
HEAD = {
    **BASE,
    "db.yaml": f"""{BASE["db.yaml"]}\
  - from:
    - namespaceSelector: {{matchLabels: {{kubernetes.io/metadata.name: reports}}}}
      podSelector: {{matchLabels: {{app: nightly}}}}
    ports:
    - {{protocol: TCP, port: 5432}}
  - from:
    - podSelector: {{matchLabels: {{app: web}}}}
    ports:
    - {{protocol: TCP, port: 5432}}
    - {{protocol: TCP, port: 9187}}
  - from:
    - ipBlock: {{cidr: 0.0.0.0/0}}
    ports:
    - {{protocol: TCP, port: 8080}}
""",
}
DB = {"namespace": "shop", "podSelector": {"matchLabels": {"app": "db"}}}
WEB = {"namespace": "shop", "podSelector": {"matchLabels": {"app": "web"}}}
NIGHTLY = {"namespace": "reports", "podSelector": {"matchLabels": {"app": "nightly"}}}
ALL_OF_WEB: dict[str, Any] = {"source": WEB, "ports": {"TCP": [5432, 9187]}}


@dataclass(frozen=True, slots=True)
class Shown:
    """What a pull request shows once it is reviewed."""

    comment: str
    page: str
    text: str
    state: str
    description: str

    @property
    def plain(self) -> str:
        """The comment without marks of Markdown, commit ids and the line at its end."""
        text = re.sub(r"[0-9a-f]{40}", "COMMIT", re.sub(r"[\\`]", "", self.comment))
        return text.partition("<sub>")[0]

    def excepted(self, source: str) -> list[str]:
        """The notes on edges of that source in the comment, such as ``EXC-1, 9 days left``."""
        return [
            note
            for row in self.plain.splitlines()
            if row.startswith(f"| {source} ")
            for note in re.findall(r"<br>excepted by (EXC-\d+, [\w ]+ left)", row)
        ]


@dataclass(frozen=True, slots=True)
class Reviews:
    """The same change before there were any exceptions, and after."""

    before: Shown
    after: Shown
    numbers: dict[str, str]


def date(days: int) -> str:
    return (datetime.now(UTC) + timedelta(days=days)).date().isoformat()


def grant(api: DescribedApi, **terms: Any) -> str:
    """Grant an exception to the database's port, or on other terms; its name comes back."""
    granted = api.granted(
        {
            "reason": "Agreed until the migration ends.",
            "owner": "payments",
            "ticket": "NET-42",
            "test": "make connectivity-test CASE=db",
            "destination": DB,
            "ports": {"TCP": [5432]},
            "expires_at": date(9),
            **terms,
        }
    )
    return str(granted["name"])


def register_all(api: DescribedApi) -> dict[str, str]:
    soon = datetime.now(UTC) + timedelta(seconds=1)
    numbers = {
        "covering": grant(api, source=NIGHTLY),
        "wide": grant(api, source={"cidr": "0.0.0.0/0"}, ports={"TCP": [[1, 65535]]}),
        "other port": grant(api, source=NIGHTLY, ports={"TCP": [5433], "UDP": [5432]}),
        "part of the ports": grant(api, source=WEB),
        "part of the addresses": grant(api, source={"cidr": "0.0.0.0/1"}, ports={"TCP": [8080]}),
        "other way round": grant(api, source=DB, destination=NIGHTLY),
        "expired": grant(api, **ALL_OF_WEB, expires_at=soon.isoformat()),
        "revoked": grant(api, **ALL_OF_WEB),
        "later": grant(api, **ALL_OF_WEB, starts_at=date(1)),
    }
    revoked = numbers["revoked"].removeprefix("EXC-")
    answer = api.post({"reason": "not needed"}, f"{EXCEPTIONS}/{revoked}/revoke")
    assert answer.json()["state"] == "revoked"
    expired = numbers["expired"].removeprefix("EXC-")
    eventually(lambda: api.get(f"{EXCEPTIONS}/{expired}").json()["state"] == "expired")
    return numbers


def shown(here: Scene, number: int, base: str, head: str) -> Shown:
    here.open(REPOSITORY, number, base=base, head=head)
    comment = here.reviewed(REPOSITORY, number, head)
    status = here.final_status(REPOSITORY, head)
    page = here.page(REPOSITORY, str(number)).text
    text = here.page(REPOSITORY, str(number), "text/plain").text
    return Shown(comment, page, text, status["state"], status["description"])


@pytest.fixture(scope="module")
def reviews(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reviews]:
    root = tmp_path_factory.mktemp("excepted")
    repository = BareRepository.create(root / "git" / "shop.git")
    base = repository.commit("main", BASE)
    first = repository.commit("first", HEAD, base, message="Open the database")
    again = repository.commit("again", HEAD, base, message="Open the database again")
    repository.pull_request(7, first)
    repository.pull_request(8, again)
    with serving(root / "git") as git:
        governed = {"forge": "github", "name": REPOSITORY, "clone": f"{git.address}/shop.git"}
        with scene(root, [governed], {"CLUSTER": CLUSTER}) as here:
            with httpx.Client(base_url=here.service.address, timeout=30) as http:
                before = shown(here, 7, base, first)
                numbers = register_all(DescribedApi(http, here.token("ada", "operator")))
            yield Reviews(before, shown(here, 8, base, again), numbers)


def test_an_edge_that_lies_within_an_active_exception_is_shown_with_it(reviews: Reviews) -> None:
    note = f"{reviews.numbers['covering']}, 9 days left"
    assert reviews.before.excepted("reports/nightly") == []
    assert reviews.after.excepted("reports/nightly") == [note]
    for place in (reviews.after.page, reviews.after.text):
        assert f"excepted by {note}" in place


def test_addresses_within_an_excepted_block_are_shown_with_it(reviews: Reviews) -> None:
    note = f"{reviews.numbers['wide']}, 9 days left"
    assert reviews.after.excepted("any IPv4 address") == [note]


def test_what_covers_a_part_or_at_another_time_is_not_shown(reviews: Reviews) -> None:
    assert reviews.after.excepted("shop/web") == []
    for kind, number in reviews.numbers.items():
        shown_in = [
            re.search(rf"{number}\b", place) is not None
            for place in (reviews.after.comment, reviews.after.page, reviews.after.text)
        ]
        assert shown_in == [kind in ("covering", "wide")] * 3, kind


def test_an_exception_adds_its_notes_and_improves_nothing(reviews: Reviews) -> None:
    before, after = reviews.before, reviews.after
    assert "Needs attention" in before.comment
    assert (after.state, after.description) == (before.state, before.description)
    without_notes = re.sub(r"<br>excepted by EXC-\d+, 9 days left", "", after.plain)
    without_section = re.sub(r"#### Exceptions.*?(?=####)", "", without_notes, flags=re.DOTALL)
    assert without_section == before.plain
