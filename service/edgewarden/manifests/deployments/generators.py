"""Generators of an ``ApplicationSet``: the parameters of each Application that it makes.

As ``applicationset/generators`` of Argo CD makes them. What only the cluster knows is left out of
the parameters: a template that asks for it stays open there.
"""

import json
import posixpath
import re
from collections.abc import Collection, Iterator, Sequence
from typing import TypeVar

from edgewarden.manifests.deployments.addresses import repository
from edgewarden.manifests.deployments.globs import directories_matching, files_matching
from edgewarden.manifests.deployments.ground import Ground
from edgewarden.manifests.deployments.revisions import other_revision
from edgewarden.manifests.deployments.specification import (
    UnclearError,
    at,
    flag,
    items,
    mapping,
    shown,
    text,
)
from edgewarden.manifests.deployments.substitution import Parameters, check_work, substituted
from edgewarden.manifests.nodes import Plain, plain
from edgewarden.manifests.yaml_reader import read_stream

MOST_APPLICATIONS = 5_000
"""Of one ``ApplicationSet``; one that makes more is not followed."""

DEEPEST = 2
"""Generators of generators, as Argo CD takes them."""

_KINDS = ("list", "git", "clusters", "matrix", "merge")
_BY_HAND = "Write an Application for each of them, or let a list or files name them."
_Sized = TypeVar("_Sized", bound=Collection[object])
_UNSAFE = re.compile(r"[^-a-z0-9.]")
_LONGEST_NAME = 253


def generated(generators: Sequence[Plain], ground: Ground, *, go: bool) -> tuple[Parameters, ...]:
    """The parameters of every Application. Raises ``UnclearError``."""
    if not generators:
        raise UnclearError("it has no generators", "Name what makes its Applications.")
    found: list[Parameters] = []
    for generator in generators:
        found += _of_one(generator, ground, go=go, depth=0)
        _bounded(found)
    return tuple(found)


def _of_one(generator: Plain, ground: Ground, *, go: bool, depth: int) -> list[Parameters]:
    kinds = [key for key in mapping(generator) if key != "selector"]
    if len(kinds) != 1 or kinds[0] not in _KINDS or depth > DEEPEST:
        named = ", ".join(kinds) or "nothing"
        raise UnclearError(f"its Applications come from the generator {named}", _BY_HAND)
    if mapping(generator, "selector"):
        raise UnclearError("a selector chooses among its parameters", _BY_HAND)
    (kind,) = kinds
    if mapping(generator, kind, "template"):
        raise UnclearError("one of its generators has a template of its own", _BY_HAND)
    made = at(generator, kind)
    match kind:
        case "list":
            return _of_list(made, go=go)
        case "git":
            return [_with_values(each, made, go=go) for each in _of_git(made, ground, go=go)]
        case "clusters":
            # One set stands for all clusters: nothing but their secrets tells how many there are.
            return [_with_values({}, made, go=go)]
        case "matrix":
            return _of_matrix(made, ground, go=go, depth=depth)
        case _:
            return _of_merge(made, ground, go=go, depth=depth)


def _of_list(made: Plain, *, go: bool) -> list[Parameters]:
    elements = items(made, "elements")
    if written := text(made, "elementsYaml"):
        elements = [*elements, *_sets(written, "elementsYaml")]
    return _bounded([_element(element, go=go) for element in elements])


def _element(element: Plain, *, go: bool) -> Parameters:
    named = mapping(element)
    if go:
        return named
    flat = {key: value for key, value in named.items() if key != "values"}
    flat |= {f"values.{key}": value for key, value in mapping(named, "values").items()}
    if not all(isinstance(value, str) for value in flat.values()):
        raise UnclearError("an element of its list is no text", "Put the value in quotes.")
    return flat


def _of_git(made: Plain, ground: Ground, *, go: bool) -> Iterator[Parameters]:
    address = text(made, "repoURL")
    if not ground.ownership.includes(repository(address)):
        raise UnclearError(f"its Applications come from {shown(address)}", _BY_HAND)
    if elsewhere := other_revision(text(made, "revision")):
        raise UnclearError(f"its Applications come from {elsewhere}", _BY_HAND)
    prefix = text(made, "pathParamPrefix")
    if wanted := items(made, "directories"):
        for directory in _chosen(wanted, _shown_directories(ground), directories=True):
            yield _path_parameters(directory, "", prefix, go=go)
        return
    for path in _chosen(items(made, "files"), ground.files, directories=False):
        content = ground.files[path].content
        if content is None:
            raise UnclearError(f"{path} is not there as a file", "Commit the file itself.")
        for found in _sets(content.decode("utf-8", errors="replace"), path):
            own = found if go else _flat(found)
            place = _path_parameters(
                posixpath.dirname(path), posixpath.basename(path), prefix, go=go
            )
            yield {**own, **place}


def _shown_directories(ground: Ground) -> list[str]:
    """The repository server tells of no directory whose name begins with a point, nor of what is
    below it, nor of the root."""
    return [each for each in ground.directories if each and "/." not in f"/{each}"]


def _chosen(wanted: Sequence[Plain], paths: Collection[str], *, directories: bool) -> list[str]:
    matching = directories_matching if directories else files_matching
    taken: set[str] = set()
    dropped: set[str] = set()
    for item in wanted:
        excluding = flag(item, "exclude")
        (dropped if excluding else taken).update(matching(text(item, "path"), paths))
    return sorted(_bounded(taken - dropped))


def _path_parameters(directory: str, filename: str, prefix: str, *, go: bool) -> Parameters:
    """Of a file in the root, Go's ``path.Dir`` makes a point."""
    place = directory or "."
    parts: dict[str, str] = {
        "basename": posixpath.basename(place),
        "basenameNormalized": _normalized(posixpath.basename(place)),
    }
    if filename:
        parts |= {"filename": filename, "filenameNormalized": _normalized(filename)}
    segments = place.split("/")
    if go:
        path: Plain = {"path": place, "segments": list(segments), **parts}
        return {prefix: {"path": path}} if prefix else {"path": path}
    name = f"{prefix}.path" if prefix else "path"
    return {
        name: place,
        **{f"{name}.{key}": part for key, part in parts.items()},
        **{f"{name}[{number}]": segment for number, segment in enumerate(segments)},
    }


def _normalized(name: str) -> str:
    """``SanitizeName``, which makes a name of an object of anything."""
    return _UNSAFE.sub("-", name.lower())[:_LONGEST_NAME].strip("-.")


def _sets(written: str, where: str) -> list[dict[str, Plain]]:
    """A file of parameters holds one set of them, or a list of sets."""
    stream = read_stream(written)
    documents = stream.documents
    broken = stream.defects or len(documents) != 1
    if broken or documents[0].defects or documents[0].repetitions:
        raise UnclearError(
            f"{where} cannot be read as parameters",
            "Write one document of YAML: a mapping, or a list of mappings.",
        )
    value = plain(documents[0].root)
    return [mapping(each) for each in (value if isinstance(value, list) else [value])]


def _flat(value: Plain, name: str = "") -> dict[str, Plain]:
    """Nested values under the names of all keys on the way, joined by points."""
    match value:
        case dict():
            inner = list(value.items())
        case list():
            inner = [(str(number), item) for number, item in enumerate(value)]
        case str():
            return {name: value}
        case bool():
            return {name: "true" if value else "false"}
        case int():
            return {name: str(value)}
        case _:
            return {}
    flat: dict[str, Plain] = {}
    for key, item in inner:
        flat |= _flat(item, f"{name}.{key}" if name else key)
    return flat


def _with_values(parameters: Parameters, made: Plain, *, go: bool) -> Parameters:
    """The parameters, and the generator's own ``values``, which may refer to them."""
    written = mapping(made, "values")
    if not written:
        return parameters
    values = mapping(substituted(written, parameters, go=go))
    if go:
        return {**parameters, "values": values}
    return {**parameters, **{f"values.{key}": value for key, value in values.items()}}


def _of_matrix(made: Plain, ground: Ground, *, go: bool, depth: int) -> list[Parameters]:
    """Each set of one generator with each of the next, which may refer to the first."""
    generators = items(made, "generators")
    combined: list[Parameters] = [{}]
    for generator in generators:
        longer: list[Parameters] = []
        check_work(generator, len(combined))
        for earlier in combined:
            own = substituted(generator, earlier, go=go)
            for found in _of_one(own, ground, go=go, depth=depth + 1):
                longer.append(_joined(earlier, found, go=go))
                _bounded(longer)
        combined = longer
    return combined if generators else []


def _joined(earlier: Parameters, later: Parameters, *, go: bool) -> Parameters:
    """With ``goTemplate`` the first value of a key stays, else two different ones are refused."""
    if go:
        return _deepened(later, earlier)
    if any(earlier[key] != later[key] for key in earlier.keys() & later.keys()):
        raise UnclearError("two of its generators disagree on a parameter", "Rename one of them.")
    return {**earlier, **later}


def _deepened(under: Parameters, over: Parameters) -> dict[str, Plain]:
    """``over`` on top of ``under``, mapping by mapping."""
    merged = dict(under)
    for key, value in over.items():
        below = merged.get(key)
        both = isinstance(below, dict) and isinstance(value, dict)
        merged[key] = _deepened(below, value) if both else value  # type: ignore[arg-type]
    return merged


def _of_merge(made: Plain, ground: Ground, *, go: bool, depth: int) -> list[Parameters]:
    """The sets of the first generator, each with those of the others that have the same keys."""
    keys = [text(key) for key in items(made, "mergeKeys")]
    if not keys:
        raise UnclearError("its merge generator names no keys", "Name them in `mergeKeys`.")

    def key_of(parameters: Parameters) -> str:
        return json.dumps([parameters.get(key) for key in keys], sort_keys=True)

    first, *others = [
        _of_one(generator, ground, go=go, depth=depth + 1)
        for generator in items(made, "generators")
    ] or [[]]
    for other in others:
        over = {key_of(each): each for each in other}
        first = [_overridden(each, over.get(key_of(each), {}), go=go) for each in first]
    return first


def _overridden(under: Parameters, over: Parameters, *, go: bool) -> Parameters:
    return _deepened(under, over) if go else {**under, **over}


def _bounded(found: _Sized) -> _Sized:
    if len(found) > MOST_APPLICATIONS:
        raise UnclearError(
            f"it makes more than {MOST_APPLICATIONS} Applications",
            "Write several ApplicationSets, each with a part of its generators.",
        )
    return found
