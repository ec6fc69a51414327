"""Where a statement was written, and what could not be read there."""

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True, order=True)
class Location:
    """A place in a file of the governed repository.

    ``path`` is relative to the root of the tree, ``line`` and ``column`` count from 1. ``beside``
    says where else something of it is set, in words that go on after a comma; mostly nothing is.
    """

    path: str
    line: int
    column: int = 1
    beside: str = ""

    def __str__(self) -> str:
        return f"{self.spot}, {self.beside}" if self.beside else self.spot

    @property
    def spot(self) -> str:
        """The file and the line."""
        return f"{self.path}:{self.line}"


class ProblemKind(StrEnum):
    """Why something that was written could not be taken at its word."""

    UNPARSABLE = "unparsable"
    TOO_LARGE = "too_large"
    DUPLICATE_KEY = "duplicate_key"
    DUPLICATE_OBJECT = "duplicate_object"
    INVALID_OBJECT = "invalid_object"
    UNKNOWN_FIELD = "unknown_field"
    NOT_RENDERED = "not_rendered"
    NOT_FOLLOWED = "not_followed"
    NOT_JUDGED = "not_judged"
    UNSEEN_PODS = "unseen_pods"
    OUT_OF_BOUNDS = "out_of_bounds"
    CONFIGURATION = "configuration"
    """Of the repository's own configuration of Edgewarden."""


@dataclass(frozen=True, slots=True)
class Problem:
    """A limit of what was judged.

    ``message`` says what is wrong in a full sentence, ``remedy`` what to do about it.
    ``decisive`` problems make a review inconclusive; the others are told and leave the
    verdict alone. ``field`` is the path of the offending field (``spec.ingress[0].from``),
    empty where the whole document is meant. ``namespaces`` are those whose reachability the
    problem leaves open; empty means that they are not known. A ``standing`` one is as it was
    before the change, which does not touch what it bears on.
    """

    kind: ProblemKind
    location: Location
    message: str
    remedy: str
    decisive: bool = True
    field: str = ""
    namespaces: frozenset[str] = frozenset()
    standing: bool = False
