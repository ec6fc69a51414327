"""What a tree deploys, read in the child, also where the tree is hostile."""

from dataclasses import replace

import pytest

from edgewarden.adapters.confinement import Limits
from edgewarden.adapters.deployments import ChildDeploymentReader
from edgewarden.manifests.contribution import Contribution
from edgewarden.manifests.division import CONFIGURATION_FILE
from edgewarden.manifests.uploads.cleaning import cleaned
from edgewarden.reachability.model import Applier
from edgewarden.workflows.configuration.claims import NO_CLAIMS, ProfileClaims
from edgewarden.workflows.deployed import deployed
from edgewarden.workflows.ports import DeploymentError, DeploymentRequest
from edgewarden.workflows.reading_ahead import FILES as FILE_PARTS
from edgewarden.workflows.reading_ahead import read_ahead
from edgewarden.workflows.rendered import ClusterUpload
from tests.support.contributions import PROD
from tests.support.manifest_trees import policy_named, tree
from tests.support.recalled_trees import named, spared

FILES: dict[str, str | bytes] = {".edgewarden.yaml": PROD, "deny.yaml": policy_named("deny")}
CLUSTERS = frozenset({"prod"})


def asked(files: dict[str, str | bytes]) -> DeploymentRequest:
    return DeploymentRequest("acme/platform", tree(files), CLUSTERS, "main")


def read(files: dict[str, str | bytes], limits: Limits | None = None) -> Contribution:
    reader = ChildDeploymentReader(NO_CLAIMS, limits or Limits(seconds=30))
    return reader.deployed(asked({**FILES, **files})).contributions["prod"]


def test_the_child_answers_what_the_tree_deploys() -> None:
    assert read({}) == deployed(asked(FILES), NO_CLAIMS).contributions["prod"]


def test_the_child_reads_what_was_handed_in_and_tells_of_other_branches() -> None:
    clusters = "[{name: prod, renderer: uploaded}, {name: dev, branch: env/dev}]"
    upload, _ = cleaned({"all.yaml": policy_named("rendered").encode()})
    request = replace(
        asked({".edgewarden.yaml": f"version: 1\nclusters: {clusters}\n"}),
        clusters=frozenset({"prod", "dev"}),
        uploads=(ClusterUpload("prod", "c" * 40, upload.digest, upload.document),),
    )
    found = ChildDeploymentReader(NO_CLAIMS, Limits(seconds=30)).deployed(request)
    assert found == deployed(request, NO_CLAIMS)
    assert [each.ref.name for each in found.contributions["prod"].objects] == ["rendered"]
    assert found.elsewhere == {"dev": "env/dev"}


def test_what_the_platform_claims_decides_who_reads() -> None:
    one = ChildDeploymentReader(NO_CLAIMS)
    same = ChildDeploymentReader(ProfileClaims(), Limits(seconds=1))
    other = ChildDeploymentReader(ProfileClaims(applier=Applier.ARGOCD))
    assert one.identity == same.identity != other.identity


def test_the_child_takes_what_is_known_of_the_tree() -> None:
    whole = named(tree(FILES))
    recalled = tuple(read_ahead(whole, NO_CLAIMS, (), {*range(FILE_PARTS)}).values())
    known = {file.path: file.digest for file in whole.files if file.path != CONFIGURATION_FILE}
    without, _ = spared(whole, whole, known)
    request = replace(asked(FILES), tree=without, recalled=recalled)
    found = ChildDeploymentReader(NO_CLAIMS, Limits(seconds=30)).deployed(request)
    assert found.contributions["prod"] == read({})


@pytest.mark.parametrize("hostile", [b"[" * 100_000, bytes(range(256)) * 1000, b"- " * 100_000])
def test_a_hostile_file_hides_no_other(hostile: bytes) -> None:
    content = policy_named("x").encode() + b"---\n" + hostile
    found = read({"hostile.yaml": content})
    assert "shop/deny" in {str(each.ref) for each in found.objects}
    assert {each.path for each in found.unread} == {"(in acme/platform) hostile.yaml"}


def test_a_tree_that_takes_too_long_is_given_up() -> None:
    many = "---\n".join(policy_named(f"p{number}") for number in range(5_000))
    with pytest.raises(DeploymentError, match=r"longer than 0\.2 s"):
        read({"many.yaml": many}, Limits(seconds=0.2))


def test_a_tree_that_deploys_more_than_others_can_bear_is_not_taken() -> None:
    note = f"metadata: {{annotations: {{note: {'x' * 250_000}}}, "
    large = [policy_named(f"p{n}").replace("metadata: {", note) for n in range(40)]
    with pytest.raises(DeploymentError, match="more than 8 MiB"):
        read({f"{number}.yaml": content for number, content in enumerate(large)})
