"""The reader against the standard loader: the same values, but for the differences listed here.

``kubectl`` does not read YAML as PyYAML does; where they differ the reader follows ``kubectl``.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
import yaml
from hypothesis import assume, given
from hypothesis import strategies as st

from edgewarden.manifests.nodes import Plain, plain
from edgewarden.manifests.yaml_reader import read_stream
from tests.support.corpus import ARCHIVE, corpus_files
from tests.support.shared import shared_path

Refused = object()


@dataclass(frozen=True)
class Difference:
    """Unquoted scalars, and an example with what it is to each reader."""

    scalars: str
    example: str
    standard: object
    ours: object


DIFFERENCES = {
    "one-letter booleans": Difference("[yYnN]", "y", "y", True),
    "the sign of a default value": Difference("=", "=", Refused, "="),
    "a merge that is a value": Difference("<<", "<<", Refused, "<<"),
    "numbers to the base of 60": Difference(
        r"[-+]?[0-9][0-9_]*(:[0-5]?[0-9])+(\.[0-9_]*)?", "10:30", 630, "10:30"
    ),
    "timestamps": Difference(
        r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}.*", "2001-12-14", date(2001, 12, 14), "2001-12-14"
    ),
    "exponents without a point or a sign": Difference(
        r"[-+]?([0-9_]+[eE][-+]?[0-9][0-9_]*|[0-9_]*\.[0-9_]*[eE][0-9][0-9_]*)",
        "1e3",
        "1e3",
        1000.0,
    ),
    "a point behind a sign": Difference(r"[-+]\.[0-9][0-9_]*([eE][-+][0-9]+)?", "-.5", "-.5", -0.5),
    "octal numbers with an o": Difference(r"[-+]?0[oO][0-7_]+", "0o17", "0o17", 15),
    "decimal numbers behind a 0": Difference(r"[-+]?0[0-9_]*[89][0-9_]*", "080", "080", 80.0),
    "prefixes in capitals": Difference(r"[-+]?0[XB][0-9a-fA-F_]+", "0X1F", "0X1F", 31),
    "numbers that do not fit 64 bits": Difference(
        r"[-+]?[0-9a-fA-FxX_]{16,}", "99999999999999999999", 99999999999999999999, 1e20
    ),
    "infinities and what is no number": Difference(
        r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)", ".inf", float("inf"), Refused
    ),
    "underscores where no digit is": Difference(
        r"[-+]_.*|.*[^0-9]_.*|.*_([^0-9].*)?", "-_1", "-_1", -1
    ),
}


def standard(text: str) -> Any:
    """What ``yaml.safe_load`` makes of a text."""
    try:
        return yaml.load(text, yaml.CSafeLoader)
    except (yaml.YAMLError, ValueError):
        return Refused


def ours(text: str) -> object:
    stream = read_stream(text)
    if stream.defects or any(document.defects for document in stream.documents):
        return Refused
    (document,) = stream.documents
    return plain(document.root)


@pytest.mark.parametrize("difference", DIFFERENCES.values(), ids=DIFFERENCES.keys())
def test_a_difference_is_one(difference: Difference) -> None:
    assert re.fullmatch(difference.scalars, difference.example)
    text = f"- {difference.example}"
    expected = [Refused if each is Refused else [each] for each in _sides(difference)]
    assert [standard(text), ours(text)] == expected


def _sides(difference: Difference) -> tuple[object, object]:
    return difference.standard, difference.ours


@given(st.text("01789_+-.:eExXoObBaF", min_size=1, max_size=9))
def test_there_is_no_other_difference_in_numbers(scalar: str) -> None:
    assume(not any(re.fullmatch(each.scalars, scalar) for each in DIFFERENCES.values()))
    text = f"- {scalar}"
    expected = standard(text)
    assume(expected is Refused or not isinstance(expected[0], dict | list))
    assert repr(ours(text)) == repr(expected)


OTHERS = {
    "keys become texts": ("{2: a, true: b, 1.5: c}", {2: "a", True: "b", 1.5: "c"}),
    "no key is null": ("{~: a}", {None: "a"}),
    "bytes become a text": ("!!binary aGk=", b"hi"),
    "a timestamp stays a text": ("!!timestamp 2001-12-14", date(2001, 12, 14)),
    "a set is no kind of value": ("!!set {a}", {"a"}),
    "nor are pairs": ("!!pairs [a: 1]", [("a", 1)]),
    "nor is a mapping with an order": ("!!omap [a: 1]", [("a", 1)]),
}
_OURS = {
    "keys become texts": {"2": "a", "true": "b", "1.5": "c"},
    "bytes become a text": "hi",
    "a timestamp stays a text": "2001-12-14",
}


@pytest.mark.parametrize(("name", "text", "theirs"), [(k, *v) for k, v in OTHERS.items()])
def test_keys_and_tags_that_json_does_not_know_differ(name: str, text: str, theirs: object) -> None:
    assert standard(text) == theirs
    assert ours(text) == _OURS.get(name, Refused)


_texts = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=12).filter(
    lambda text: not any(re.fullmatch(each.scalars, text) for each in DIFFERENCES.values())
)
_scalars = (
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | _texts
)
_trees = st.recursive(
    _scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_texts, inner, max_size=4),
    max_leaves=20,
)


@given(st.lists(_trees, max_size=3), st.sampled_from([None, True, False]), st.booleans())
def test_documents_read_as_the_standard_loader_reads_them(
    documents: list[Plain], flow: bool | None, wide: bool
) -> None:
    """What stands in a document twice is written with an anchor and an alias."""
    written = [*documents, {"first": documents, "again": documents}]
    text = yaml.safe_dump_all(written, default_flow_style=flow, allow_unicode=wide)
    stream = read_stream(text)
    assert stream.defects == ()
    assert [plain(document.root) for document in stream.documents] == list(yaml.safe_load_all(text))


def _documents(text: str) -> Iterator[object]:
    """Those of ``yaml.safe_load_all`` up to the first that it cannot parse."""
    try:
        yield from yaml.load_all(text, yaml.CSafeLoader)
    except yaml.YAMLError:
        return


def _agree(text: str) -> bool:
    expected = list(_documents(text))
    found = [plain(document.root) for document in read_stream(text).documents]
    return found[: len(expected)] == expected


def test_every_document_of_a_real_corpus_reads_as_the_standard_loader_reads_it() -> None:
    files = corpus_files(shared_path(ARCHIVE))
    texts = {name: content.decode() for name, content in files.items()}
    assert sum(len(list(_documents(text))) for text in texts.values()) == 4_722
    assert [name for name, text in texts.items() if not _agree(text)] == []


def test_every_document_of_real_changes_reads_as_the_standard_loader_reads_it() -> None:
    paths = [path for path in sorted(shared_path("replays").rglob("*")) if path.is_file()]
    assert len(paths) > 900
    assert [str(path) for path in paths if not _agree(path.read_text())] == []
