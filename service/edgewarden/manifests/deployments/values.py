"""Files of the tree, and objects, that give a chart its values, wherever the chart comes from."""

import re
from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet

from edgewarden.manifests.deployments.addresses import NOBODYS, repository
from edgewarden.manifests.deployments.ground import Ground
from edgewarden.manifests.deployments.sources import directory_in_tree
from edgewarden.manifests.deployments.specification import UnclearError, items, mapping
from edgewarden.manifests.globs import Globs
from edgewarden.manifests.kustomizations import Kustomization
from edgewarden.manifests.nodes import Mapping, Plain, Sequence, plain
from edgewarden.manifests.snapshot import SourceFile
from edgewarden.manifests.unjudged import plain_digest
from edgewarden.manifests.yaml_reader import read_stream

_OPEN = re.compile(r"\{\{.*?\}\}")
"""What only the cluster knows, in a text that a template made."""
_OBJECTS = frozenset({"ConfigMap", "Secret"})
_GENERATORS = ("configMapGenerator", "secretGenerator")
_MARK = re.compile(rb"(?i)configmap|secret")
_HASH = r"(-[a-z0-9]{10})?"
"""What kustomize puts behind the name of an object that it generates."""


def files_given(spec: Plain, ground: Ground) -> frozenset[str]:
    """The files of the tree that the sources of an Application name as values.

    ``$name/path`` lies in the source with that ``ref``; all else in the source's own directory, or
    the repository. Where it is not known whose the tree is, it may be any of them.
    """
    several = _listed(spec, "sources")
    one = spec.get("source") if isinstance(spec, dict) else None
    sources = several or [one]
    places = {f"${ref}": each for each in several if (ref := _text(each, "ref"))}
    found: set[str] = set()
    for source in sources:
        for path in _named(source):
            reference, _, within = path.partition("/")
            place = places.get(reference)
            where, directory = (source, _text(source, "path")) if place is None else (place, "")
            relative = path if place is None else within
            if _may_be_here(_text(where, "repoURL"), ground):
                found |= _matching(directory, relative, ground)
    return frozenset(found)


def _named(source: Plain) -> Iterator[str]:
    helm = source.get("helm") if isinstance(source, dict) else None
    yield from (each for each in _listed(helm, "valueFiles") if isinstance(each, str))
    for each in _listed(helm, "fileParameters"):
        yield _text(each, "path")


def _listed(value: Plain, key: str) -> list[Plain]:
    try:
        return items(value, key)
    except UnclearError:
        return []


def _text(value: Plain, key: str) -> str:
    found = value.get(key) if isinstance(value, dict) else None
    return found if isinstance(found, str) else ""


def _may_be_here(address: str, ground: Ground) -> bool:
    return ground.ownership == NOBODYS or ground.ownership.includes(repository(address))


def _matching(directory: str, path: str, ground: Ground) -> AbstractSet[str]:
    rooted = path if path.startswith("/") else f"{directory}/{path}"
    try:
        wanted = directory_in_tree(_OPEN.sub("*", rooted), rooted=True)
    except UnclearError:
        return frozenset()
    if wanted in ground.files:
        return {wanted}
    return Globs((wanted,)).matching(ground.files) if "*" in wanted else frozenset()


def objects_given(listed: Iterable[Plain]) -> frozenset[str]:
    """The names of the ``ConfigMap`` and ``Secret`` objects in ``valuesFrom``, or
    ``substituteFrom``."""
    return frozenset(filter(None, (_text(each, "name") for each in listed)))


def is_asked(name: str, asked: AbstractSet[str]) -> bool:
    """Whether an object is meant by one of the names that are asked for: what makes it may put
    something in front of its own name, and a hash behind."""
    return any(re.fullmatch(f".*{re.escape(name)}{_HASH}", each) for each in asked)


def said(file: SourceFile | None) -> frozenset[tuple[str, str]]:
    """The objects of values in a file, and those that kustomize is to make by it: the name of each,
    and a digest of what is said of it."""
    if file is None or file.content is None or not _MARK.search(file.content):
        return frozenset()
    text = file.content.decode("utf-8-sig", errors="replace")
    return frozenset(
        (name, plain_digest(content))
        for document in read_stream(text).documents
        if isinstance(document.root, Mapping)
        for name, content in _objects(document.root)
    )


def generated_of(kustomization: Kustomization, paths: AbstractSet[str]) -> frozenset[str]:
    """The names of what a kustomization may generate out of one of ``paths``."""
    named = {each.path for each in kustomization.references if each.key in _GENERATORS}
    if paths.isdisjoint(named):
        return frozenset()
    return frozenset(name for name, _ in said(SourceFile("", kustomization.canonical.encode())))


def _objects(root: Mapping) -> Iterator[tuple[str, dict[str, Plain]]]:
    if root.text("kind") in _OBJECTS:
        yield from _called(root.get("metadata"), root)
    for key in _GENERATORS:
        listed = root.get(key)
        for each in listed.items if isinstance(listed, Sequence) else ():
            yield from _called(each, each)


def _called(naming: object, node: object) -> Iterator[tuple[str, dict[str, Plain]]]:
    name = naming.text("name") if isinstance(naming, Mapping) else ""
    if name and isinstance(node, Mapping):
        yield name, mapping(plain(node))
