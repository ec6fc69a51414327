"""What a file of YAML comes to: documents, what is wrong with them, and how much is read."""

from dataclasses import dataclass

from edgewarden.manifests.nodes import Node


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds on what is read of one file.

    ``size`` counts bytes, ``depth`` nesting with aliases expanded, ``nodes`` the values of all
    documents together, and ``expansion`` those that aliases and merges add to them.
    """

    size: int = 5_000_000
    depth: int = 100
    nodes: int = 500_000
    expansion: int = 50_000
    documents: int = 10_000


@dataclass(frozen=True, slots=True)
class Defect:
    """Something that keeps a text from being read. ``message`` has no full stop.

    ``final`` means that nothing behind it is read either. ``dialect`` marks what is sound YAML
    for a program that knows more tags than Kubernetes does.
    """

    line: int
    column: int
    message: str
    remedy: str
    final: bool = False
    dialect: bool = False


class LimitError(Exception):
    """A document exceeds a limit."""

    def __init__(self, defect: Defect) -> None:
        super().__init__(defect.message)
        self.defect = defect


@dataclass(frozen=True, slots=True)
class Repetition:
    """A key that stands twice in the mapping at ``owner_line``; ``dropped`` had the first place.

    ``merged`` marks a key that a merge (``<<``) written behind it sets to something else:
    YAML keeps the key, the reader of ``kubectl`` the merge.
    """

    key: str
    owner_line: int
    first_line: int
    line: int
    column: int
    dropped: Node
    merged: bool = False


@dataclass(frozen=True, slots=True)
class Document:
    """A whole document. ``defects`` and ``repetitions`` are reasons for kubectl to refuse it."""

    root: Node
    repetitions: tuple[Repetition, ...] = ()
    defects: tuple[Defect, ...] = ()
