"""The form of a rule file, and its JSON Schema."""

import json
import re
from typing import Annotated

from pydantic import AfterValidator, Field

from edgewarden.governance.findings import Enforcement, Severity
from edgewarden.governance.fixes.quick_fix import QuickFix
from edgewarden.governance.request import Request
from edgewarden.governance.rules.terms import Explanation, Items, RuleScope, RuleTerms
from edgewarden.reporting.schema import DIALECT
from edgewarden.workflows.forms.form import Form

_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_NAME = re.compile(r"[a-z][a-z0-9_]*")


def _id(text: str) -> str:
    if not _ID.fullmatch(text):
        raise ValueError(f"{text!r} is no id of a rule: write words in small letters with hyphens")
    return text


def _one_item(each: dict[str, str]) -> dict[str, str]:
    if len(each) != 1 or not all(map(_NAME.fullmatch, each)):
        raise ValueError("write one name in small letters, and the list that it goes through")
    return each


def _both_ways(tests: "tuple[TestTerms, ...]") -> "tuple[TestTerms, ...]":
    if all(test.finds for test in tests) or not any(test.finds for test in tests):
        raise ValueError("write at least one test that finds something and one with `finds: []`")
    return tests


RuleId = Annotated[str, AfterValidator(_id), Field(max_length=80)]
Text = Annotated[str, Field(min_length=1, max_length=4000)]
Files = Annotated[str | dict[str, str], Field(union_mode="left_to_right")]


class DocsTerms(Form):
    """What people read who meet the rule, in Markdown."""

    means: Annotated[Text, Field(description="What the rule objects to.")]
    why: Annotated[Text, Field(description="Why that is not all right.")]
    fix: Annotated[Text, Field(description="How it is put right.")]


class RequestTerms(Form):
    """Who proposes the change of a test, and what is said of it."""

    author: Annotated[str, Field(description="A login; nobody is known if absent.")] = ""
    teams: Annotated[
        tuple[str, ...] | None,
        Field(description="The author's teams; nobody knows who that is if absent."),
    ] = None
    registered: Annotated[
        tuple[str, ...], Field(description="Teams of which somebody else is known.")
    ] = ()
    title: str = ""
    labels: tuple[str, ...] = ()
    draft: bool = False
    branch: str = ""

    def request(self) -> Request:
        teams = None if self.teams is None else frozenset(self.teams)
        return Request(
            author=self.author,
            teams=teams,
            registered=frozenset(self.registered) | (teams or frozenset()),
            title=self.title,
            labels=self.labels,
            draft=self.draft,
            branch=self.branch,
        )


class TestTerms(Form):
    """A change, and what the rule finds in it."""

    name: Annotated[Text, Field(description="What the test shows, in a sentence.")]
    before: Annotated[
        Files, Field(description="Manifests of the base; or a mapping of paths to files.")
    ] = ""
    after: Annotated[Files, Field(description="The same of the head.")] = ""
    request: Annotated[
        RequestTerms, Field(description="The pull request; one that nobody knows if absent.")
    ] = RequestTerms()
    finds: Annotated[
        tuple[Text, ...],
        Field(
            max_length=50,
            description="A part of the message of each finding; empty where the rule passes.",
        ),
    ]


class RuleForm(Form):
    """One rule."""

    id: Annotated[RuleId, Field(description="What the rule is called; it never changes.")]
    title: Annotated[Text, Field(description="What it finds, in a few words.")]
    severity: Annotated[Severity, Field(description="How bad that is.")]
    enforcement: Annotated[
        Enforcement,
        Field(
            description="`deny` blocks the change, `warn` asks for attention, `audit` is recorded, "
            "`disabled` is not asked."
        ),
    ]
    checklist: Annotated[
        str, Field(description="The item of the checklist that a finding fails.")
    ] = ""
    scope: Annotated[RuleScope, Field(description="What the rule is asked about, one by one.")]
    each: Annotated[
        Annotated[dict[str, str], AfterValidator(_one_item)] | None,
        Field(description="A name, and the list (CEL) whose items the rule looks at one by one."),
    ] = None
    when: Annotated[Text, Field(description="What the rule is kept to: CEL, true or false.")] = (
        "true"
    )
    assertion: Annotated[
        Text, Field(alias="assert", description="What has to hold: CEL, true or false.")
    ]
    key: Annotated[
        str,
        Field(description="What tells two findings apart: CEL, a text. What it means if absent."),
    ] = ""
    measure: Annotated[
        Text, Field(description="How bad one finding is beside another: CEL, a whole number.")
    ] = "0"
    message: Annotated[Text, Field(description="What was found, with {CEL} in braces.")]
    remediation: Annotated[Text, Field(description="What to do, with {CEL} in braces.")]
    docs: Annotated[DocsTerms, Field(description="What people read who meet the rule.")]
    exceptable: Annotated[bool, Field(description="Whether an exception can lift it.")] = True
    aliases: Annotated[
        tuple[RuleId, ...], Field(max_length=20, description="Ids that it had before.")
    ] = ()
    quick_fix: Annotated[
        QuickFix | None,
        Field(description="What mends it mechanically; shown where a trial shows that it does."),
    ] = None
    tests: Annotated[
        tuple[TestTerms, ...],
        Field(
            max_length=100, description="At least one that finds something and one that does not."
        ),
        AfterValidator(_both_ways),
    ]

    def terms(self) -> RuleTerms:
        """The rule without its tests."""
        (items,) = (Items(*each) for each in self.each.items()) if self.each else (None,)
        return RuleTerms(
            id=self.id,
            title=self.title,
            severity=self.severity,
            enforcement=self.enforcement,
            scope=self.scope,
            assertion=self.assertion,
            message=self.message,
            remedy=self.remediation,
            checklist_item=self.checklist,
            items=items,
            when=self.when,
            key=self.key,
            measure=self.measure,
            exceptable=self.exceptable,
            aliases=self.aliases,
            docs=Explanation(self.docs.means, self.docs.why, self.docs.fix),
            quick_fix=self.quick_fix,
        )


def rule_schema() -> str:
    """JSON Schema (2020-12) of the file."""
    schema = {"$schema": DIALECT, **RuleForm.model_json_schema(), "title": "A rule of Edgewarden"}
    return json.dumps(schema, indent=2) + "\n"
