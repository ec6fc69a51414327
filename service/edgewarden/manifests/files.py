"""One file: from bytes to the objects it declares and the problems it has."""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TypeAlias

from edgewarden.manifests.applying import UNKNOWN, Applying
from edgewarden.manifests.deployers import Deployer, may_deploy
from edgewarden.manifests.documents import Defect, Document, Repetition
from edgewarden.manifests.kinds import ObjectType
from edgewarden.manifests.nodes import Mapping, Node, Scalar
from edgewarden.manifests.objects import (
    Declared,
    Outcome,
    Refused,
    Remark,
    Unidentified,
    candidates,
    read_object,
)
from edgewarden.manifests.readings import FileReading, Lost, names_a_type
from edgewarden.manifests.serving.served import Served
from edgewarden.manifests.snapshot import MANIFEST_SUFFIXES, Omission, SourceFile
from edgewarden.manifests.yaml_reader import DEFAULT_LIMITS, read_stream
from edgewarden.reachability.location import Location, Problem, ProblemKind

_SURROGATES = re.compile(r"\\u([dD][89abAB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})")
_BYTE_ORDER_MARKS = {
    b"\xef\xbb\xbf": "utf-8-sig",
    b"\xff\xfe": "utf-16",
    b"\xfe\xff": "utf-16",
}
_LFS_POINTERS = (b"version https://git-lfs.github.com/spec/", b"version https://hawser.github.com/")
"""How a pointer of Git LFS begins, by its specification; the second is its name before 1.0."""
_SHOWN = 10
"""Problems of one sort that one document may cause."""


_Part: TypeAlias = Declared | Refused | Lost | Remark | Deployer | Served


def read_file(file: SourceFile, applying: Applying = UNKNOWN) -> FileReading:
    """Read a file that ``kubectl apply`` would read. Never raises for what it holds.

    Raises ``ValueError`` for one that was to be known: its reading is lost, and nothing must be
    judged without it.

    YAML that cannot be read could always be a manifest. JSON is many things, so a JSON file
    that cannot be read and names no type is told without weight.
    """
    path = file.path
    if file.omission is not None or file.content is None:
        return _omitted(file)
    if file.content.startswith(_LFS_POINTERS):
        return _pointing(path)
    is_json = path.endswith(".json")
    if len(file.content) > DEFAULT_LIMITS.size:
        plausible = not is_json or names_a_type(file.content.decode("latin-1"))
        return _unread(path, _too_large(path), "", applying, plausible=plausible)
    text, problem = _decode(path, file.content)
    if is_json and not names_a_type(text):
        problem = problem or _json_fault(path, text)
        if problem is not None:
            return _unread(path, problem, text, applying, plausible=False)
        return FileReading(path, lost=(_no_object(path, 1, applying),))
    if problem is not None:
        return _unread(path, problem, text, applying, plausible=True)
    yaml = _as_yaml(text) if text.lstrip()[:1] in {"{", "["} else text
    places = partial(Location, path)
    return read_text(yaml, path, applying, lambda root: read_object(root, places, applying))


def read_text(
    text: str, path: str, applying: Applying, read: Callable[[Mapping], tuple[Outcome, ...]]
) -> FileReading:
    """Read every document of ``text``, which ``path`` stands for, and each object by ``read``."""
    stream = read_stream(text)
    parts: list[_Part] = []
    for document in stream.documents:
        parts.extend(_read_document(document, path, text, applying, read))
    if stream.defects:
        problems = tuple(_unparsable(path, each, applying) for each in stream.defects[:_SHOWN])
        parts.append(Lost(path, problems, text, namespace=applying.shown_namespace))
    return FileReading(
        path,
        tuple(part for part in parts if isinstance(part, Declared)),
        tuple(part for part in parts if isinstance(part, Refused)),
        tuple(part for part in parts if isinstance(part, Lost)),
        tuple(each for part in parts if isinstance(part, Remark) for each in part.problems),
        deployers=tuple(part for part in parts if isinstance(part, Deployer)),
        served=tuple(part for part in parts if isinstance(part, Served)),
    )


def _unread(
    path: str, problem: Problem, text: str, applying: Applying, *, plausible: bool
) -> FileReading:
    told = () if plausible else (replace(problem, decisive=False),)
    lost = Lost(path, (problem,), text, plausible, namespace=applying.shown_namespace)
    return FileReading(path, lost=(lost,), problems=told)


def _json_fault(path: str, text: str) -> Problem | None:
    """What keeps ``text`` from being JSON."""
    try:
        json.loads(text)
    except json.JSONDecodeError as error:
        return _unreadable(path, error.lineno, f"This is not JSON: {error.msg}")
    except RecursionError:
        return _unreadable(path, 1, "The nesting of this JSON is too deep")
    except ValueError:
        return _unreadable(path, 1, "This JSON holds a number that is too long")
    return None


def _no_object(path: str, line: int, applying: Applying) -> Lost:
    problem = Problem(
        ProblemKind.INVALID_OBJECT,
        Location(path, line),
        "This is no Kubernetes object.",
        f"Write an object, or name the file so that no applier reads it. {applying.held_back}",
    )
    return Lost(path, (problem,), plausible=False)


def _decode(path: str, content: bytes) -> tuple[str, Problem | None]:
    """The text, and what keeps it from being one. Byte order marks are honoured and dropped."""
    encoding = next(
        (name for mark, name in _BYTE_ORDER_MARKS.items() if content.startswith(mark)), "utf-8"
    )
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        message = f"Byte {error.start} is no {encoding.removesuffix('-sig').upper()}"
        if b"\0" in content:
            message = "The file is binary or encrypted, not text"
        return content.decode(encoding, errors="replace"), _unreadable(path, line, message)
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        return text, _unreadable(path, line, "The file is binary or encrypted, not text")
    return text, None


def _unreadable(path: str, line: int, message: str) -> Problem:
    return Problem(
        ProblemKind.UNPARSABLE,
        Location(path, line),
        f"{message}; the objects that it may hold are not judged.",
        "Commit the manifest as UTF-8 text, or name the file so that no applier reads it.",
    )


def _as_yaml(text: str) -> str:
    """JSON in the spelling that a YAML parser takes: no tabs, characters in one escape."""
    spaced = text.replace("\t", " ")
    return _SURROGATES.sub(_joined, spaced)


def _joined(pair: re.Match[str]) -> str:
    high, low = (int(half, 16) for half in pair.groups())
    return f"\\U{0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00):08X}"


def _too_large(path: str) -> Problem:
    return Problem(
        ProblemKind.TOO_LARGE,
        Location(path, 1),
        f"The file is larger than {DEFAULT_LIMITS.size // 1_000_000} MB; the objects that it may "
        "hold are not judged.",
        "Split the file.",
    )


def _omitted(file: SourceFile) -> FileReading:
    match file.omission:
        case Omission.TOO_LARGE:
            problem = _too_large(file.path)
        case Omission.SYMLINK:
            what = "The file is a symbolic link, which is not followed"
            problem = _not_followed(file.path, what, "Commit the manifest itself.")
        case Omission.DIRECTORY_LINK:
            what = "A symbolic link, which is not followed, leads to a directory of manifests"
            remedy = "Compare the directories that it leads to with `edgewarden diff`."
            problem = _not_followed(file.path, what, remedy)
        case Omission.SUBMODULE:
            what = "The directory is a submodule, which is not followed"
            remedy = "Review the change of the submodule in its own repository."
            problem = _not_followed(file.path, what, remedy)
        case Omission.KNOWN:
            msg = f"{file.path} was to be known, and its reading is not at hand"
            raise ValueError(msg)
        case _:
            return FileReading(file.path)
    # A link of another name could be anything; it tells only what it took the place of.
    plausible = file.omission is not Omission.SYMLINK or file.path.endswith(MANIFEST_SUFFIXES)
    directory = file.omission in {Omission.DIRECTORY_LINK, Omission.SUBMODULE}
    lost = Lost(file.path, (problem,), plausible=plausible, directory=directory)
    return FileReading(file.path, lost=(lost,))


def _pointing(path: str) -> FileReading:
    problem = _not_followed(
        path,
        "The file is a pointer of Git LFS, which is not followed",
        "Commit the manifest itself, not through Git LFS.",
    )
    return FileReading(path, lost=(Lost(path, (problem,)),))


def _not_followed(path: str, what: str, remedy: str) -> Problem:
    message = f"{what}; the objects that it may lead to are not judged."
    return Problem(ProblemKind.NOT_FOLLOWED, Location(path, 1), message, remedy)


def _unparsable(path: str, defect: Defect, applying: Applying) -> Problem:
    return Problem(
        ProblemKind.UNPARSABLE,
        Location(path, defect.line, defect.column),
        f"{defect.message}; the objects that the document may hold are not judged.",
        f"{defect.remedy} {applying.held_back}",
    )


def _read_document(
    document: Document,
    path: str,
    text: str,
    applying: Applying,
    read: Callable[[Mapping], tuple[Outcome, ...]],
) -> list[_Part]:
    root = document.root
    namespace = applying.shown_namespace
    sound = all(defect.dialect for defect in document.defects)
    if not isinstance(root, Mapping):
        if sound:
            empty = isinstance(root, Scalar) and root.value is None
            return [] if empty else [_no_object(path, root.line, applying)]
        return [Lost(path, _doubts(document, path, applying), text, namespace=namespace)]
    outcomes = [outcome for candidate in candidates(root) for outcome in read(candidate)]
    concerned = any(map(_is_plausible, outcomes))
    parts: list[_Part] = []
    if document.repetitions or document.defects:
        if concerned or not sound or _decides_by_repetition(document, root):
            doubts = _doubts(document, path, applying)
            parts.append(Lost(path, doubts, text, namespace=namespace))
        outcomes = [_doubted(outcome, readable=not document.defects) for outcome in outcomes]
    for outcome in outcomes:
        if isinstance(outcome, Unidentified):
            lost = Lost(path, outcome.problems, text, outcome.plausible, namespace=namespace)
            parts.append(lost)
        else:
            parts.append(outcome)
    return parts


def _is_plausible(outcome: Outcome) -> bool:
    """Whether it may be an object that decides reachability."""
    match outcome:
        case Served():
            return False
        case Unidentified(plausible=plausible):
            return plausible
    return True


def _doubts(document: Document, path: str, applying: Applying) -> tuple[Problem, ...]:
    """Why strict appliers refuse the document as a whole."""
    defects = (_unparsable(path, each, applying) for each in document.defects[:_SHOWN])
    return *defects, *_repeated(document, path, applying)


def _doubted(outcome: Outcome, *, readable: bool) -> Outcome:
    """An object of a document that strict appliers refuse as a whole."""
    if isinstance(outcome, Declared):
        return Refused(outcome.ref, (), outcome if readable else None)
    return outcome


def _decides_by_repetition(document: Document, root: Mapping) -> bool:
    """Whether a value that the last-wins reading drops made the document one of ours."""
    versions = _values(document, root, "apiVersion")
    kinds = _values(document, root, "kind")
    groups = {version.rpartition("/")[0] for version in versions}
    return any(
        ObjectType(group, "", kind).decides_reachability or may_deploy(group, kind)
        for group in groups
        for kind in kinds
    )


def _values(document: Document, root: Mapping, key: str) -> set[str]:
    dropped = (r.dropped for r in document.repetitions if r.key == key)
    texts = (node.value for node in dropped if isinstance(node, Scalar))
    return {root.text(key), *(text for text in texts if isinstance(text, str))}


def _repeated(document: Document, path: str, applying: Applying) -> list[Problem]:
    """One problem for each mapping with repeated keys."""
    by_owner: dict[tuple[int, bool], list[Repetition]] = {}
    for repetition in document.repetitions:
        by_owner.setdefault((repetition.owner_line, repetition.merged), []).append(repetition)
    problems = []
    for (_, merged), repetitions in list(by_owner.items())[:_SHOWN]:
        first = repetitions[0]
        location = Location(path, first.line, first.column)
        keys = "; ".join(
            f"`{r.key}` at line {r.first_line} and again at line {r.line}"
            for r in repetitions[:_SHOWN]
        )
        if merged:
            message = (
                f"A merge (<<) repeats keys of its own mapping: {keys}. YAML keeps the mapping's "
                "own values, the reader of kubectl those of the merge."
            )
            remedy = "Put the merge first, or remove the keys."
        else:
            message = (
                f"One mapping holds keys twice: {keys}. kubectl and server-side apply refuse it; "
                "a reader that lets the last one win silently drops "
                f"{_dropped(document.root, repetitions)}."
            )
            remedy = "Separate two objects by `---`, or remove the repeated keys."
        problems.append(
            Problem(
                ProblemKind.DUPLICATE_KEY,
                location,
                message,
                f"{remedy} {applying.held_back}",
                field=first.key,
            )
        )
    return problems


def _dropped(root: Node, repetitions: list[Repetition]) -> str:
    """What is lost, as a reader would call it: an object, or values."""
    owner = repetitions[0].owner_line
    if isinstance(root, Mapping) and root.line == owner:
        values = {r.key: r.dropped for r in reversed(repetitions)}
        metadata = values.get("metadata")
        if isinstance(metadata, Mapping):
            own_kind = root.text("kind")
            kind = values.get("kind")
            named = kind.value if isinstance(kind, Scalar) else own_kind
            name = "/".join(filter(None, (metadata.text("namespace"), metadata.text("name"))))
            return f"{named} {name} (from line {owner})"
    return ", ".join(f"`{r.key}` of line {r.first_line}" for r in repetitions[:_SHOWN])
