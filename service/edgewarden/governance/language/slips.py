"""What the library objects to in an expression, in the words of those who write rules."""

import re
from collections.abc import Collection, Mapping
from difflib import get_close_matches

from edgewarden.governance.language.types import PACKAGE

_FIELD = re.compile(rf"undefined field '(.+)' not found in struct '{PACKAGE}\.(.+)'")
_NAME = re.compile(r"undeclared reference to '([^'.]+).*'")
_OVERLOAD = re.compile(r"found no matching overload for '(.+)' applied to '\((.*)\)'")
_SYNTAX = re.compile(r"Syntax error: (.*)")
_WANTED = re.compile(r" expecting \{.*\}$")
_BUILT_IN = (
    *("all", "contains", "endsWith", "exists", "exists_one", "filter", "has", "join", "lowerAscii"),
    *("map", "matches", "size", "split", "startsWith"),
)
"""Functions of the language that rules have use for."""
_OPERATORS = "Expressions are CEL: write ==, !=, &&, || and !, and texts in quotes."
_TEXT_IN_TEXT = "Write `text.contains('part')` for a part of a text."


def spoken(
    reason: str,
    types: Mapping[str, Mapping[str, str]],
    variables: Collection[str],
    functions: Mapping[str, str],
) -> tuple[str, str]:
    """The reason, and what to write instead; ``functions`` are ours by name, as they are called."""
    if found := _FIELD.fullmatch(reason):
        name, struct = found.groups()
        fields = types.get(struct, {})
        return f"{struct} has no field '{name}'", f"{_meant(name, fields)}Its: {', '.join(fields)}."
    if found := _NAME.fullmatch(reason):
        return _unknown(found[1], variables, functions)
    if found := _OVERLOAD.fullmatch(reason):
        operator, operands = found[1].strip("_@"), found[2].replace(f"{PACKAGE}.", "")
        in_text = (operator, operands) == ("in", "string, string")
        return f"`{operator}` does not take ({operands})", _TEXT_IN_TEXT if in_text else ""
    if found := _SYNTAX.fullmatch(reason):
        return f"syntax error: {_WANTED.sub('', found[1])}", _OPERATORS
    return reason, ""


def _unknown(
    name: str, variables: Collection[str], functions: Mapping[str, str]
) -> tuple[str, str]:
    if name in functions:
        return f"`{name}` does not take these values", f"Write {functions[name]}."
    likely = _meant(name, (*variables, *functions, *_BUILT_IN))
    known = ", ".join(sorted(variables))
    return f"nothing is called '{name}' here", f"{likely}Known here: {known}."


def _meant(name: str, known: Collection[str]) -> str:
    by_spelling = {each.lower(): each for each in known}
    close = get_close_matches(name.lower(), by_spelling, n=1)
    return f"Did you mean `{by_spelling[close[0]]}`? " if close else ""
