"""The files of a tree that say who owns what, read; what cannot be read says that nobody knows."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from edgewarden.governance.ownership.code_owners import (
    CODE_OWNERS_PATHS,
    NO_CODE_OWNERS,
    CodeOwners,
    read_code_owners,
)
from edgewarden.governance.ownership.owners import Claim, Owners
from edgewarden.governance.ownership.owners_files import (
    ALIASES_PATH,
    OWNERS_NAME,
    Named,
    OwnersFile,
    OwnersFiles,
    OwnersRule,
)
from edgewarden.manifests import nodes
from edgewarden.manifests.documents import Limits
from edgewarden.manifests.snapshot import Omission, Snapshot, SourceFile
from edgewarden.manifests.yaml_reader import read_stream

_LIMITS: Final = Limits(size=256_000, depth=20, nodes=20_000, documents=1)
_NO_MAPPING: Final = nodes.Mapping((), 1, 1)


class UnreadableError(Exception):
    """Why nothing is known of what a file says; goes on after its path."""


def read_owners(base: Snapshot, claims: tuple[Claim, ...]) -> Owners:
    """Who owns what, by what the base of a change and its configuration say."""
    files = {file.path: file for file in base.ownership}
    return Owners(claims, _code_owners(files), _owners_files(files))


def _code_owners(files: Mapping[str, SourceFile]) -> CodeOwners:
    file = next((files[path] for path in CODE_OWNERS_PATHS if path in files), None)
    if file is None:
        return NO_CODE_OWNERS
    if file.content is None:
        return CodeOwners(file.path, fault=_absence(file))
    return read_code_owners(file.path, file.content)


def _owners_files(files: Mapping[str, SourceFile]) -> OwnersFiles:
    found = {
        path.rpartition("/")[0]: _owners_file(file)
        for path, file in files.items()
        if path.rpartition("/")[2] == OWNERS_NAME
    }
    aliases = files.get(ALIASES_PATH)
    try:
        return OwnersFiles(found, {} if aliases is None else dict(_aliases(_mapping(aliases))))
    except UnreadableError:
        return OwnersFiles(found, {})  # the names that stand in the files are told as they are


def _owners_file(file: SourceFile) -> OwnersFile:
    try:
        root = _mapping(file)
    except UnreadableError as error:
        return OwnersFile(file.path, fault=str(error))
    options = root.get("options")
    no_parents = isinstance(options, nodes.Mapping) and options.get("no_parent_owners")
    return OwnersFile(
        file.path,
        tuple(_rules(root)),
        no_parents=isinstance(no_parents, nodes.Scalar) and no_parents.value is True,
    )


def _rules(root: nodes.Mapping) -> Iterator[OwnersRule]:
    """What the file says of all files; only if that is nothing, what it says by ``filters``."""
    simple = OwnersRule(approvers=_named(root, "approvers"), reviewers=_named(root, "reviewers"))
    if simple.approvers or simple.reviewers:
        yield simple
        return
    filters = root.get("filters")
    for entry in filters.entries if isinstance(filters, nodes.Mapping) else ():
        if isinstance(entry.value, nodes.Mapping):
            names = (_named(entry.value, role) for role in ("approvers", "reviewers"))
            yield OwnersRule(entry.key, *names)


def _aliases(root: nodes.Mapping) -> Iterator[tuple[str, tuple[str, ...]]]:
    aliases = root.get("aliases")
    for entry in aliases.entries if isinstance(aliases, nodes.Mapping) else ():
        yield entry.key.casefold(), tuple(_texts(entry.value))


def _named(mapping: nodes.Mapping, role: str) -> Named | None:
    node = mapping.get(role)
    names = () if node is None else tuple(_texts(node))
    return Named(names, node.line) if node is not None and names else None


def _texts(node: nodes.Node) -> Iterable[str]:
    items = node.items if isinstance(node, nodes.Sequence) else ()
    return (str(item.value) for item in items if isinstance(item, nodes.Scalar) and item.value)


def _mapping(file: SourceFile) -> nodes.Mapping:
    """The mapping that the file holds, an empty one where it holds nothing."""
    if file.content is None:
        raise UnreadableError(_absence(file))
    if len(file.content) > _LIMITS.size:
        raise UnreadableError(f"is larger than {_LIMITS.size // 1000} kB")
    stream = read_stream(file.content.decode("utf-8-sig", "replace"), _LIMITS)
    if stream.defects:
        defect = stream.defects[0]
        raise UnreadableError(f"cannot be read (line {defect.line}: {defect.message})")
    root = stream.documents[0].root if stream.documents else _NO_MAPPING
    if not isinstance(root, nodes.Mapping):
        raise UnreadableError("holds no mapping")
    return root


def _absence(file: SourceFile) -> str:
    return "is too large" if file.omission is Omission.TOO_LARGE else "was not read"
