"""What CI rendered of commits, over HTTP: who may say it, what is kept, what is refused."""

import gzip

import pytest
from werkzeug.test import TestResponse

from edgewarden.manifests.uploads.cleaning import cleaned
from edgewarden.manifests.uploads.document import read_document
from edgewarden.workflows.ports import ChangeRef, Role, UploadPlace
from tests.support.live_objects import SECRET
from tests.support.manifest_trees import policy_named
from tests.support.web import HEAD, REPOSITORY, Web
from tests.unit.reporting import situations

COMMITS = "/api/v1/commits"
PROBLEM = "application/problem+json"
BASE = "b" * 40
POLICY = policy_named("web")
RENDERED = f"""\
apiVersion: v1
kind: Secret
metadata: {{name: s, namespace: shop}}
stringData: {{password: {SECRET}}}
---
{POLICY}"""


class Api:
    """The API as one person sees it."""

    def __init__(self, *roles: Role, web: Web | None = None) -> None:
        self.web = web or Web()
        self.headers = {
            "Authorization": f"Bearer {self.web.token(*roles, handle='-'.join(roles))}",
            "Content-Type": "application/yaml",
        }

    def push(
        self,
        body: str | bytes = RENDERED,
        commit: str = HEAD,
        *,
        forge: str = "memory",
        repository: str = REPOSITORY,
        cluster: str = "prod",
        branch: str = "",
        **headers: str,
    ) -> TestResponse:
        return self.web.client.put(
            f"{COMMITS}/{commit}/clusters/{cluster}/manifests",
            data=body,
            query_string={
                "forge": forge,
                "repository": repository,
                **({"branch": branch} if branch else {}),
            },
            headers={**self.headers, **headers},
        )

    def listed(
        self, commit: str = HEAD, *, forge: str = "memory", repository: str = REPOSITORY
    ) -> TestResponse:
        return self.web.client.get(
            f"{COMMITS}/{commit}/clusters",
            query_string={"forge": forge, "repository": repository},
            headers=self.headers,
        )

    def document(self, commit: str = HEAD, cluster: str = "prod") -> bytes | None:
        with self.web.store.begin() as transaction:
            place = UploadPlace("memory", REPOSITORY, commit, cluster)
            return transaction.uploads.document(place)


@pytest.fixture
def operator() -> Api:
    return Api(Role.OPERATOR)


def told(answer: TestResponse, status: int) -> str:
    assert (answer.status_code, answer.content_type) == (status, PROBLEM), answer.text
    return str(answer.get_json()["detail"])


# --- who may --------------------------------------------------------------------------------------


def test_a_renderer_hands_in_and_reads_nothing() -> None:
    renderer = Api(Role.RENDERER)
    assert renderer.push().status_code == 201
    assert "role reader" in told(renderer.listed(), 403)


def test_a_renderer_replaces_nothing() -> None:
    """Whoever rewrites a pipeline could have a change compared with itself."""
    renderer = Api(Role.RENDERER)
    renderer.push()
    before = renderer.document()

    assert "role operator" in told(renderer.push(policy_named("api")), 403)
    assert renderer.document() == before


def test_what_lies_in_a_cluster_hands_in_no_manifests() -> None:
    collector = Api(Role.COLLECTOR)
    assert "role renderer" in told(collector.push(), 403)
    assert collector.document() is None


def test_a_reader_reads_and_hands_in_nothing() -> None:
    web = Web()
    Api(Role.RENDERER, web=web).push()
    reader = Api(Role.READER, web=web)
    assert [each["cluster"] for each in reader.listed().get_json()["clusters"]] == ["prod"]
    assert "role renderer" in told(reader.push(), 403)


def test_strangers_are_told_nothing(operator: Api) -> None:
    operator.headers["Authorization"] = "Bearer ew_wrong"
    for answer in (operator.push(), operator.listed()):
        assert answer.status_code == 401


# --- what is kept ---------------------------------------------------------------------------------


def test_what_a_renderer_prints_is_cleaned_before_it_is_kept(operator: Api) -> None:
    answer = operator.push(branch="main")

    assert answer.status_code == 201
    assert answer.get_json() | {"digest": ""} == {
        "cluster": "prod",
        "commit": HEAD,
        "digest": "",
        "branch": "main",
        "received_at": "2026-11-23T09:30:00Z",
        "actor": "operator",
        "counts": {"NetworkPolicy": 1},
        "replaced": "",
        "outcome": "first",
        "dropped": {"Secret": 1},
        "wanted": 0,
    }
    document = operator.document()
    assert document is not None
    assert SECRET.encode() not in document
    assert list(read_document(document).files) == ["manifests.yaml"]


def test_a_cleaned_document_of_several_files_is_taken_as_it_is(operator: Api) -> None:
    upload, _ = cleaned({"a/x.yaml": RENDERED.encode(), "b.yaml": POLICY.encode()})

    answer = operator.push(upload.document, **{"Content-Type": "application/json"})

    assert answer.get_json()["digest"] == upload.digest
    assert operator.document() == upload.document


def test_handing_in_the_same_again_changes_nothing(operator: Api) -> None:
    first = operator.push().get_json()
    again = operator.push(f"{RENDERED}---\n".replace(SECRET, "other"))
    assert again.status_code == 200
    assert again.get_json() == first | {"outcome": "unchanged"}


def test_something_else_takes_its_place_and_that_is_recorded(operator: Api) -> None:
    first = operator.push(branch="main").get_json()
    other = Api(Role.ADMIN, web=operator.web).push(policy_named("api")).get_json()

    (listed,) = operator.listed().get_json()["clusters"]
    assert other["outcome"] == "replaced"
    assert (listed["actor"], listed["replaced"]) == ("admin", first["digest"])
    assert (listed["digest"], listed["branch"]) == (other["digest"], "main")


def test_each_commit_and_cluster_has_its_own(operator: Api) -> None:
    operator.push()
    operator.push(cluster="dev")
    operator.push(commit=BASE)
    clusters = [each["cluster"] for each in operator.listed().get_json()["clusters"]]
    assert clusters == ["dev", "prod"]
    assert operator.listed("c" * 40).get_json() == {"clusters": []}


def test_a_packed_body_is_taken(operator: Api) -> None:
    answer = operator.push(gzip.compress(RENDERED.encode()), **{"Content-Encoding": "gzip"})
    assert answer.status_code == 201


# --- what becomes wanted --------------------------------------------------------------------------


def test_the_open_change_whose_head_it_is_is_reviewed_again(operator: Api) -> None:
    web = operator.web
    change = web.want()
    web.answer(change, situations.the_shop())

    assert operator.push(commit=BASE).get_json()["wanted"] == 0
    assert operator.push().get_json()["wanted"] == 1
    assert operator.push().get_json()["wanted"] == 0
    assert web.queue.reviews == [change.id]

    with web.store.begin() as transaction:
        found = transaction.changes.by_ref(ChangeRef("memory", REPOSITORY, "7"))
    assert found is not None
    assert (found.wanted, found.done, found.head) == (2, 1, HEAD)


# --- what is refused ------------------------------------------------------------------------------


@pytest.mark.parametrize("commit", [HEAD[:-1], HEAD.upper(), "main", "g" * 40, "a" * 41])
def test_only_a_whole_commit_id_names_a_commit(operator: Api, commit: str) -> None:
    assert "git rev-parse HEAD" in told(operator.push(commit=commit), 422)
    assert "git rev-parse HEAD" in told(operator.listed(commit), 422)


@pytest.mark.parametrize(("forge", "repository"), [("memory", "team/other"), ("other", REPOSITORY)])
def test_a_repository_that_is_not_governed_is_not_known(
    operator: Api, forge: str, repository: str
) -> None:
    for answer in (
        operator.push(forge=forge, repository=repository),
        operator.listed(forge=forge, repository=repository),
    ):
        assert f"{repository} on {forge} is not governed" in told(answer, 404)


def test_a_cluster_that_no_configuration_can_name_is_refused(operator: Api) -> None:
    assert "letters, digits" in told(operator.push(cluster="-"), 422)


@pytest.mark.parametrize("branch", ["refs/heads/main", "a" * 256, "a\nb"])
def test_what_is_no_branch_is_refused(operator: Api, branch: str) -> None:
    assert "A branch is named" in told(operator.push(branch=branch), 422)


def test_what_cannot_be_read_is_refused_with_its_line_and_nothing_is_kept(operator: Api) -> None:
    assert "manifests.yaml:11: This is not YAML" in told(operator.push(f"{RENDERED}---\na: ["), 422)
    assert operator.document() is None


def test_another_type_of_body_is_refused(operator: Api) -> None:
    answer = operator.push(**{"Content-Type": "application/x-tar"})
    assert "application/yaml" in told(answer, 415)
    answer = operator.push(**{"Content-Type": "application/json"})
    assert "no document of rendered manifests" in told(answer, 422)


@pytest.mark.parametrize("packed", [False, True])
def test_too_much_is_refused_and_says_what_to_do(packed: bool) -> None:
    api = Api(Role.OPERATOR, web=Web(upload_limit=1024))
    body = b"#" * 2000
    answer = (
        api.push(gzip.compress(body), **{"Content-Encoding": "gzip"}) if packed else api.push(body)
    )
    assert "EDGEWARDEN_UPLOAD_LIMIT" in told(answer, 413)
