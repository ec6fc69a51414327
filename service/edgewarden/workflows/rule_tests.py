"""The tests that come with rules: changes in small, judged as reviews judge them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from edgewarden.governance.enforcement.plugin import Plugin
from edgewarden.governance.findings import Enforcement, Finding
from edgewarden.governance.ownership.places import ownership_paths
from edgewarden.governance.pack import PolicyPack
from edgewarden.governance.review import Comparison, Review
from edgewarden.governance.rules.terms import RuleTerms
from edgewarden.manifests.snapshot import Snapshot, SourceFile
from edgewarden.reporting.wording import counted
from edgewarden.workflows.assess import assess
from edgewarden.workflows.configuration.claims import NO_CLAIMS
from edgewarden.workflows.ports import TreePair
from edgewarden.workflows.rulebook.rule_file import RuleFile, RuleTest

_NOW = datetime(2000, 1, 1, tzinfo=UTC)
"""Rules know no time."""


@dataclass(frozen=True, slots=True)
class TriedTest:
    """A test of a rule that was run; ``fault`` says what was not as expected, empty if nothing."""

    rule: str
    name: str
    path: str
    line: int
    fault: str = ""


def tried(rule: RuleFile, plugins: tuple[Plugin, ...]) -> Iterator[TriedTest]:
    """The tests of a rule, each run; ``plugins`` are known besides."""
    for test in rule.tests:
        fault = _fault(PolicyPack((rule.terms,), (), "", plugins=plugins), test)
        yield TriedTest(rule.terms.id, test.name, rule.path, test.line, fault)


def mutated(rule: RuleFile, plugins: tuple[Plugin, ...]) -> Iterator[TriedTest]:
    """The tests of a rule against wrong versions of it: each has to make one of them fail."""
    for name, terms in _mutants(rule.terms):
        pack = PolicyPack((terms,), (), "", plugins=plugins)
        unnoticed = all(not _fault(pack, test) for test in rule.tests)
        fault = (
            "All tests pass by this wrong version too. Write one that does not."
            if unnoticed
            else ""
        )
        yield TriedTest(rule.terms.id, name, rule.path, 1, fault)


def _mutants(terms: RuleTerms) -> Iterator[tuple[str, RuleTerms]]:
    yield "`assert` negated", replace(terms, assertion=f"!({terms.assertion})")
    if terms.when != "true":
        yield "`when` negated", replace(terms, when=f"!({terms.when})")
        yield "`when` left out", replace(terms, when="true")


def _fault(pack: PolicyPack, test: RuleTest) -> str:
    review = _review(pack, test)
    told = [each.message for cluster in review.clusters for each in cluster.findings]
    unmet = _unmet(test.finds, told)
    if review.inconclusive and (unmet or not test.finds):
        problems = (*review.problems, *(p for each in review.clusters for p in each.problems))
        first = next(problem for problem in problems if problem.decisive)
        return f"The files of the test could not be judged: {first.message} ({first.location})"
    return unmet


def _unmet(finds: Sequence[str], told: Sequence[str]) -> str:
    """What is not as expected; empty where everything is."""
    missing = [text for text in finds if not any(text in message for message in told)]
    if len(told) == len(finds) and not missing:
        return ""
    expected = f"a finding that says {missing[0]!r}" if missing else counted(len(finds), "finding")
    found = f"{len(told)}: {' | '.join(told)}" if told else "none."
    return f"Expected {expected}, found {found}"


def _review(pack: PolicyPack, test: RuleTest) -> Review:
    """Rules are asked in their tests that are disabled."""
    asked = tuple(replace(rule, enforcement=Enforcement.AUDIT) for rule in pack.rules)
    trees = TreePair(
        _tree(test.before), _tree(test.after), Comparison.TREES, "before", "after", "", ""
    )
    return assess(
        trees,
        pack=replace(pack, rules=asked),
        platform=NO_CLAIMS,
        exceptions=(),
        request=test.request,
        now=_NOW,
    )


def _tree(files: Mapping[str, str]) -> Snapshot:
    written = {path: text for path, text in sorted(files.items()) if text}
    sources = {path: SourceFile(path, text.encode()) for path, text in written.items()}
    ownership = tuple(sources.pop(path) for path in ownership_paths(written))
    return Snapshot(tuple(sources.values()), ownership=ownership)


@dataclass(frozen=True, slots=True)
class ExpectedFinding:
    """What a fixture expects: a finding of ``rule``; in ``path``, at ``line`` and with a part of
    its message where these are given."""

    rule: str
    path: str = ""
    line: int = 0
    message: str = ""

    def __str__(self) -> str:
        place = f"{self.path}:{self.line}" if self.line else self.path
        return " ".join(filter(None, (self.rule, place, self.message)))

    def met_by(self, finding: Finding) -> bool:
        return (
            finding.rule == self.rule
            and self.path in {"", finding.location.path}
            and self.line in {0, finding.location.line}
            and self.message in finding.message
        )


@dataclass(frozen=True, slots=True)
class Fixture:
    """A change as two trees, and all that rules are expected to find in it."""

    name: str
    path: str
    trees: TreePair
    expected: tuple[ExpectedFinding, ...]


def tried_fixture(fixture: Fixture, pack: PolicyPack) -> TriedTest:
    """A fixture held against all rules of the pack."""
    review = assess(fixture.trees, pack=pack, platform=NO_CLAIMS, exceptions=(), now=_NOW)
    found = [finding for each in review.clusters for finding in each.findings]
    fault = _difference(list(fixture.expected), found)
    return TriedTest("", fixture.name, fixture.path, 1, fault)


def _difference(expected: Sequence[ExpectedFinding], found: Sequence[Finding]) -> str:
    rest = list(found)
    missing = []
    for each in expected:
        met = next((finding for finding in rest if each.met_by(finding)), None)
        if met is None:
            missing.append(str(each))
        else:
            rest.remove(met)
    parts = [f"Not found: {text}." for text in missing]
    parts += [f"Not expected: {each.rule} {each.location}: {each.message}" for each in rest]
    return " ".join(parts)
