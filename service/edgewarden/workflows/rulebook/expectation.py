"""What a fixture of rules expects: the file beside its two trees."""

from typing import Annotated

from pydantic import Field

from edgewarden.manifests.documents import Limits
from edgewarden.workflows.forms.form import Form
from edgewarden.workflows.forms.reading import Paper
from edgewarden.workflows.rule_tests import ExpectedFinding
from edgewarden.workflows.rulebook.rule_form import RuleId

EXPECTED = "expected.yaml"
_PAPER = Paper(
    "expectation",
    "Write `findings: []`, or a list of findings with the `rule` of each.",
    Limits(size=256_000, depth=10, nodes=20_000, documents=2),
)


class FindingTerms(Form):
    """A finding."""

    rule: Annotated[RuleId, Field(description="The rule that finds it.")]
    path: Annotated[str, Field(description="The file that it is in.")] = ""
    line: Annotated[int, Field(ge=0, description="The line that it is at.")] = 0
    message: Annotated[str, Field(description="A part of its message.")] = ""


class ExpectationForm(Form):
    """All findings of a fixture."""

    findings: Annotated[tuple[FindingTerms, ...], Field(max_length=1000)]


def read_expectation(content: bytes) -> tuple[ExpectedFinding, ...]:
    """Raises ``FormError`` with everything that is wrong, never anything else."""
    form = _PAPER.read(content, ExpectationForm).form
    return tuple(
        ExpectedFinding(each.rule, each.path, each.line, each.message) for each in form.findings
    )
