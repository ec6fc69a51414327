"""Who answers for a policy, a file, a label or a type of policies, and which line says so."""

from collections.abc import Mapping

import pytest

from edgewarden.governance.ownership.owners import Claim, Owners
from edgewarden.governance.ownership.policy_type import PolicyType
from edgewarden.manifests.globs import Globs
from edgewarden.manifests.snapshot import Omission, Snapshot, SourceFile
from edgewarden.reachability.labels import LabelSelector
from edgewarden.reachability.location import Location
from edgewarden.reachability.model import Namespace, NetworkPolicy
from edgewarden.workflows.ownership import read_owners
from tests.support.ownership import claim

SHOP = Namespace("shop", {}, Location("shop/ns.yaml", 1), {"example.com/owner": "shop-team"})


def policy(path: str = "shop/web.yaml", **annotations: str) -> NetworkPolicy:
    place = Location(path, 1)
    return NetworkPolicy(
        "shop", "web", LabelSelector(), frozenset(), (), (), place, annotations=annotations
    )


def owners(files: Mapping[str, str | Omission], *claims: Claim) -> Owners:
    sources = (
        SourceFile(path, None, each)
        if isinstance(each, Omission)
        else SourceFile(path, each.encode())
        for path, each in files.items()
    )
    return read_owners(Snapshot((), ownership=tuple(sources)), claims)


CODE = "/shop/ @acme/shop\n"
TREE = "approvers: [ada]\n"


def told(found: Owners, asked: NetworkPolicy, namespace: Namespace | None = None) -> str:
    return str(found.of_policy(asked, namespace))


def test_what_stands_on_the_policy_counts_first_and_owners_files_last() -> None:
    by_path = claim("by-path", 4, paths=Globs(("shop",)))
    by_name = claim("by-name", 9, namespaces=frozenset({"shop"}))
    everything = owners({"CODEOWNERS": CODE, "shop/OWNERS": TREE}, by_path, by_name)
    written = policy(**{"example.com/team": "web-team"})
    assert told(everything, written, SHOP) == "web-team (shop/web.yaml:1)"
    assert told(everything, policy(), SHOP) == "shop-team (shop/ns.yaml:1)"
    assert told(everything, policy()) == "by-name (.edgewarden.yaml:9)"
    assert told(owners({"CODEOWNERS": CODE}, by_path), policy()) == "by-path (.edgewarden.yaml:4)"
    assert (
        told(owners({"CODEOWNERS": CODE, "shop/OWNERS": TREE}), policy())
        == "@acme/shop (CODEOWNERS:1)"
    )
    assert (
        told(owners({"CODEOWNERS": "/x @x", "shop/OWNERS": TREE}), policy())
        == "ada (shop/OWNERS:1)"
    )
    assert owners({}).of_policy(policy(), None) is None


def test_of_several_claims_on_a_path_the_last_one_counts() -> None:
    both = (claim("a", 1, paths=Globs(("shop",))), claim("b", 2, paths=Globs(("**/web.yaml",))))
    assert told(owners({}, *both), policy()) == "b (.edgewarden.yaml:2)"
    assert told(owners({}, *both[::-1]), policy()) == "a (.edgewarden.yaml:1)"


def test_the_first_place_of_a_code_owners_file_counts() -> None:
    github, gitlab = ".github/CODEOWNERS", ".gitlab/CODEOWNERS"
    others = {"docs/CODEOWNERS": "* @docs", gitlab: "* @lab"}
    hub = owners({**others, "CODEOWNERS": "* @root", github: "* @hub"})
    assert told(hub, policy()) == "@hub (.github/CODEOWNERS:1)"
    assert told(owners(others), policy()) == "@docs (docs/CODEOWNERS:1)"


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("x.yaml", "root (OWNERS:3)"),
        ("a/x.yaml", "root (OWNERS:3)"),
        ("a/b/x.yaml", "bob, eve (a/b/OWNERS:1)"),
        ("a/b/c/x.yaml", "bob, eve (a/b/OWNERS:1)"),
        ("closed/x.yaml", "None"),
        ("reviewed/x.yaml", "rev (reviewed/OWNERS:1)"),
        ("filtered/a/x.yaml", "yam (filtered/OWNERS:2)"),
        ("filtered/x.json", "root (OWNERS:3)"),
    ],
)
def test_the_nearest_owners_file_that_names_approvers_counts(path: str, expected: str) -> None:
    found = owners(
        {
            "OWNERS": "# all\napprovers:\n- root\n",
            "a/b/OWNERS": "approvers: [SIG-Net]\nreviewers: [rev]\n",
            "closed/OWNERS": "options: {no_parent_owners: true}\n",
            "reviewed/OWNERS": "reviewers: [rev]\noptions: {no_parent_owners: true}\n",
            "filtered/OWNERS": r"""filters:
  "\\.ya?ml$": {approvers: [yam]}
  "(": {approvers: [no]}
""",
            "OWNERS_ALIASES": "aliases: {sig-net: [bob, eve]}\n",
        }
    )
    assert str(found.of_path(path)) == expected


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        ("{[", "cannot be read (line 1: This is not YAML: while parsing a flow node"),
        ("- a\n", "holds no mapping"),
        ("#" * 256_001, "is larger than 256 kB"),
        ("[" * 5_000, "cannot be read (line 1: "),
        (Omission.TOO_LARGE, "is too large"),
        (Omission.NOT_A_MANIFEST, "was not read"),
    ],
)
def test_a_file_that_is_not_known_leaves_open_who_answers(
    content: str | Omission, fault: str
) -> None:
    found = owners({"OWNERS": TREE, "shop/OWNERS": content}).of_path("shop/web.yaml")
    assert found is not None
    assert not found.owners
    assert str(found.location) == "shop/OWNERS:1"
    assert found.fault.startswith(fault)


def test_a_code_owners_file_that_is_not_known_leaves_it_open_unless_another_says_it() -> None:
    large = Omission.TOO_LARGE
    found = owners({"CODEOWNERS": large}).of_path("a")
    assert found is not None
    assert found.fault == "is too large"
    assert str(owners({"CODEOWNERS": large, "OWNERS": TREE}).of_path("a")) == "ada (OWNERS:1)"


def test_types_of_policies_and_labels_may_belong_to_several_teams() -> None:
    found = owners(
        {},
        claim("platform", 1, labels=("zone.example/",), policy_types=frozenset({PolicyType.DNS})),
        claim("net", 2, labels=("zone.example/tier",), policy_types=frozenset({PolicyType.DNS})),
    )
    assert [each.owners for each in found.of_label("zone.example/tier")] == [
        ("platform",),
        ("net",),
    ]
    assert [each.owners for each in found.of_label("zone.example/tier-2")] == [("platform",)]
    assert not found.of_label("zone.example.com/tier")
    assert [each.owners for each in found.of_policy_type(PolicyType.DNS)] == [
        ("platform",),
        ("net",),
    ]
    assert not found.of_policy_type(PolicyType.MONITORING)
