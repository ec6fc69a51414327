"""A first file of the connectivity contract, for people to write reasons into."""

import json
import re
from collections.abc import Iterable, Iterator, Sequence

from edgewarden.governance.contract.first import Draft

_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_./-]*\*?|[0-9]+")
"""What YAML takes for a text, or for a number, as it stands."""
_WORDS = frozenset({"true", "false", "yes", "no", "on", "off", "null", "y", "n"})

_HEAD = """\
# Who may talk to whom today, by the manifests. Of each entry say who owns it, who approved it, what
# it is for and when to look at it again; delete what is not meant to be, and write what must never
# be with `expected: deny`. `edgewarden contract verify` tells whether all of it holds.
version: 1
"""


def contract_draft(drafts: Iterable[Draft]) -> str:
    """The text of a file."""
    entries = [line for draft in drafts for line in _entry(draft)]
    body = ["entries:", *entries] if entries else ["entries: []"]
    return _HEAD + "".join(f"{line}\n" for line in body)


def _entry(draft: Draft) -> Iterator[str]:
    yield f"- name: {_text(draft.name)}"
    yield from _texts("source", draft.source)
    yield from _texts("destination", draft.destination)
    if draft.ports:
        yield from _texts("ports", draft.ports)
    yield "  expected: allow"
    yield from (f'  {key}: ""' for key in ("owner", "approver", "reason"))
    yield "  review_by:"


def _texts(key: str, texts: Sequence[str]) -> Iterator[str]:
    if len(texts) == 1:
        yield f"  {key}: {_text(texts[0])}"
        return
    yield f"  {key}:"
    yield from (f"  - {_text(each)}" for each in texts)


def _text(text: str) -> str:
    plain = _PLAIN.fullmatch(text) and text.lower() not in _WORDS
    return text if plain else json.dumps(text)
