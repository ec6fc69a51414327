"""Texts with expressions in braces: what a rule says of what it found."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from cel_expr_python import cel

from edgewarden.governance.language.expression import Expression, ExpressionError, Language

_PIECE = re.compile(r"\{\{|\}\}|\{([^{}]*)\}|[{}]")
_KINDS = ("string", "int", "bool")


@dataclass(frozen=True, slots=True)
class Template:
    """A text with values to be filled in; ``{{`` and ``}}`` are braces."""

    pieces: tuple[str | Expression, ...]

    @classmethod
    def of(cls, text: str, language: Language) -> "Template":
        """Raises ``ExpressionError`` where a piece is none of the language."""
        return cls(tuple(_pieces(text, language)))

    def text(self, values: cel.Activation) -> str:
        """Raises ``EvaluationError``."""
        return "".join(
            piece if isinstance(piece, str) else str(piece.evaluate(values))
            for piece in self.pieces
        )


def _pieces(text: str, language: Language) -> Iterator[str | Expression]:
    end = 0
    for found in _PIECE.finditer(text):
        yield text[end : found.start()]
        end = found.end()
        if found[0] in {"{{", "}}"}:
            yield found[0][0]
        elif found[1] is None:
            line, column = _place(text, found.start())
            raise ExpressionError(line, column, f"a lone {found[0]}; write {found[0] * 2}")
        else:
            yield _expression(text, found, language)
    yield text[end:]


def _expression(text: str, found: re.Match[str], language: Language) -> Expression:
    line, column = _place(text, found.start(1))
    try:
        return language.compile(found[1], *_KINDS)
    except ExpressionError as error:
        before = column if error.line == 1 else 1
        raise ExpressionError(
            line + error.line - 1, before + error.column - 1, error.reason, error.remedy
        ) from None


def _place(text: str, offset: int) -> tuple[int, int]:
    before = text[:offset]
    return before.count("\n") + 1, offset - before.rfind("\n")
