"""What is known of clusters besides the repository under review.

Their inventories say what is there, and other repositories what they deploy there.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import TypeAlias

from edgewarden.manifests.background import Background
from edgewarden.manifests.inventory.reading import InventoryReading, read_inventory
from edgewarden.manifests.inventory.resources import RESOURCES
from edgewarden.manifests.kinds import NAMESPACE, POLICY, WORKLOADS
from edgewarden.manifests.objects import Declared, in_some_form
from edgewarden.manifests.serving.served import Served
from edgewarden.reachability.location import Problem
from edgewarden.reachability.wording import listed
from edgewarden.reporting.wording import counted, moment
from edgewarden.workflows.contributed import (
    Awaited,
    ClusterContribution,
    Contributed,
    age,
    together,
)

NOT_SEEN = (
    "What else is in the cluster is not seen: no inventory of it is known "
    "(`edgewarden inventory push`)."
)
LIVE_NOT_SEEN = (
    "What else is live in the cluster is not seen: no inventory of it is known "
    "(`edgewarden inventory push`)."
)
_NAMED = 5
_POLICIES = next(each.name for each in RESOURCES if (each.group, each.kind) == POLICY)
_WORKLOADS = frozenset(
    each.name for each in RESOURCES if (each.group, each.kind) in {NAMESPACE, *WORKLOADS}
)
_JUDGED = _WORKLOADS | {_POLICIES}


@dataclass(frozen=True, slots=True)
class ClusterInventory:
    """A cleaned inventory as it is kept. ``digest`` is that of its content."""

    cluster: str
    digest: str
    document: bytes


@dataclass(frozen=True, slots=True)
class ClusterSurroundings:
    """What is known of one cluster besides the repository under review.

    ``background`` is what is live, and what of contributions is not there. ``inventory`` is the
    digest of the inventory, empty where there is none, and ``used`` are the contributions.
    ``problems`` tell of those that contradict each other; none is decisive. ``sentences`` say what
    is taken from elsewhere, and how old that is; ``unseen`` what nobody showed.
    """

    background: Background
    inventory: str
    used: tuple[ClusterContribution, ...]
    problems: tuple[Problem, ...]
    sentences: tuple[str, ...]
    unseen: tuple[str, ...]


Around: TypeAlias = Callable[[str], ClusterSurroundings]
"""What is around each cluster, by its name. Raises ``InventoryError``."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Inventories and contributions, as of ``now``, and contributions that are ``awaited``."""

    inventories: tuple[ClusterInventory, ...] = ()
    now: datetime | None = None
    contributions: tuple[ClusterContribution, ...] = ()
    awaited: tuple[Awaited, ...] = ()

    def reader(self) -> Around:
        """What is around each cluster, read when it is first asked for and not again."""
        return cache(self.of)

    def of(self, cluster: str) -> ClusterSurroundings:
        """What is around one cluster, read anew.

        Raises ``InventoryError`` for a document that is no inventory.
        """
        inventory = next((each for each in self.inventories if each.cluster == cluster), None)
        reading = None if inventory is None else read_inventory([inventory.document], cluster)
        live = {} if reading is None else {each.ref: each for each in _held(reading)}
        contributed = together(
            (each for each in self.contributions if each.cluster == cluster),
            (each for each in self.awaited if each.cluster == cluster),
            live.keys(),
            self.now,
        )
        unseen = LIVE_NOT_SEEN if contributed.used else NOT_SEEN
        return ClusterSurroundings(
            background=Background(
                tuple({**contributed.objects, **live}.values()),
                contributed.objects,
                contributed.makers,
                _served(reading, contributed),
                lists_policies=reading is None or _POLICIES not in reading.unseen,
                lists_workloads=reading is not None and _WORKLOADS.isdisjoint(reading.unseen),
            ),
            inventory=inventory.digest if inventory else "",
            used=contributed.used,
            problems=contributed.problems,
            sentences=(*_sentences(reading, self.now), *contributed.sentences),
            unseen=() if inventory else (unseen,),
        )


NO_SURROUNDINGS: Around = Surroundings().of


def _sentences(reading: InventoryReading | None, now: datetime | None) -> Iterator[str]:
    if reading is None:
        return
    when = f", {age(reading.taken_at, now)}" if reading.taken_at and now else ""
    taken = f" of {moment(reading.taken_at)}{when}" if reading.taken_at else ""
    names = sorted(reading.unseen, key=lambda name: (name not in _JUDGED, name))
    missing = [f"{name} ({reading.unseen[name].replace('_', ' ')})" for name in names]
    more = [f"{len(missing) - _NAMED} more"] if len(missing) > _NAMED else []
    unseen = f"; not seen: {listed([*missing[:_NAMED], *more])}" if missing else ""
    yield (
        f"What else is in the cluster is taken from its inventory{taken}: "
        f"{counted(_count(reading), 'object')}{unseen}."
    )


def _count(reading: InventoryReading) -> int:
    return len(reading.declared) + len(reading.refused) + len(reading.served)


def _served(reading: InventoryReading | None, contributed: Contributed) -> tuple[Served, ...]:
    """What the API server calls: as the cluster shows it, and else as it is contributed."""
    live = () if reading is None else reading.served
    return tuple({each.ref: each for each in (*contributed.served, *live)}.values())


def _held(reading: InventoryReading) -> Iterator[Declared]:
    yield from reading.declared
    yield from filter(None, map(in_some_form, reading.refused))
