"""Tests of rules that were run, put into words."""

from collections.abc import Iterable, Sequence
from typing import Protocol

from edgewarden.reporting.blocks import Banner, Item, Items, Tone
from edgewarden.reporting.junit import TestCase, junit
from edgewarden.reporting.outline import Outline
from edgewarden.reporting.wording import counted


class Tried(Protocol):
    """A test that was run; ``fault`` is empty where it passed, ``rule`` for a fixture."""

    @property
    def rule(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def path(self) -> str: ...
    @property
    def line(self) -> int: ...
    @property
    def fault(self) -> str: ...


def tests_outline(done: Sequence[Tried], rules: int) -> Outline:
    """What failed, one by one, below a count of everything."""
    failed = [each for each in done if each.fault]
    told = f"{counted(len(done), 'test')} of {counted(rules, 'rule')}"
    if not failed:
        return (Banner("passed", f"{told}.", Tone.GOOD),)
    sentence = f"{len(failed)} of {told}."
    return Banner("failed", sentence, Tone.BAD), Items(tuple(map(_item, failed)))


def _item(tried: Tried) -> Item:
    named = f"{tried.rule}: {tried.name}" if tried.rule else tried.name
    return Item(f"{named} ({tried.path}:{tried.line})", Tone.BAD, (tried.fault,))


def junit_text(done: Iterable[Tried]) -> str:
    """The same as JUnit XML, one suite for each rule and one for the fixtures."""
    cases = (
        TestCase(each.rule or "fixtures", each.name, each.path, each.line, each.fault)
        for each in done
    )
    return junit("edgewarden rules", sorted(cases, key=lambda case: case.group))
