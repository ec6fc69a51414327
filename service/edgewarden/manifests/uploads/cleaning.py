"""From what a renderer printed to what may be kept of it."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from edgewarden.manifests import nodes
from edgewarden.manifests.documents import Document
from edgewarden.manifests.kinds import mistake_in, type_of
from edgewarden.manifests.nodes import Scalar
from edgewarden.manifests.objects import candidates
from edgewarden.manifests.serving.kinds import SERVING
from edgewarden.manifests.snapshot import LARGEST_FILE
from edgewarden.manifests.uploads.document import Upload, check_paths
from edgewarden.manifests.uploads.errors import UploadError, UploadTooLargeError
from edgewarden.manifests.uploads.shape import kept
from edgewarden.manifests.uploads.writing import written
from edgewarden.manifests.yaml_reader import read_stream

_SHOWN = 10
_LONGEST_KIND = 100


@dataclass(frozen=True, slots=True)
class Tally:
    """What became of the objects: ``kept`` and, as of no use here, ``dropped``, by kind."""

    kept: Mapping[str, int]
    dropped: Mapping[str, int]


def cleaned(files: Mapping[str, bytes]) -> tuple[Upload, Tally]:
    """Take what decides reachability out of rendered files, by their paths.

    All of it is taken or nothing: raises ``UploadError`` with what cannot be read and what strict
    appliers would refuse as a whole, and where there is no object, since a renderer that failed
    prints none. What was cleaned before stays as it is.
    """
    check_paths(files)
    reading = _Reading()
    texts = {path: reading.text(path, files[path]) for path in sorted(files)}
    if reading.faults:
        more = len(reading.faults) - _SHOWN
        told = [*reading.faults[:_SHOWN], *([f"Faults behind these: {more}."] if more > 0 else ())]
        raise UploadError(" ".join(told))
    if not reading.kept and not reading.dropped:
        raise UploadError(
            "There is no object in it: hand in what the renderer prints, once it has succeeded."
        )
    tally = Tally(*(dict(sorted(each.items())) for each in (reading.kept, reading.dropped)))
    return Upload({path: text for path, text in texts.items() if text}), tally


@dataclass(slots=True)
class _Reading:
    """Reads files one by one and counts. ``faults`` are full sentences with their places."""

    faults: list[str] = field(default_factory=list)
    kept: Counter[str] = field(default_factory=Counter)
    dropped: Counter[str] = field(default_factory=Counter)

    def text(self, path: str, content: bytes) -> str:
        """What is kept of a file; empty where that is nothing."""
        try:
            stream = read_stream(content.decode("utf-8-sig"))
        except UnicodeDecodeError as error:
            line = content.count(b"\n", 0, error.start) + 1
            self._object_to(path, line, "This is no UTF-8.")
            return ""
        for defect in stream.defects:
            self._object_to(path, defect.line, f"{defect.message}. {defect.remedy}")
        objects = [each for document in stream.documents for each in self._kept(path, document)]
        text = written(objects) if objects else ""
        if len(text) > LARGEST_FILE:
            raise UploadTooLargeError(
                f"{path} has more than {LARGEST_FILE // 1_000_000} MB of what is kept: hand in "
                "several files."
            )
        return text

    def _kept(self, path: str, document: Document) -> Iterator[nodes.Mapping]:
        root = document.root
        if isinstance(root, Scalar) and root.value is None:
            return
        for defect in document.defects:
            self._object_to(path, defect.line, f"{defect.message}. {defect.remedy}")
        if not isinstance(root, nodes.Mapping):
            self._object_to(path, root.line, "This is no Kubernetes object.")
            return
        found = [slim for each in candidates(root) if (slim := self._slim(path, each)) is not None]
        for repeated in document.repetitions if any(map(_decides, found)) else ():
            self._object_to(
                path,
                repeated.line,
                f"`{repeated.key}` stands here again, after line {repeated.first_line}: keep one "
                "of them.",
            )
        yield from found

    def _slim(self, path: str, root: nodes.Mapping) -> nodes.Mapping | None:
        of = type_of(root)
        mistake = mistake_in(of, root)
        if mistake is not None and (mistake.plausible or not of.version or not of.kind):
            self._object_to(path, root.line, f"{mistake.message}. {mistake.remedy}")
            return None
        slim = kept(root, of)
        counter = self.dropped if slim is None else self.kept
        counter[of.kind[:_LONGEST_KIND]] += 1
        return slim

    def _object_to(self, path: str, line: int, sentence: str) -> None:
        self.faults.append(f"{path}:{line}: {sentence}")


def _decides(root: nodes.Mapping) -> bool:
    """Whether an object that is kept may decide what is reachable."""
    of = type_of(root)
    return (of.group, of.kind) not in SERVING
