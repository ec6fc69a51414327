"""Objects of Argo CD and Flux written inline, and what they deploy."""

from collections.abc import Mapping
from textwrap import dedent, indent

from edgewarden.manifests.deployments.addresses import repository
from edgewarden.manifests.deployments.deployment import Deployment
from edgewarden.manifests.deployments.ground import Ground
from edgewarden.manifests.deployments.placements import placements
from edgewarden.manifests.deployments.reading import deployers_in, deployments, own_repository
from edgewarden.manifests.tree import TreeReading, read_tree
from tests.support.manifest_trees import tree

HERE = "https://git.example/org/fleet.git"

APPS = {"apps/web/a.yaml": "", "apps/db/a.yaml": "", "apps/db/deep/b.yaml": ""}


def application(spec: str, name: str = "web", metadata: str = "") -> str:
    """An Application with the lines of ``spec``, in which ``HERE`` stands for this repository."""
    return (
        "apiVersion: argoproj.io/v1alpha1\nkind: Application\n"
        f"metadata: {{name: {name}, namespace: argocd{metadata}}}\n"
        f"spec:\n{_lines(spec)}"
    )


def application_set(spec: str) -> str:
    return (
        "apiVersion: argoproj.io/v1alpha1\nkind: ApplicationSet\n"
        f"metadata: {{name: all, namespace: argocd}}\nspec:\n{_lines(spec)}"
    )


def kustomization(spec: str, name: str = "web") -> str:
    """A Kustomization of Flux that comes from the GitRepository ``fleet``."""
    return (
        "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\n"
        f"metadata: {{name: {name}, namespace: flux-system}}\n"
        f"spec:\n  sourceRef: {{kind: GitRepository, name: fleet}}\n{_lines(spec)}"
    )


def helm_release(spec: str) -> str:
    return (
        "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\n"
        f"metadata: {{name: web, namespace: shop}}\nspec:\n{_lines(spec)}"
    )


def git_repository(spec: str = f"url: {HERE}", name: str = "fleet") -> str:
    return (
        "apiVersion: source.toolkit.fluxcd.io/v1\nkind: GitRepository\n"
        f"metadata: {{name: {name}, namespace: flux-system}}\nspec:\n{_lines(spec)}"
    )


def _lines(spec: str) -> str:
    return indent(dedent(spec).strip().replace("HERE", HERE), "  ") + "\n"


def reading_of(files: Mapping[str, str]) -> TreeReading:
    return read_tree(tree(files))


def deployed(files: Mapping[str, str], *addresses: str) -> tuple[Deployment, ...]:
    """What the objects in ``files`` deploy, of a repository that has these addresses."""
    reading = reading_of(files)
    deployers = deployers_in(reading.readings)
    own = own_repository(deployers, Ground(reading.files), frozenset(map(repository, addresses)))
    return deployments(deployers, Ground(reading.files, own))


def only(files: Mapping[str, str], *addresses: str) -> Deployment:
    (deployment,) = deployed(files, *addresses)
    return deployment


def why(deployment: Deployment) -> str:
    """What is in the way of a deployment."""
    assert deployment.obstacle is not None
    return deployment.obstacle.message


def placed(files: Mapping[str, str]) -> dict[str, set[tuple[str, str | None]]]:
    """By source, the names of what deploys it, each with the cluster."""
    reading = reading_of(files)
    plain = (path for path, each in reading.readings.items() if not each.inputs)
    found = placements(deployed(files), reading.rendered, plain)
    return {
        source: {(each.deployment.ref.name, each.cluster) for each in ways}
        for source, ways in found.items()
    }
