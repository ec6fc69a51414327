"""What reading a file, or a root, gives: objects, and what is not known of them."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from edgewarden.manifests.deployers import Deployer
from edgewarden.manifests.metadata import ASSUMED_NAMESPACE
from edgewarden.manifests.objects import Declared, Refused
from edgewarden.manifests.serving.served import Served
from edgewarden.reachability.location import Problem
from edgewarden.reachability.model import ObjectRef

_WORD = re.compile(r"[\w.-]+")
_API_VERSION = re.compile(r"\bapiVersion\b")
_KIND = re.compile(r"\bkind\b")
_ESCAPED = re.compile(r"\\[xuU]|!!binary|tag:yaml\.org,2002:binary")
_NAMESPACE = re.compile(r"\bnamespace[\"']?[ \t]*:[ \t]*[\"']?([a-z0-9][-a-z0-9]*)")


_Identified = TypeVar("_Identified", Declared, Deployer)


@dataclass(frozen=True, slots=True)
class Lost:
    """A stretch of a file whose objects are not known.

    ``text`` is the file's, as far as it is known: what it names may have been in it. Where it is
    not ``plausible``, nothing suggests an object unless the file held one in another tree.
    ``directory`` marks what stands for a whole directory, so that no file lies beside it. Where
    ``path`` makes a root, ``inputs`` are the files that feed it, and ``candidates`` what of it
    might have been called if that is known; an empty namespace stands for any. ``namespace`` is
    where objects are shown that name none.
    """

    path: str
    problems: tuple[Problem, ...]
    text: str = ""
    plausible: bool = True
    directory: bool = False
    inputs: frozenset[str] = frozenset()
    candidates: frozenset[ObjectRef] | None = None
    namespace: str = ASSUMED_NAMESPACE

    def chosen(self, identified: Iterable[_Identified]) -> list[_Identified]:
        """Those that it might have held: by what it names, or by the words of its text."""
        candidates = self.candidates
        if candidates is None:
            words = frozenset(_WORD.findall(self.text))
            return [each for each in identified if each.ref.name in words]
        return [
            each
            for each in identified
            if each.ref in candidates or replace(each.ref, namespace="") in candidates
        ]

    @property
    def namespaces(self) -> frozenset[str]:
        """Where its objects lie by the look of the text; none where it looks like no object.

        What a root does not say of itself, its applier says, and that is not known.
        """
        named = frozenset(_NAMESPACE.findall(self.text))
        if self.inputs:
            return named
        return named or frozenset({self.namespace} if names_a_type(self.text) else ())


@dataclass(frozen=True, slots=True)
class FileReading:
    """What a file declares (``declared``), holds in vain (``refused``) and hides (``lost``).

    ``problems`` are those that leave no object out; they are told while the file is news.
    ``deployers`` decide what else is deployed, and ``served`` tell what the API server calls. A
    root is read like a file at the ``path`` that makes it one, and ``inputs`` are the files that
    feed it.
    """

    path: str
    declared: tuple[Declared, ...] = ()
    refused: tuple[Refused, ...] = ()
    lost: tuple[Lost, ...] = ()
    problems: tuple[Problem, ...] = ()
    deployers: tuple[Deployer, ...] = ()
    inputs: frozenset[str] = frozenset()
    served: tuple[Served, ...] = ()


def joined(found: Sequence[FileReading]) -> FileReading:
    """One source as it was read in several namespaces; there has to be one at least.

    An object that is the same in several of them is declared once.
    """
    first, *others = found
    if not others:
        return first
    declared, refused = list(first.declared), list(first.refused)
    for each in others:
        known = {one.ref for one in declared} | {one.ref for one in refused}
        declared += (one for one in each.declared if one.ref not in known)
        refused += (one for one in each.refused if one.ref not in known)
    return replace(
        first,
        declared=tuple(declared),
        refused=tuple(refused),
        lost=tuple(dict.fromkeys(one for each in found for one in each.lost)),
        problems=tuple(dict.fromkeys(one for each in found for one in each.problems)),
        served=tuple({one.ref: one for each in found for one in each.served}.values()),
    )


def names_a_type(text: str) -> bool:
    """Whether ``text`` has all it takes to be an object; escapes could spell anything."""
    return bool((_API_VERSION.search(text) and _KIND.search(text)) or _ESCAPED.search(text))
