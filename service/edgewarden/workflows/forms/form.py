"""What forms are made of: closed mappings, and paths."""

import posixpath
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from edgewarden.manifests.globs import glob_fault

_NOT_IN_PATHS = frozenset('*?,"')
"""Patterns stand for several files, and Helm takes lists of paths apart at commas."""


class Form(BaseModel):
    """A mapping that takes no other keys than its own."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def _glob(pattern: str) -> str:
    if fault := glob_fault(pattern):
        raise ValueError(f"{pattern!r} is no pattern of paths: {fault}")
    return pattern


def _path(path: str) -> str:
    if fault := glob_fault(path):
        raise ValueError(f"{path!r} is no path: {fault}")
    if forbidden := sorted(_NOT_IN_PATHS.intersection(path)):
        raise ValueError(f"{path!r} is no path: write it without {' '.join(forbidden)}")
    normal = posixpath.normpath(path)
    return "" if normal == "." else normal


PathPatterns = Annotated[tuple[Annotated[str, AfterValidator(_glob)], ...], Field(max_length=100)]

TreePath = Annotated[str, AfterValidator(_path)]
"""Normalised, the root itself as an empty text."""
