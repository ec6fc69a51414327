"""Regular expressions of Go, answered by RE2, whose syntax Go took over: it takes time in
proportion to the text, whatever the expression is."""

from functools import cache

from edgewarden.governance.language.expression import EvaluationError, Expression, Language
from edgewarden.governance.language.types import Types


def go_finds(expression: str, text: str) -> bool:
    """Whether the expression matches some part of the text; what is no expression matches none."""
    language, question = _question()
    try:
        found = question.evaluate(language.values({"text": text, "expression": expression}))
    except EvaluationError:
        return False
    return bool(found)


@cache
def _question() -> tuple[Language, Expression]:
    language = Language(Types({}), {"text": "string", "expression": "string"})
    return language, language.compile("text.matches(expression)", "bool")
