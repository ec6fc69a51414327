"""What a tree is made of, as a survey tells it: where its objects come from, and what else may."""

from collections.abc import Iterator

from edgewarden.manifests.discovery import Discovery
from edgewarden.manifests.notices import some_of
from edgewarden.reporting.blocks import Item, Tone
from edgewarden.reporting.deployment_text import deployment_text
from edgewarden.reporting.directories import hosts, rolled_up
from edgewarden.reporting.wording import counted

_SHOWN = 5
_NAMED = 2
"""Of deployments of which something is not known."""


def sources(found: Discovery) -> Iterator[Item]:
    """What is read."""
    if found.kustomizations:
        overlays = counted(len(found.kustomizations), "kustomize overlay")
        yield Item(overlays, notes=(rolled_up(dict.fromkeys(found.kustomizations, 1)),))
    if found.charts:
        yield Item(counted(len(found.charts), "Helm chart"), notes=(some_of(found.charts),))
    if found.plain:
        files = counted(sum(found.plain.values()), "file")
        directories = counted(len(found.plain), "directory", "directories")
        yield Item(f"{files} of plain manifests in {directories}", notes=(rolled_up(found.plain),))
    if found.deployments:
        shown = tuple(map(deployment_text, found.deployments[:_SHOWN]))
        more = len(found.deployments) - len(shown)
        yield Item(
            counted(len(found.deployments), "deployment"),
            notes=(*shown, *((f"and {more} more",) if more else ())),
        )


def beyond(found: Discovery) -> Iterator[Item]:
    """What is brought by other ways than the manifests that are read."""
    followed = {each.project for each in found.deployments}
    for hint in found.deploying_projects:
        if hint.value not in followed:
            place = f"{hint.kind} at {hint.location}"
            yield Item(f"What objects of {hint.value} bring besides", notes=(place,))
    if unknown := [each for each in found.deployments if each.obstacle is not None]:
        yield Item(
            f"What {counted(len(unknown), 'deployment')} of these bring exactly",
            Tone.ATTENTION,
            tuple(map(deployment_text, unknown[:_NAMED])),
        )
    if not found.clusters and (alike := hosts((*found.plain, *found.kustomizations))):
        remedy = "Name each with its paths under `clusters` in .edgewarden.yaml if it is one."
        yield Item("Whether these are clusters of their own", notes=(some_of(alike), remedy))
    if found.values:
        remedy = "Say it under `charts` of a cluster in .edgewarden.yaml."
        yield Item("Which of these values charts are given", notes=(some_of(found.values), remedy))
    if found.undeployed:
        directories = some_of(found.undeployed)
        yield Item(
            "Whether anything brings these, which are read all the same", notes=(directories,)
        )
    if found.unused:
        yield Item(
            "What builds on these components and libraries: nothing here does",
            notes=(some_of(found.unused),),
        )
    if found.makers:
        names = sorted(f"{each.project} {each.ref.kind} {each.ref}" for each in found.makers)
        yield Item("Which policies are made in the cluster by others", notes=(some_of(names),))
