"""What a configuration claims for teams, as tests write it."""

from edgewarden.governance.ownership.owners import Claim
from edgewarden.governance.ownership.policy_type import PolicyType
from edgewarden.manifests.globs import Globs
from edgewarden.reachability.location import Location

NO_PATHS = Globs(())


def claim(
    team: str,
    line: int = 1,
    *,
    namespaces: frozenset[str] = frozenset(),
    paths: Globs = NO_PATHS,
    policy_types: frozenset[PolicyType] = frozenset(),
    labels: tuple[str, ...] = (),
) -> Claim:
    place = Location(".edgewarden.yaml", line, 3)
    return Claim(team, namespaces, paths, policy_types, labels, place)
