"""What is known of clusters besides the repository under review: their inventories."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from edgewarden.manifests.background import NOTHING_KNOWN, Background
from edgewarden.manifests.inventory.reading import InventoryReading, read_inventory
from edgewarden.manifests.inventory.resources import RESOURCES
from edgewarden.manifests.kinds import NAMESPACE, POLICY, WORKLOADS
from edgewarden.manifests.objects import Declared
from edgewarden.manifests.snapshot import Snapshot
from edgewarden.reachability.model import Effect, UnjudgedPolicy
from edgewarden.reachability.wording import listed
from edgewarden.reporting.wording import counted, moment
from edgewarden.workflows.configuration.tree_configuration import configuration_file

NOT_SEEN = (
    "What else is in the cluster is not seen: no inventory of it is known "
    "(`edgewarden inventory push`)."
)
_NAMED = 5
_JUDGED = frozenset(
    each.name for each in RESOURCES if (each.group, each.kind) in {NAMESPACE, POLICY, *WORKLOADS}
)


@dataclass(frozen=True, slots=True)
class ClusterInventory:
    """A cleaned inventory as it is kept. ``digest`` is that of its content."""

    cluster: str
    digest: str
    document: bytes


@dataclass(frozen=True)
class Surroundings:
    """Inventories, as of ``now``. Each is read when its cluster is asked for."""

    inventories: tuple[ClusterInventory, ...] = ()
    now: datetime | None = None
    _readings: dict[str, InventoryReading] = field(
        default_factory=dict, init=False, compare=False, repr=False
    )

    def background(self, cluster: str) -> Background:
        """Raises ``InventoryError`` for a document that is no inventory."""
        reading = self._reading(cluster)
        return NOTHING_KNOWN if reading is None else Background(tuple(_held(reading)))

    def digest(self, cluster: str) -> str:
        """Of the inventory; empty where there is none."""
        return next((each.digest for each in self.inventories if each.cluster == cluster), "")

    def sentence(self, cluster: str) -> str:
        """What is taken from elsewhere, and what cannot be seen; empty where nothing is known."""
        reading = self._reading(cluster)
        if reading is None:
            return ""
        taken = f" of {moment(reading.taken_at)}{self._age(reading)}" if reading.taken_at else ""
        names = sorted(reading.unseen, key=lambda name: (name not in _JUDGED, name))
        missing = [f"{name} ({reading.unseen[name].replace('_', ' ')})" for name in names]
        more = [f"{len(missing) - _NAMED} more"] if len(missing) > _NAMED else []
        unseen = f"; not seen: {listed([*missing[:_NAMED], *more])}" if missing else ""
        return (
            f"What else is in the cluster is taken from its inventory{taken}: "
            f"{counted(len(reading.declared) + len(reading.refused), 'object')}{unseen}."
        )

    def _reading(self, cluster: str) -> InventoryReading | None:
        known = self._readings.get(cluster)
        if known is None:
            for each in self.inventories:
                if each.cluster == cluster:
                    known = self._readings[cluster] = read_inventory([each.document], cluster)
        return known

    def _age(self, reading: InventoryReading) -> str:
        if reading.taken_at is None or self.now is None:
            return ""
        hours = max(timedelta(), self.now - reading.taken_at) // timedelta(hours=1)
        age = counted(hours // 24, "day") if hours >= 48 else counted(hours, "hour")
        return f", {age} ago" if hours else ", less than an hour ago"


NO_SURROUNDINGS = Surroundings()


def may_describe(base: Snapshot, head: Snapshot, cluster: str) -> bool:
    """Whether trees may describe a cluster of that name: where it stands in the configuration, or
    in a path where there is none. Nothing is parsed for it."""
    file = configuration_file(base)
    if file is not None:
        return cluster.encode() in (file.content or b"")
    return any(cluster in each.path.split("/") for side in (base, head) for each in side.files)


def _held(reading: InventoryReading) -> Iterator[Declared]:
    """A policy that is there and cannot be read could do anything in its namespace."""
    yield from reading.declared
    for refused in reading.refused:
        if refused.ref.kind == "NetworkPolicy" and refused.problems:
            where = refused.problems[0].location
            value = UnjudgedPolicy(refused.ref, "", frozenset(Effect), where)
            yield Declared(refused.ref, value, where)
