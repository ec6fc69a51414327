"""A rule with the tests that come with it."""

from collections.abc import Mapping
from dataclasses import dataclass

from edgewarden.governance.request import NO_REQUEST, Request
from edgewarden.governance.rules.terms import RuleTerms

MANIFESTS = "manifests.yaml"
"""What the file of a test is called that does not name its files."""


@dataclass(frozen=True, slots=True)
class RuleTest:
    """A change from the files ``before`` to those ``after``, by their paths, and what is expected:
    as many findings as ``finds`` has texts, each with one of them in its message. ``request`` is
    the pull request that proposes it."""

    name: str
    before: Mapping[str, str]
    after: Mapping[str, str]
    finds: tuple[str, ...]
    line: int
    request: Request = NO_REQUEST


@dataclass(frozen=True, slots=True)
class RuleFile:
    """What the file at ``path`` says."""

    path: str
    terms: RuleTerms
    tests: tuple[RuleTest, ...]
