"""A rule for those who meet it: what it means, a bad and a good manifest, why, how to fix."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from edgewarden.governance.phrases import listing
from edgewarden.governance.request import NO_REQUEST, Request
from edgewarden.governance.rules.terms import RuleTerms
from edgewarden.reachability.wording import listed

_FENCE = "```"
_TRIED = (
    "Where that is mechanical, the finding shows the change, which was tried before"
    " ([fixes](../fixes.md))."
)

_PLAIN = re.compile(r"(?!true|false)[a-z][^:#]*")
_PLAIN_IN_BRACES = re.compile(r"[a-z][^:#{}\[\],]*")


@dataclass(frozen=True, slots=True)
class Example:
    """A change of files, by their paths, in which a rule finds something, or nothing."""

    before: Mapping[str, str]
    after: Mapping[str, str]
    request: Request = NO_REQUEST


def rule_page(terms: RuleTerms, bad: Example, good: Example) -> str:
    """The page of a rule, in Markdown."""
    return "\n\n".join(_parts(terms, bad, good)) + "\n"


def _parts(terms: RuleTerms, bad: Example, good: Example) -> Iterator[str]:
    yield f"# {terms.title}"
    item = f", checklist item `{terms.checklist_item}`" if terms.checklist_item else ""
    yield (
        f"`{terms.id}` · severity *{terms.severity}* · enforcement *{terms.enforcement}* · "
        f"asked of each {terms.scope}{item}"
    )
    if terms.aliases:
        yield f"It was called {', '.join(f'`{name}`' for name in terms.aliases)} before."
    yield f"## What it means\n\n{terms.docs.means}"
    yield from _example("Bad", bad)
    yield from _example("Good", good)
    yield f"## Why\n\n{terms.docs.why}"
    yield f"## How to fix it\n\n{terms.docs.fix}"
    if terms.quick_fix is not None:
        yield _TRIED
    yield "## The rule\n\n" + _fenced("yaml", "\n".join(_conditions(terms)))
    if not terms.exceptable:
        yield "No exception lifts it."


def _example(title: str, example: Example) -> Iterator[str]:
    """The files before, and after them those that are not the same."""
    yield f"## {title}"
    if example.request.teams:
        yield f"Proposed by somebody of {listing(sorted(example.request.teams))}."
    before, after = ({p: t for p, t in s.items() if t} for s in (example.before, example.after))
    several = len({*before, *after}) > 1
    if before:
        yield "Before:"
        yield from _files(before, several=several)
        yield "After:"
    changed = {path: text for path, text in after.items() if before.get(path) != text}
    yield from _files(changed, several=several)
    gone = [f"`{path}`" for path in sorted(before.keys() - after.keys())]
    if not after:
        yield "Nothing is left of it."
    elif gone:
        yield f"{listed(gone)}: no longer there."


def _files(files: Mapping[str, str], *, several: bool) -> Iterator[str]:
    for path, text in sorted(files.items()):
        if several:
            yield f"`{path}`:"
        yield _fenced("yaml", text.strip("\n"))


def _conditions(terms: RuleTerms) -> Iterator[str]:
    """As the file of a rule says it, so that one's own can begin with it."""
    yield f"scope: {terms.scope}"
    if terms.items is not None:
        yield f"each: {{{terms.items.name}: {_scalar(terms.items.listed, _PLAIN_IN_BRACES)}}}"
    if terms.when != "true":
        yield f"when: {_scalar(terms.when)}"
    yield f"assert: {_scalar(terms.assertion)}"


def _scalar(text: str, plain: re.Pattern[str] = _PLAIN) -> str:
    """A text in YAML, quoted where it could be taken for something else."""
    one_line = " ".join(text.split())
    return one_line if plain.fullmatch(one_line) else "'" + one_line.replace("'", "''") + "'"


def _fenced(language: str, text: str) -> str:
    fence = _FENCE if _FENCE not in text else _FENCE + "`"
    return f"{fence}{language}\n{text}\n{fence}"
