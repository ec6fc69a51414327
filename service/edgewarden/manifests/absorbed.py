"""What the base reads by itself and the head only as input of something else.

Whoever deploys it by itself may go on to do so, and what renders it now could hide its change.
"""

import posixpath
from collections.abc import Iterator, Mapping
from dataclasses import replace

from edgewarden.manifests.applying import Applying
from edgewarden.manifests.charts import Chart
from edgewarden.manifests.division import CONFIGURATION_FILE
from edgewarden.manifests.files import read_file
from edgewarden.manifests.gathering import same_value
from edgewarden.manifests.kustomizations import Kustomization
from edgewarden.manifests.notices import some_of
from edgewarden.manifests.objects import Declared
from edgewarden.manifests.rendered import Tool
from edgewarden.manifests.tree import TreeReading, same_file
from edgewarden.reachability.location import Location, Problem, ProblemKind
from edgewarden.reachability.model import NetworkPolicy, Workload

_SAY_WHERE = f"Name what is deployed under `paths` of a cluster in {CONFIGURATION_FILE}."


def absorbed(base: TreeReading, head: TreeReading, applying: Applying) -> list[Problem]:
    """Roots of the base that are none in the head and still there, and files that change by
    themselves in another way than what is made of them. Both leave open what is deployed."""
    return [*_roots(base, head), *_files(base, head, applying)]


def _roots(base: TreeReading, head: TreeReading) -> Iterator[Problem]:
    """One problem for each root of the head that builds on some, and one for mere parts."""
    still = {(root.directory, root.tool) for root in head.rendered.roots}
    made: Mapping[Tool, Mapping[str, Kustomization | Chart]]
    made = {Tool.KUSTOMIZE: head.rendered.kustomizations, Tool.HELM: head.rendered.charts}
    taken: dict[str, list[str]] = {}
    for root in base.rendered.roots:
        there = made[root.tool].get(root.directory)
        if there is not None and (root.directory, root.tool) not in still:
            taken.setdefault(_taker(there.marker, head), []).append(there.marker)
    for taker, markers in sorted(taken.items()):
        names = [posixpath.dirname(marker) or "." for marker in markers]
        fate = f"only as input of {taker}" if taker else "as a part that nothing builds on"
        yield Problem(
            ProblemKind.NOT_RENDERED,
            Location(markers[0], 1),
            f"The base has {some_of(names)} to be rendered by itself, and the head {fate}: what is "
            "still deployed from there is not judged.",
            f"{_SAY_WHERE} By hand: render {names[0]} on both sides, and `edgewarden diff` on the "
            "results.",
        )


def _files(base: TreeReading, head: TreeReading, applying: Applying) -> Iterator[Problem]:
    inputs = head.rendered.covered(base.readings)
    if not inputs:
        return
    for path, reading in base.readings.items():
        file = head.files.get(path)
        if reading.inputs or file is None or path not in inputs:
            continue
        if same_file(base.files.get(path), file):
            continue
        before = {declared.ref: declared.value for declared in reading.declared}
        hidden = [
            declared
            for declared in read_file(file, applying).declared
            if declared.ref in before
            and not same_value(before[declared.ref], declared.value)
            and not _stands(declared, head)
        ]
        if hidden:
            named = some_of([f"{each.ref.kind} {each.ref}" for each in hidden])
            taker = _taker(path, head)
            instead = f"{taker} makes something else of it" if taker else "nothing renders it"
            yield Problem(
                ProblemKind.NOT_RENDERED,
                hidden[0].location,
                f"{path} is a manifest in the base and input of a renderer in the head. It changes "
                f"{named}, and {instead}: which of the two is deployed is not known.",
                _SAY_WHERE,
            )


def _taker(path: str, head: TreeReading) -> str:
    """What makes the root that the file feeds in the head, or nothing."""
    fed = head.rendered.fed([path])
    return next((root.marker for root in head.rendered.roots if fed[root.directory]), "")


def _stands(declared: Declared, head: TreeReading) -> bool:
    """Whether the head holds such an object; one that names no namespace may be put into any."""
    return any(
        same_value(each.value, declared.value)
        or (declared.in_assumed_namespace and _elsewhere(declared, each))
        for ref, each in head.held.items()
        if (ref.group, ref.kind, ref.name)
        == (declared.ref.group, declared.ref.kind, declared.ref.name)
    )


def _elsewhere(declared: Declared, held: Declared) -> bool:
    value = declared.value
    if not isinstance(value, NetworkPolicy | Workload):
        return False
    return same_value(held.value, replace(value, namespace=held.ref.namespace))
