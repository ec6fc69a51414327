"""Who proposes a change, and what is said of it: the pull request as the forge has it."""

from dataclasses import dataclass
from enum import StrEnum


class TeamStanding(StrEnum):
    """Whether somebody is in a team."""

    YES = "yes"
    NO = "no"
    MAY = "may"


@dataclass(frozen=True, slots=True)
class Request:
    """A pull request. ``author`` is a login on its forge, empty where nobody is known.

    ``teams`` are those that the author is in, none where nobody knows who that is; ``registered``
    are all teams of which the register knows a member. ``branch`` is where the change goes.
    """

    author: str = ""
    teams: frozenset[str] | None = None
    registered: frozenset[str] = frozenset()
    title: str = ""
    labels: tuple[str, ...] = ()
    draft: bool = False
    branch: str = ""

    def author_in(self, team: str) -> TeamStanding:
        """Uncertain where the register knows nothing of the author, or nobody in the team."""
        if self.teams is None:
            return TeamStanding.MAY
        if team in self.teams:
            return TeamStanding.YES
        return TeamStanding.NO if team in self.registered else TeamStanding.MAY


NO_REQUEST = Request()
"""A change that no forge tells of: the command line's."""
