"""What the API server calls in a cluster: of the trees of a change, and of all else that is known.

Where nothing calls anything, which is the rule, no Service is looked at.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from edgewarden.manifests.gathering import Concern
from edgewarden.manifests.serving.kinds import SERVICE
from edgewarden.manifests.serving.served import Served
from edgewarden.manifests.tree import TreeReading
from edgewarden.reachability.calls import Caller, Service
from edgewarden.reachability.model import ClusterState, ObjectRef

_Held = Mapping[ObjectRef, Served]


@dataclass(frozen=True, slots=True)
class Serving:
    """Callers, and the Services that they call, sorted by identity.

    ``concerns`` are about those among them that the API server refuses.
    """

    callers: tuple[Caller, ...] = ()
    services: tuple[Service, ...] = ()
    concerns: tuple[Concern, ...] = ()

    def beside(self, state: ClusterState) -> ClusterState:
        """The state with what is called in it."""
        return replace(state, callers=self.callers, services=self.services)


def serving(tree: TreeReading, background: Iterable[Served]) -> Serving:
    """What one tree declares, and what else is there."""
    alone, _ = serving_pair(tree, tree, background, lambda _: False)
    return alone


def serving_pair(
    base: TreeReading,
    head: TreeReading,
    background: Iterable[Served],
    stays: Callable[[Served], bool],
) -> tuple[Serving, Serving]:
    """The same before and after a change.

    An object that a side refuses, or that may stand where nothing can be read there, is as the
    other side has it, and so is one of the base alone that ``stays`` without its manifest. The
    background is there on both sides but for what the trees declare themselves.
    """
    around = {each.ref: each for each in background}
    own = served_by(base), served_by(head)
    if not any(_calls(each) for held in (around, *own) for each in held.values()):
        return Serving(), Serving()
    before = {**around, **_completed(own[0], own[1], base)}
    after = {ref: each for ref, each in around.items() if ref not in own[0]}
    after |= _completed(own[1], own[0], head)
    after |= {ref: e for ref, e in own[0].items() if ref not in own[1] and stays(e)}
    return _composed(before, own[0], base), _composed(after, own[1], head)


def served_by(tree: TreeReading) -> dict[ObjectRef, Served]:
    """What the tree declares. Of two with one identity the later stands."""
    readings = (tree.readings[path] for path in sorted(tree.readings))
    return {each.ref: each for reading in readings for each in reading.served}


def _calls(served: Served) -> bool:
    return (served.ref.group, served.ref.kind) != SERVICE


def _completed(own: _Held, other: _Held, tree: TreeReading) -> _Held:
    lost = {path for each in tree.lost for path in (each.path, *each.inputs)}
    carried = {ref: e for ref, e in other.items() if e.origin in lost and ref not in own}
    refused = {ref: other[ref] for ref, e in own.items() if e.value is None and ref in other}
    return {**own, **carried, **refused}


def _composed(held: _Held, own: _Held, tree: TreeReading) -> Serving:
    callers = tuple(each.value for each in _sorted(held) if isinstance(each.value, Caller))
    called = {(call.namespace, call.service) for each in callers for call in each.calls}
    services = [
        each
        for each in _sorted(held)
        if not _calls(each) and (each.ref.namespace, each.ref.name) in called
    ]
    refused = [
        own[ref]
        for ref in sorted(own)
        if own[ref].problems and (_calls(own[ref]) or (ref.namespace, ref.name) in called)
    ]
    return Serving(
        callers,
        tuple(each.value for each in services if isinstance(each.value, Service)),
        tuple(
            Concern.of(problem, tree.readings[each.origin], passing=True)
            for each in refused
            for problem in each.problems
        ),
    )


def _sorted(held: _Held) -> list[Served]:
    return [held[ref] for ref in sorted(held)]
