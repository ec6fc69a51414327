"""Whether a change of something comes from a team that owns it."""

from collections.abc import Iterable
from dataclasses import dataclass

from edgewarden.governance.ownership.ownership import Ownership
from edgewarden.governance.request import Request, TeamStanding


@dataclass(frozen=True, slots=True)
class Authorship:
    """The teams that own something, as in ``platform (.edgewarden.yaml:4)``, and whether the
    author of a change is in one of them; ``text`` says it in a clause."""

    teams: tuple[str, ...]
    standing: TeamStanding
    text: str


def authorship(request: Request, ownerships: Iterable[Ownership]) -> Authorship:
    """Uncertain where nobody knows who the author is, or who is in the teams."""
    owned = tuple(dict.fromkeys(ownerships))
    found = {request.author_in(team) for each in owned for team in each.owners}
    first = (each for each in (TeamStanding.YES, TeamStanding.MAY) if each in found)
    standing = next(first, TeamStanding.NO)
    several = "one of these teams" if len(owned) > 1 else "that team"
    return Authorship(tuple(map(str, owned)), standing, _text(request, standing, several))


def _text(request: Request, standing: TeamStanding, team: str) -> str:
    author = request.author
    match standing:
        case TeamStanding.YES:
            return f"{author} is in {team}"
        case TeamStanding.NO:
            return f"{author} is not in {team}".replace("not in one", "in none")
    if not author:
        return "who proposes the change is not known"
    if request.teams is None:
        return f"nothing is known of {author}, who may be in {team}"
    return f"nobody is known to be in {team}, so {author} may be"
