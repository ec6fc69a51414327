"""Where the namespaces of a cluster stand."""

from collections.abc import Callable, Collection
from dataclasses import dataclass

from edgewarden.governance.posture.adoption import Adoption, Phase, Watch, adoption
from edgewarden.governance.posture.posture import Posture, Postures
from edgewarden.reachability.model import ClusterState
from edgewarden.reachability.symbolic.statements import Extent


@dataclass(frozen=True, slots=True)
class NamespaceStanding:
    posture: Posture
    adoption: Adoption

    @property
    def exposed(self) -> bool:
        """Whether it is sensitive and not denied by default in both directions."""
        posture = self.posture
        extents = {posture.ingress.extent, posture.egress.extent}
        return posture.sensitive is not None and extents != {Extent.ALL}


@dataclass(frozen=True, slots=True)
class ClusterStanding:
    """The namespaces of ``cluster`` that were asked about, by name."""

    cluster: str
    namespaces: tuple[NamespaceStanding, ...]

    def of(self, phase: Phase) -> tuple[NamespaceStanding, ...]:
        return tuple(each for each in self.namespaces if each.adoption.phase is phase)


def standing(
    state: ClusterState, names: Collection[str], watched: Callable[[str], Watch]
) -> ClusterStanding:
    """Of those of the namespaces ``names`` that there are, of all without; ``watched`` tells what
    watches one."""
    postures = Postures(state)
    found = []
    for name in postures.names:
        if not names or name in names:
            posture = postures.of(name)
            found.append(NamespaceStanding(posture, adoption(posture, watched(name))))
    return ClusterStanding(state.name, tuple(found))
