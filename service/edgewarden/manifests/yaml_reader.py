"""YAML text to located values, within bounds.

Built over the parser's event stream: the ready-made loaders crash the interpreter at 100,000
nested brackets, forget lines, and let the last of two equal keys win in silence.
"""

import re
from dataclasses import dataclass

import yaml

from edgewarden.manifests.composer import Composer
from edgewarden.manifests.documents import Defect, Document, LimitError, Limits

DEFAULT_LIMITS = Limits()

_SEPARATOR = re.compile(r"^---(?=\s|$)", re.MULTILINE)
_LINE_END = re.compile("\r\n|[\n\r\x85\u2028\u2029]")
_MAX_RESUMPTIONS = 50


@dataclass(frozen=True, slots=True)
class Stream:
    """The documents of a text, and why some of it is none.

    Reading goes on behind a broken document at the next ``---``.
    """

    documents: tuple[Document, ...]
    defects: tuple[Defect, ...]


def read_stream(text: str, limits: Limits = DEFAULT_LIMITS) -> Stream:
    """Read every document of ``text``.

    Never raises for what the text holds. Of a document that breaks off nothing is kept; one
    that is whole and that ``kubectl`` would refuse all the same comes with its defects.
    """
    documents: list[Document] = []
    defects: list[Defect] = []
    composer = Composer(limits)
    start: int | None = 0
    line = 0
    while start is not None:
        chunk = text[start:]
        composer.begin(line)
        defect = _read_chunk(chunk, composer, documents)
        if defect is None:
            break
        defects.append(defect)
        if defect.final:
            break
        if len(defects) > _MAX_RESUMPTIONS:
            message = f"More than {_MAX_RESUMPTIONS} documents are broken; the rest is not read"
            remedy = "Repair the documents above, or split the file."
            defects.append(Defect(defect.line, 1, message, remedy, final=True))
            break
        following = _SEPARATOR.search(chunk, composer.document_start + 1)
        if following is None:
            break
        line += len(_LINE_END.findall(chunk, 0, following.start()))
        start += following.start()
    return Stream(tuple(documents), tuple(defects))


def _read_chunk(chunk: str, composer: Composer, documents: list[Document]) -> Defect | None:
    """Append the documents of ``chunk`` until it ends or breaks; say how it broke."""
    try:
        parser = yaml.CSafeLoader(chunk)
        try:
            for document in composer.compose(iter(parser.get_event, None)):
                if len(documents) >= composer.limits.documents:
                    return _too_many(document, composer.limits)
                documents.append(document)
        finally:
            parser.dispose()
    except LimitError as error:
        return error.defect
    except yaml.MarkedYAMLError as error:
        row, column = _place(error, chunk)
        what = ", ".join(part for part in (error.context, error.problem) if part)
        return Defect(
            composer.first_line + row + 1,
            column + 1,
            f"This is not YAML: {what}",
            _advice(chunk, composer.document_start),
        )
    except yaml.reader.ReaderError as error:
        row = len(_LINE_END.findall(chunk, 0, error.position))
        message = f"This is not YAML: {error.reason} (character {error.character!r})"
        remedy = "Remove the character, or write it escaped in double quotes."
        return Defect(composer.first_line + row + 1, 1, message, remedy, final=True)
    return None


def _place(error: yaml.MarkedYAMLError, chunk: str) -> tuple[int, int]:
    """Row and column in the chunk; the parser takes its last line to be ended in any case."""
    mark = error.problem_mark or error.context_mark
    if mark is None:
        return 0, 0
    if mark.index >= len(chunk):
        return len(_LINE_END.findall(chunk)), 0
    return mark.line, mark.column


def _too_many(document: Document, limits: Limits) -> Defect:
    message = f"The file holds more than {limits.documents} documents"
    return Defect(document.root.line, 1, message, "Split the file.", final=True)


def _advice(chunk: str, document_start: int) -> str:
    end = _SEPARATOR.search(chunk, document_start + 1)
    if "{{" in chunk[document_start : end.start() if end else len(chunk)]:
        return "This looks like a template: render it, and commit or review what it renders."
    return "Repair the syntax; `kubectl apply --dry-run=client -f FILE` shows the same place."
