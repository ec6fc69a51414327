"""What is known of clusters besides the repository under review.

Their inventories say what is there, and other repositories what they deploy there."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from edgewarden.manifests.background import Background
from edgewarden.manifests.inventory.reading import InventoryReading, read_inventory
from edgewarden.manifests.inventory.resources import RESOURCES
from edgewarden.manifests.kinds import NAMESPACE, POLICY, WORKLOADS
from edgewarden.manifests.objects import Declared
from edgewarden.manifests.snapshot import Snapshot
from edgewarden.reachability.location import Problem
from edgewarden.reachability.model import Effect, UnjudgedPolicy
from edgewarden.reachability.wording import listed
from edgewarden.reporting.wording import counted, moment
from edgewarden.workflows.configuration.tree_configuration import configuration_file
from edgewarden.workflows.contributed import ClusterContribution, Contributed, age, together

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
    """Inventories and contributions, as of ``now``. Each is read when its cluster is asked for.

    ``awaited`` pairs clusters with repositories that contribute to them and of which nothing is
    known yet.
    """

    inventories: tuple[ClusterInventory, ...] = ()
    now: datetime | None = None
    contributions: tuple[ClusterContribution, ...] = ()
    awaited: tuple[tuple[str, str], ...] = ()
    _readings: dict[str, InventoryReading] = field(
        default_factory=dict, init=False, compare=False, repr=False
    )
    _joined: dict[str, Contributed] = field(
        default_factory=dict, init=False, compare=False, repr=False
    )

    def background(self, cluster: str) -> Background:
        """What is live, and what of contributions is not there.

        Raises ``InventoryError`` for a document that is no inventory.
        """
        contributed = self._contributed(cluster)
        held = self._live(cluster) + contributed.objects
        reading = self._reading(cluster)
        listed = reading is None or _POLICIES not in reading.unseen
        return Background(held, contributed.namespaces, contributed.makers, lists_policies=listed)

    def digest(self, cluster: str) -> str:
        """Of the inventory; empty where there is none."""
        return next((each.digest for each in self.inventories if each.cluster == cluster), "")

    def used(self, cluster: str) -> tuple[ClusterContribution, ...]:
        """The contributions in the background of a cluster, by repository."""
        return self._contributed(cluster).used

    def problems(self, cluster: str) -> tuple[Problem, ...]:
        """Of contributions that contradict each other; none is decisive."""
        return self._contributed(cluster).problems

    def sentences(self, cluster: str) -> tuple[str, ...]:
        """What is taken from elsewhere, and how old that is."""
        reading = self._reading(cluster)
        live = () if reading is None else (self._sentence(reading),)
        return *live, *self._contributed(cluster).sentences

    def unseen(self, cluster: str) -> tuple[str, ...]:
        """What cannot be seen of a cluster because nobody showed it."""
        if self.digest(cluster):
            return ()
        return (LIVE_NOT_SEEN if self.used(cluster) else NOT_SEEN,)

    def _sentence(self, reading: InventoryReading) -> str:
        when = f", {age(reading.taken_at, self.now)}" if reading.taken_at and self.now else ""
        taken = f" of {moment(reading.taken_at)}{when}" if reading.taken_at else ""
        names = sorted(reading.unseen, key=lambda name: (name not in _JUDGED, name))
        missing = [f"{name} ({reading.unseen[name].replace('_', ' ')})" for name in names]
        more = [f"{len(missing) - _NAMED} more"] if len(missing) > _NAMED else []
        unseen = f"; not seen: {listed([*missing[:_NAMED], *more])}" if missing else ""
        return (
            f"What else is in the cluster is taken from its inventory{taken}: "
            f"{counted(len(reading.declared) + len(reading.refused), 'object')}{unseen}."
        )

    def _live(self, cluster: str) -> tuple[Declared, ...]:
        reading = self._reading(cluster)
        return () if reading is None else tuple(_held(reading))

    def _reading(self, cluster: str) -> InventoryReading | None:
        known = self._readings.get(cluster)
        if known is None:
            for each in self.inventories:
                if each.cluster == cluster:
                    known = self._readings[cluster] = read_inventory([each.document], cluster)
        return known

    def _contributed(self, cluster: str) -> Contributed:
        if cluster not in self._joined:
            self._joined[cluster] = together(
                (each for each in self.contributions if each.cluster == cluster),
                (repository for name, repository in self.awaited if name == cluster),
                {each.ref for each in self._live(cluster)},
                self.now,
            )
        return self._joined[cluster]


NO_SURROUNDINGS = Surroundings()


def may_describe(steering: Snapshot, cluster: str) -> bool:
    """Whether a repository may describe a cluster of that name, by the tree with its configuration:
    where that names clusters by their names, and without any names anything may be found in it.

    Nothing is parsed for it, so that a name in escapes is not looked for either.
    """
    file = configuration_file(steering)
    content = (file.content if file else None) or b""
    return b"clusters" not in content or b"\\" in content or cluster.encode() in content


def _held(reading: InventoryReading) -> Iterator[Declared]:
    """A policy that is there and cannot be read could do anything in its namespace."""
    yield from reading.declared
    for refused in reading.refused:
        if refused.ref.kind == "NetworkPolicy" and refused.problems:
            where = refused.problems[0].location
            value = UnjudgedPolicy(refused.ref, "", frozenset(Effect), where)
            yield Declared(refused.ref, value, where)
