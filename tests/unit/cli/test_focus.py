import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from edgewarden.cli.main import main
from tests.support.manifests import deployment, ingress_policy, write
from tests.support.repositories import BareRepository

BASE = {
    "workloads.yaml": "---\n".join(map(deployment, ("web", "api", "db"))),
    "db.yaml": ingress_policy("db", "db", "api", 5432),
}
OPENED = {
    **BASE,
    "more.yaml": ingress_policy("more", "db", "web", 5432),
    "api.yaml": ingress_policy("api", "api", "web", 80),
}


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, [*map(str, arguments)])


@pytest.fixture
def base(tmp_path: Path) -> Path:
    return write(tmp_path / "base", BASE)


@pytest.fixture
def opened(tmp_path: Path) -> Path:
    return write(tmp_path / "opened", OPENED)


def test_who_reaches_a_workload_is_one_command(base: Path) -> None:
    result = run("connectivity", base, "--to", "shop/db")

    assert result.exit_code == 0
    assert result.stdout.splitlines() == [
        "COMPLETE: 1 policy and 3 workloads: 1 connection to shop/db allowed.",
        "",
        "Allowed: 1 connection",
        "  shop/api → shop/db: TCP 5432",
    ]


def test_connectivity_can_be_asked_of_a_revision(base: Path, tmp_path: Path) -> None:
    repository = BareRepository.create(tmp_path / "shop.git")
    repository.commit("main", BASE)
    asked = ("--from", "shop/*", "--to", "shop/db", "--format", "json")

    by_revision = run("connectivity", "main", "--repo", repository.path, *asked).stdout
    assert by_revision == run("connectivity", base, *asked).stdout
    assert json.loads(by_revision)["scope"] == "from shop/* to shop/db"


def test_a_difference_is_restricted_to_what_is_asked(base: Path, opened: Path) -> None:
    whole = json.loads(run("diff", base, opened, "--format", "json").stdout)
    some = json.loads(
        run(
            "diff", base, opened, "--from", "shop/web", "--to", "shop/db", "--format", "json"
        ).stdout
    )

    assert (len(whole["added"]), whole["scope"]) == (1, "")
    assert whole["removed"] or whole["changed"]
    assert [(edge["src"], edge["dst"]) for edge in some["added"]] == [
        ("shop/web[Deployment]", "shop/db[Deployment]")
    ]
    assert some["removed"] == some["changed"] == []


def test_nothing_in_the_scope_is_not_nothing_at_all(base: Path, opened: Path) -> None:
    result = run("diff", base, opened, "--to", "shop/db", "--port", "80", "--exit-code")

    assert result.exit_code == 0
    assert result.stdout.startswith(
        "PASSES: of connections to shop/db on TCP 80, this change opens and closes nothing"
    )
    assert "Checklist" not in result.stdout
    assert run("diff", base, opened, "--exit-code").exit_code == 1


EVERYWHERE = {
    **OPENED,
    "db.yaml": ingress_policy("db", "db", "api", 5432).replace(
        "podSelector: {matchLabels: {app: api}}", "namespaceSelector: {}"
    ),
}


@pytest.mark.parametrize(
    ("options", "findings"),
    [
        ((), 1),
        (("--to", "shop/db"), 1),
        (("--from", "shop/web", "--to", "shop/db"), 1),
        (("--from", "shop/api", "--to", "shop/db"), 0),
        (("--from", "other/app=x", "--to", "shop/db"), 1),
        (("--to", "shop/api"), 0),
        (("--to", "shop/db", "--port", "80"), 0),
    ],
)
def test_findings_are_about_what_is_asked(
    base: Path, tmp_path: Path, options: tuple[str, ...], findings: int
) -> None:
    wide = write(tmp_path / "wide", EVERYWHERE)
    report = json.loads(run("diff", base, wide, *options, "--format", "json").stdout)

    assert len([each for each in report["findings"] if each["enforcement"] != "audit"]) == findings
    assert report["verdict"] == ("attention" if findings else "pass")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--to", "shop/dbb"), "did you mean shop/db[Deployment]?"),
        (("--from", "db"), "write namespace/name for a workload"),
        (("--from", "db"), "namespace/*, a network or internet as well"),
        (("--port", "http"), "no workload has a TCP port called http"),
        (("--port", "0"), "write a number from 1 to 65535"),
    ],
)
def test_what_cannot_be_meant_is_bad_input(
    base: Path, options: tuple[str, str], message: str
) -> None:
    for command in (("connectivity", base), ("diff", base, base)):
        result = run(*command, *options)
        assert result.exit_code == 2
        assert message in result.stderr


def chain(*, public: bool) -> dict[str, str]:
    """A database behind an api behind a web server, open to the internet or closed."""
    web = ingress_policy("web", "web", "nobody", 443)
    peers = "    - podSelector: {matchLabels: {app: nobody}}\n"
    assert peers in web
    opened = web.replace(peers, "    - ipBlock: {cidr: 0.0.0.0/0}\n")
    return {
        **BASE,
        "api.yaml": ingress_policy("api", "api", "web", 80),
        "web.yaml": opened if public else web,
    }


def test_paths_over_several_hops_are_told_where_they_are_asked_for(tmp_path: Path) -> None:
    base = write(tmp_path / "closed", chain(public=False))
    head = write(tmp_path / "public", chain(public=True))
    asked = ("diff", base, head, "--from", "internet", "--to", "shop/db")

    report = json.loads(run(*asked, "--hops", "3", "--format", "json").stdout)
    (path,) = report["paths"]["found"]
    assert path["stations"][1:] == [
        ["shop/web[Deployment]"],
        ["shop/api[Deployment]"],
        ["shop/db[Deployment]"],
    ]
    assert report["added"] == []
    assert run(*asked, "--hops", "3", "--exit-code").exit_code == 1
    assert run(*asked, "--hops", "2", "--exit-code").exit_code == 0


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--hops", "3"), "--hops needs --from and --to"),
        (("--hops", "3", "--to", "shop/db"), "--hops needs --from and --to"),
        (("--hops", "0", "--from", "internet", "--to", "shop/db"), "--hops"),
    ],
)
def test_paths_need_their_two_ends(base: Path, options: tuple[str, ...], message: str) -> None:
    result = run("diff", base, base, *options)

    assert result.exit_code == 2
    assert message in result.stderr
