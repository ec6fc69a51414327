"""``ApplicationSet`` of Argo CD: the Applications that it makes."""

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass

from edgewarden.manifests.deployments.addresses import repository
from edgewarden.manifests.deployments.argocd import FINALIZER
from edgewarden.manifests.deployments.generators import DEEPEST, generated
from edgewarden.manifests.deployments.ground import Ground
from edgewarden.manifests.deployments.sources import directory_in_tree
from edgewarden.manifests.deployments.specification import (
    UnclearError,
    at,
    flag,
    items,
    mapping,
    text,
    texts,
)
from edgewarden.manifests.deployments.substitution import check_work, substituted
from edgewarden.manifests.nodes import Plain

_DELETES_NONE = frozenset({"create-only", "create-update"})
_UPDATES_NONE = frozenset({"create-only", "create-delete"})
"""Values of ``applicationsSync``: what the controller does not do to an Application."""

_FINALIZERS = (FINALIZER,)
"""What the controller adds where the template names none."""


@dataclass(frozen=True, slots=True)
class Made:
    """An Application as it comes out of the template; references that stay open stand in it.

    One that ``stays`` is not deleted when the set makes it no more, and one that is ``fixed`` not
    changed when the set makes it otherwise.
    """

    name: str
    namespace: str
    spec: Plain
    finalizers: tuple[str, ...]
    stays: bool
    fixed: bool


def applications(spec: Plain, namespace: str, ground: Ground) -> Iterator[Made]:
    """Those of a set that stands in ``namespace``. Raises ``UnclearError``."""
    if at(spec, "templatePatch") is not None:
        raise UnclearError(
            "a patch makes something else of its template (`templatePatch`)",
            "Write what differs into parameters.",
        )
    go = flag(spec, "goTemplate") or False
    keeps = flag(spec, "syncPolicy", "preserveResourcesOnDeletion") or False
    sync = text(spec, "syncPolicy", "applicationsSync")
    template = mapping(spec, "template")
    made = generated(items(spec, "generators"), ground, go=go)
    check_work(template, len(made))
    for parameters in made:
        filled = substituted(template, parameters, go=go)
        own = texts(filled, "metadata", "finalizers")
        yield Made(
            name=_name(filled),
            namespace=namespace,
            spec=at(filled, "spec"),
            finalizers=own or (() if keeps else _FINALIZERS),
            stays=sync in _DELETES_NONE,
            fixed=sync in _UPDATES_NONE,
        )


def named_in(spec: Plain) -> Iterator[tuple[str, str]]:
    """The repositories that a set names, each with a directory that its paths begin with.

    Raises ``UnclearError``.
    """
    source = at(spec, "template", "spec", "source")
    yield from _beginning(at(source, "repoURL"), at(source, "path"))
    pending = items(spec, "generators")
    for depth in range(DEEPEST + 1):
        for generator in pending:
            git = at(generator, "git")
            for item in (*items(git, "directories"), *items(git, "files")):
                yield from _beginning(at(git, "repoURL"), at(item, "path"))
        if depth < DEEPEST:
            pending = [
                inner
                for generator in pending
                for kind in ("matrix", "merge")
                for inner in items(generator, kind, "generators")
            ]


def _beginning(address: Plain, path: Plain) -> Iterator[tuple[str, str]]:
    if isinstance(address, str) and isinstance(path, str) and "{{" not in address:
        plainly = re.split(r"[{*?\[]", path)[0]
        known = path if plainly == path else posixpath.dirname(plainly)
        yield repository(address), directory_in_tree(known)


def _name(filled: Plain) -> str:
    """As it is written where it holds something that is not known here."""
    try:
        return text(filled, "metadata", "name")
    except UnclearError:
        return str(at(filled, "metadata", "name"))
