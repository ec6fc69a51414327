"""Where a change asks a NetworkPolicy for what it cannot do."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from edgewarden.governance.beyond.wish import COMPANIONS, WISH_OF_FIELD, Wish
from edgewarden.governance.breadth import reaches_internet
from edgewarden.governance.proposal import rules_of
from edgewarden.reachability.location import Location, Problem, ProblemKind
from edgewarden.reachability.model import (
    ClusterProfile,
    ClusterState,
    Direction,
    IPBlock,
    NetworkPolicy,
    ObjectRef,
)

_FIELD = re.compile(
    r"spec\.(?:(?:ingress|egress)\[\d+\](?:\.\w+\[\d+\])?\.(\w+)"
    r"|(action|order|tier|ingressDeny|egressDeny|serviceAccountSelector))"
)
"""In the rules of a policy; above them only what no other kind of object is mistaken for."""
_PROSE = frozenset({"description", "reason", "purpose", "comment", "note", "justification"})
_REQUEST = re.compile(r"\b(?:GET|POST|PUT|PATCH|DELETE|HEAD) /\S*")
_ACCOUNT = re.compile(r"\bservice ?accounts?\b|\bSPIFFE\b|\bJWT\b", re.IGNORECASE)
_DOMAIN = re.compile(
    r"(?<![\w@/.-])(?:\*\.)?(?:[a-z0-9-]+\.)+(?:com|net|org|io|dev|cloud|gov|edu|eu|uk|de)(?![\w/-])"
)


@dataclass(frozen=True, slots=True)
class BeyondPolicy:
    """A wish, and in ``told`` what tells of it: a field, or words of its author.

    ``policy`` is none where no applier takes the object as it is written.
    """

    wish: Wish
    told: str
    location: Location
    policy: ObjectRef | None
    namespaces: frozenset[str]

    @property
    def companion(self) -> str:
        return COMPANIONS[self.wish]

    @property
    def key(self) -> str:
        return f"{', '.join(sorted(self.namespaces))} {self.wish} {self.told}"

    def __str__(self) -> str:
        return self.wish.value


def wishes(state: ClusterState, policies: Iterable[NetworkPolicy]) -> Iterator[BeyondPolicy]:
    """In fields of objects of ``state`` that the API does not know, and in what ``policies`` say of
    themselves."""
    for problem in state.problems:
        yield from _of_field(problem)
    for policy in policies:
        yield from _of_prose(policy, state.profile)


def _of_field(problem: Problem) -> Iterator[BeyondPolicy]:
    found = _FIELD.fullmatch(problem.field)
    name = (found[1] or found[2]) if found else ""
    if problem.kind is ProblemKind.UNKNOWN_FIELD and name in WISH_OF_FIELD:
        wish, told = WISH_OF_FIELD[name], f"the field `{name}`"
        yield BeyondPolicy(wish, told, problem.location, None, problem.namespaces)


def _of_prose(policy: NetworkPolicy, profile: ClusterProfile) -> Iterator[BeyondPolicy]:
    """A domain counts beside addresses of the internet only, which it seems to stand for."""
    prose = [
        text for key, text in sorted(policy.annotations.items()) if key.rpartition("/")[2] in _PROSE
    ]
    patterns = [(Wish.HTTP, _REQUEST), (Wish.IDENTITY, _ACCOUNT)]
    if _to_addresses(policy, profile):
        patterns.append((Wish.DOMAINS, _DOMAIN))
        prose.append(policy.name)
    for wish, pattern in patterns:
        found = next((match[0] for text in prose for match in pattern.finditer(text)), None)
        if found is not None:
            namespaces = frozenset({policy.namespace})
            yield BeyondPolicy(wish, f'"{found}"', policy.location, policy.ref, namespaces)


def _to_addresses(policy: NetworkPolicy, profile: ClusterProfile) -> bool:
    return any(
        isinstance(peer, IPBlock) and reaches_internet(peer, profile)
        for written in rules_of((policy,))
        if written.direction is Direction.EGRESS
        for peer in written.rule.peers
    )
