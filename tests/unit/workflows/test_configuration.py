"""What ``.edgewarden.yaml`` says, and where it cannot be taken at its word."""

import json
import re
from dataclasses import replace
from ipaddress import ip_network
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from edgewarden.governance.ownership.policy_type import PolicyType
from edgewarden.manifests.division import FIXTURES, Area
from edgewarden.manifests.globs import Globs
from edgewarden.manifests.releases import Release
from edgewarden.manifests.snapshot import Omission
from edgewarden.reachability.labels import LabelSelector
from edgewarden.reachability.location import Location, ProblemKind
from edgewarden.reachability.model import AddressMatch, Applier, PlatformPods
from edgewarden.workflows.configuration.claims import ProfileClaims
from edgewarden.workflows.configuration.configuration import (
    NO_CONFIGURATION,
    ClusterConfiguration,
    Configuration,
    ConfigurationError,
)
from edgewarden.workflows.configuration.governance_terms import OwnerTerms
from edgewarden.workflows.configuration.schema import (
    ChartTerms,
    ClusterTerms,
    ConfigurationTerms,
    configuration_schema,
)
from edgewarden.workflows.configuration.terms import ProfileTerms
from edgewarden.workflows.configuration.tree_configuration import (
    configuration_of,
    usable_configuration,
)
from tests.support.manifest_trees import tree
from tests.support.ownership import claim

DOCS = Path(__file__).parents[3] / "docs"


def read(content: str | bytes | Omission) -> Configuration:
    return configuration_of(tree({".edgewarden.yaml": content}))


def faults(content: str | bytes | Omission) -> list[str]:
    """What is wrong, each in a line that begins with the place."""
    with pytest.raises(ConfigurationError) as caught:
        read(content)
    return str(caught.value).splitlines()


def fault(content: str | bytes | Omission) -> str:
    (line,) = faults(content)
    return line


def test_a_tree_without_the_file_is_one_cluster_of_which_nothing_is_known() -> None:
    assert configuration_of(tree({"a/.edgewarden.yaml": "version: 1\n"})) == NO_CONFIGURATION


def test_a_file_that_says_nothing_changes_nothing() -> None:
    (cluster,) = read("version: 1\n").clusters
    assert (replace(cluster, location=None),) == NO_CONFIGURATION.clusters


def test_everything_that_can_be_said_is_taken() -> None:
    configuration = read(
        """
        version: 1
        exclude: [examples]
        profile: {cni: Calico, prunes: false}
        clusters:
        - name: prod
          paths: [clusters/prod]
          exclude: ["**/old"]
          namespace: shop
          charts:
          - {path: ./charts/web/, values: [a/b.yaml, .c.yaml], release: web, namespace: web}
          - path: .
          profile:
            enforces_policies: true
            ip_block_matches_pods: never
            pod_ranges: [10.0.0.0/8, "fd00::/8"]
            service_ranges: [172.20.0.0/16]
            node_ranges: [192.168.0.0/24]
            control_plane_ranges: [172.16.0.0/28]
            dns_namespace: dns
            dns_labels: {app: coredns}
            dns_ports: [53, 5353]
            node_local_dns: true
            monitoring: {namespaces: {team: watch}, pods: {app: prometheus}}
            gateway: {namespaces: {edge: "true"}}
            applier: flux
            prunes: true
            egress_gateway: {namespaces: {kubernetes.io/metadata.name: egress}}
        """
    )
    claims = ProfileClaims(
        cni="Calico",
        enforces_policies=True,
        ip_block_matches_pods=AddressMatch.NEVER,
        pod_ranges=(ip_network("10.0.0.0/8"), ip_network("fd00::/8")),
        service_ranges=(ip_network("172.20.0.0/16"),),
        node_ranges=(ip_network("192.168.0.0/24"),),
        control_plane_ranges=(ip_network("172.16.0.0/28"),),
        dns_namespace="dns",
        dns_labels={"app": "coredns"},
        dns_ports=(53, 5353),
        node_local_dns=True,
        monitoring=PlatformPods(
            LabelSelector.matching({"team": "watch"}), LabelSelector.matching({"app": "prometheus"})
        ),
        gateway=PlatformPods(LabelSelector.matching({"edge": "true"})),
        applier=Applier.FLUX,
        prunes=True,
        egress_gateway=PlatformPods(
            LabelSelector.matching({"kubernetes.io/metadata.name": "egress"})
        ),
    )
    releases = (
        Release("charts/web", "web", "web", ("a/b.yaml", ".c.yaml")),
        Release("", "", "shop"),
    )
    area = Area(Globs(("clusters/prod",)), Globs(("examples", "**/old")), releases)
    location = Location(".edgewarden.yaml", 6, 3)
    assert configuration.clusters == (ClusterConfiguration("prod", area, "shop", claims, location),)


def test_what_changes_are_judged_by_and_who_answers_is_taken_with_its_place() -> None:
    configuration = read(
        """
        version: 1
        rules: [network/rules, ./more.yaml]
        zones: zones.yaml
        contract:
        - contract/
        checklist: checklist.yaml
        owners:
        - {team: payments, namespaces: [pay], paths: ["pay/**"]}
        - {team: shop, paths: [shop]}
        - {team: platform, policy_types: [dns], labels: [zone.example/, example.com/tenant]}
        """
    )
    assert [
        (str(each.kind), each.path, each.location.line, each.location.column)
        for each in configuration.governance
    ] == [
        ("rules", "network/rules", 3, 9),
        ("rules", "more.yaml", 3, 24),
        ("checklist", "checklist.yaml", 7, 12),
        ("zones", "zones.yaml", 4, 8),
        ("contract", "contract", 6, 3),
    ]
    assert configuration.owners == (
        claim("payments", 9, namespaces=frozenset({"pay"}), paths=Globs(("pay/**",))),
        claim("shop", 10, paths=Globs(("shop",))),
        claim(
            "platform",
            11,
            policy_types=frozenset({PolicyType.DNS}),
            labels=("zone.example/", "example.com/tenant"),
        ),
    )


def test_the_profile_of_all_clusters_stands_without_a_cluster() -> None:
    (cluster,) = read("version: 1\nprofile: {prunes: true}\n").clusters
    assert cluster.claims == ProfileClaims(prunes=True)
    assert cluster.area.excludes == FIXTURES


def test_nothing_is_excluded_where_the_list_is_empty() -> None:
    (cluster,) = read("version: 1\nexclude: []\n").clusters
    assert cluster.area == Area(excludes=Globs(()))


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("version: 1\nexcludes: []\n", "2:1: There is no key `excludes`; did you mean `exclude`?"),
        (
            "version: 1\nclusters:\n- name: prod\n  path: [x]\n",
            "4:3: There is no key `clusters[0].path`; did you mean `paths`?",
        ),
        (
            "version: 1\nenforcesPolicies: true\n",
            "2:1: There is no key `enforcesPolicies`; `enforces_policies` stands in `profile`.",
        ),
        (
            "version: 1\nprofile: {Pod-Ranges: []}\n",
            "2:11: There is no key `profile.Pod-Ranges`; did you mean `pod_ranges`?",
        ),
        (
            "version: 1\nlimits: [a]\n",
            "2:1: There is no key `limits`. Known here: checklist, ",
        ),
        (
            "version: 1\nowners: [{team: a, namespace: b}]\n",
            "2:20: There is no key `owners[0].namespace`; did you mean `namespaces`?",
        ),
    ],
)
def test_an_unknown_key_is_refused_with_its_line_and_what_was_meant(
    content: str, expected: str
) -> None:
    assert fault(content).startswith(f".edgewarden.yaml:{expected}")


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("version: '1'\n", "1:10: `version`: write a whole number."),
        ("version: 2\n", "1:10: `version`: write 1, the only version"),
        ("version: true\n", "1:10: `version`: write a whole number."),
        ("exclude: [a]\n", "1:1: `version` is missing."),
        ("version: 1\nclusters: prod\n", "2:11: `clusters`: write a list."),
        ("version: 1\nclusters: [prod]\n", "2:12: `clusters[0]`: write a mapping."),
        ("version: 1\nclusters: [{}]\n", "2:12: `clusters[0].name` is missing."),
        ("version: 1\nexclude: [3]\n", "2:11: `exclude[0]`: write a text"),
        ("version: 1\nexclude: [/etc]\n", "2:11: `exclude[0]`: '/etc' is no pattern of paths"),
        ("version: 1\nclusters: [{name: a, paths: []}]\n", "2:29: `clusters[0].paths`: name at"),
        ("version: 1\nclusters: [{name: a b}]\n", "2:19: `clusters[0].name`: 'a b' is no name"),
        (
            "version: 1\nclusters: [{name: a, charts: [{path: 'a,b'}]}]\n",
            "2:38: `clusters[0].charts[0].path`: 'a,b' is",
        ),
        ("version: 1\nclusters: [{name: a, charts: [{}]}]\n", "2:31: `clusters[0].charts[0].path`"),
        ("version: 1\nprofile: {prunes: 'yes'}\n", "2:19: `profile.prunes`: write true or false."),
        ("version: 1\nprofile: {applier: argo}\n", "2:20: `profile.applier`: write 'kubectl', "),
        (
            "version: 1\nprofile:\n  pod_ranges:\n  - 10.1.0.0/8\n",
            "4:5: `profile.pod_ranges[0]`: '10.1.0.0/8' has bits behind its prefix: write 10.0.",
        ),
        ("version: 1\nprofile: {pod_ranges: [ten]}\n", "2:24: `profile.pod_ranges[0]`: 'ten' is"),
        ("version: 1\nprofile: {pod_ranges: [10]}\n", "2:24: `profile.pod_ranges[0]`: write an"),
        ("version: 1\nprofile: {dns_ports: []}\n", "2:22: `profile.dns_ports`: name at least"),
        ("version: 1\nprofile: {dns_ports: [0]}\n", "2:23: `profile.dns_ports[0]`: "),
        ("version: 1\nprofile: {dns_labels: {-: x}}\n", "2:27: `profile.dns_labels.-`: '-' is no"),
        ("version: 1\nprofile: {dns_labels: {a: -}}\n", "2:27: `profile.dns_labels.a`: '-' is no"),
        ("version: 1\nprofile: {dns_namespace: A}\n", "2:26: `profile.dns_namespace`: 'A' is no"),
        ("version: 1\nprofile: {cni: 1.5}\n", "2:16: `profile.cni`: write a text"),
        ("version: 1\nrules: network\n", "2:8: `rules`: write a list."),
        ("version: 1\nrules: ['*']\n", "2:9: `rules[0]`: '*' is no path: write it without *"),
        ("version: 1\nzones: ../zones.yaml\n", "2:8: `zones`: '../zones.yaml' is no path: a path"),
        ("version: 1\ncontract: [/c]\n", "2:12: `contract[0]`: '/c' is no path"),
        ("version: 1\nowners: [{team: a}]\n", "2:10: `owners[0]`: say what the team answers for"),
        ("version: 1\nowners: [{team: '', paths: [a]}]\n", "2:17: `owners[0].team`: '' is no name"),
        (
            "version: 1\nowners: [{team: a, namespaces: ['b*']}]\n",
            "2:33: `owners[0].namespaces[0]`: 'b*' is no namespace",
        ),
    ],
)
def test_a_wrong_value_is_refused_with_its_place(content: str, expected: str) -> None:
    assert fault(content).startswith(f".edgewarden.yaml:{expected}")


def test_clusters_are_told_apart_by_their_names() -> None:
    content = "version: 1\nclusters:\n- name: prod\n- {name: dev, namespace: shop}\n"
    clusters = read(content).clusters
    assert [(each.name, each.namespace) for each in clusters] == [("prod", ""), ("dev", "shop")]


@pytest.mark.parametrize("second", ["- name: prod\n", "- *one\n"])
def test_a_second_cluster_of_one_name_is_refused(second: str) -> None:
    content = f"version: 1\nclusters:\n- &one\n  name: prod\n{second}"
    assert "A second cluster is called prod, after line 4. Give it another" in fault(content)


def test_more_clusters_than_a_review_takes_are_refused_where_they_begin() -> None:
    names = "".join(f"- name: c{number}\n" for number in range(202))
    assert fault(f"version: 1\nclusters:\n{names}").startswith(
        ".edgewarden.yaml:203:3: `clusters` has one item too many here: 200 are taken at most."
    )


def test_all_faults_are_told_at_once_in_the_order_of_their_lines() -> None:
    content = "version: 1\nprofile: {prunes: 1}\nclusters: {}\nname: prod\n"
    assert [line.split(":")[1] for line in faults(content)] == ["2", "3", "4"]


def test_of_very_many_faults_the_first_are_told_and_the_rest_is_counted() -> None:
    lines = faults("version: 1\nclusters: []\n" + "".join(f"k{n}: 1\n" for n in range(1000)))
    assert len(lines) == 20
    assert "Faults behind it: 980." in lines[-1]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("", "1:1: The configuration is empty."),
        ("# nothing\n", "1:1: The configuration is empty."),
        ("---\n", "2:1: This is no configuration."),
        ("- version: 1\n", "1:1: This is no configuration."),
        ("version: 1\nexclude: [a]\nexclude: [b]\n", "3:1: `exclude` stands here again, after "),
        ("version: 1\n---\nversion: 1\n", "3:1: A second document begins here."),
        ("version: [\n", "2:1: This is not YAML"),
        ("exclude: *fixtures\n", "1:10: The alias *fixtures names no anchor"),
        ("version: !include x\n", "1:10: The value cannot be read: the tag '!include'"),
        ("{{ .Values }}\n", "1:2: A key is no text"),
        ("[" * 1000, "1:21: The nesting is deeper than 20 levels."),
        (b"version: 1\n\xff", "2:1: The configuration is no text in UTF-8."),
        (b"#" * 300_000, "1:1: The configuration is larger than 256 kB."),
        (Omission.SYMLINK, "1:1: The configuration is no file."),
        (Omission.TOO_LARGE, "1:1: The configuration is too large."),
        (Omission.SUBMODULE, "1:1: The configuration is no file."),
    ],
)
def test_what_is_no_configuration_is_told_and_never_a_crash(
    content: str | bytes | Omission, expected: str
) -> None:
    assert faults(content)[0].startswith(f".edgewarden.yaml:{expected}")


def test_the_other_spelling_of_its_name_is_not_overlooked() -> None:
    with pytest.raises(ConfigurationError, match=r"\.edgewarden\.yml:1:1: .* Call it"):
        configuration_of(tree({".edgewarden.yml": "version: 1\n"}))


def test_a_byte_order_mark_and_carriage_returns_are_no_faults() -> None:
    assert read(b"\xef\xbb\xbfversion: 1\r\nexclude: []\r\n") == read("version: 1\nexclude: []\n")


def test_a_configuration_that_cannot_be_used_is_none_with_decisive_problems() -> None:
    configuration = usable_configuration(tree({".edgewarden.yaml": "version: 3\n"}))
    assert configuration.clusters == NO_CONFIGURATION.clusters
    (problem,) = configuration.problems
    assert problem.kind is ProblemKind.CONFIGURATION
    assert problem.decisive
    assert str(problem.location) == ".edgewarden.yaml:1"


texts = st.text(alphabet="ab:-[]{}&*!|>'\" \n#%@/1.", max_size=40)
keys = st.sampled_from(["version", "exclude", "profile", "clusters", "name", "paths", "dns_labels"])
values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=5)),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(keys, inner, max_size=4)),
)


@settings(max_examples=300)
@given(st.one_of(texts, values.map(json.dumps)))
def test_no_content_is_a_crash_and_every_fault_has_a_place_and_a_reason(content: str) -> None:
    for problem in usable_configuration(tree({".edgewarden.yaml": content.encode()})).problems:
        assert problem.location.line <= content.count("\n") + 2
        assert problem.message.endswith((".", "?"))


def test_what_the_platform_claims_counts_and_the_repository_fills_the_rest() -> None:
    platform = ProfileClaims(enforces_policies=False, ip_block_matches_pods=AddressMatch.UNKNOWN)
    repository = ProfileClaims(
        enforces_policies=True, ip_block_matches_pods=AddressMatch.NEVER, prunes=True
    )
    profile = platform.over(repository).profile()
    assert profile.enforces_policies is False
    assert profile.ip_block_matches_pods is AddressMatch.UNKNOWN
    assert profile.prunes is True
    assert repository.outweighed(platform) == ("enforces_policies", "ip_block_matches_pods")
    assert repository.believed(platform) == ("prunes",)


def test_what_follows_from_the_platforms_claims_counts_as_well() -> None:
    platform, repository = ProfileClaims(applier=Applier.KUBECTL), ProfileClaims(prunes=True)
    assert platform.over(repository).profile().prunes is False
    assert repository.outweighed(platform) == ("prunes",)
    assert repository.believed(platform) == ()


@pytest.mark.parametrize(
    ("claims", "prunes"),
    [
        (ProfileClaims(), None),
        (ProfileClaims(applier=Applier.KUBECTL), False),
        (ProfileClaims(applier=Applier.HELM), True),
        (ProfileClaims(applier=Applier.FLUX), None),
        (ProfileClaims(applier=Applier.KUBECTL, prunes=True), True),
    ],
)
def test_the_applier_tells_whether_deletions_happen_unless_somebody_says_so(
    claims: ProfileClaims, prunes: bool | None
) -> None:
    assert claims.profile().prunes is prunes


def test_the_published_schema_is_that_of_the_code() -> None:
    published = (DOCS / "schemas" / "configuration.schema.json").read_text(encoding="utf-8")
    assert published == configuration_schema()
    Draft202012Validator.check_schema(json.loads(published))


def test_the_papers_example_is_sound_and_says_everything_that_can_be_said() -> None:
    paper = (DOCS / "configuration.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```yaml\n(.*?)```", paper, re.DOTALL)
    (cluster,) = read(example).clusters
    assert cluster.claims.made().keys() == ProfileTerms.model_fields.keys()
    assert cluster.claims.prunes is False
    assert cluster.area.of(
        ["clusters/production/drafts/x.yaml", "teams/a/production/x.yaml", "teams/a/dev/x.yaml"]
    ) == {"teams/a/production/x.yaml"}
    written = yaml.safe_load(example)
    Draft202012Validator(json.loads(configuration_schema())).validate(written)
    assert written.keys() == ConfigurationTerms.model_fields.keys()
    assert written["clusters"][0].keys() == ClusterTerms.model_fields.keys()
    assert written["clusters"][0]["charts"][0].keys() == ChartTerms.model_fields.keys()
    assert written["profile"].keys() == ProfileTerms.model_fields.keys()
    assert written["owners"][0].keys() == OwnerTerms.model_fields.keys()
