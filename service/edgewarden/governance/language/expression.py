"""Expressions of rules: compiled once against declared types, then asked about values.

The library is a binding to the C++ implementation of the Common Expression Language. It reports an
error in evaluation either as a value of type ``ERROR`` or by raising, and it bounds the number of
iterations of one evaluation.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from cel_expr_python import cel
from cel_expr_python.ext import ext_bindings, ext_strings

from edgewarden.governance.language.functions import Function
from edgewarden.governance.language.slips import spoken
from edgewarden.governance.language.types import PACKAGE, Types

_FAULT = re.compile(r"<input>:(\d+):(\d+): (.*)")
_STATUS = re.compile(r"^[A-Z_]+: | \[[A-Z_]+\]$| \(in container ''\)")
_SCALARS = {"string": cel.Type.STRING, "int": cel.Type.INT, "bool": cel.Type.BOOL}
_NAMES = {"STRING": "string", "INT": "int", "BOOL": "bool", "MAP<STRING, STRING>": "map"}
_LIST = "[]"


class ExpressionError(Exception):
    """Why an expression was refused, where in its text, counted from 1, and what to write
    instead, where that is known."""

    def __init__(self, line: int, column: int, reason: str, remedy: str = "") -> None:
        super().__init__(f"{line}:{column}: {reason}")
        self.line, self.column, self.reason, self.remedy = line, column, reason, remedy


class EvaluationError(Exception):
    """An expression has no value for what it was asked about."""


class Language:
    """The expressions over ``types`` that know the variables given by name and type."""

    def __init__(
        self, types: Types, variables: Mapping[str, str], functions: Iterable[Function] = ()
    ) -> None:
        self._types, self._variables, self._functions = types, variables, tuple(functions)
        self._environment = cel.NewEnv(
            types.pool,
            variables={name: _type(kind) for name, kind in variables.items()},
            extensions=[ext_strings.ExtStrings(), ext_bindings.ExtBindings()],
            functions=[_declared(function) for function in self._functions],
        )

    def compile(self, text: str, *kinds: str) -> "Expression":
        """The expression of a text, whose value is of one of ``kinds`` if some are given.

        Raises ``ExpressionError``.
        """
        try:
            compiled = self._environment.compile(text)
        except RuntimeError as error:
            raise self._fault(str(error)) from None
        expression = Expression(text, compiled)
        if kinds and expression.kind not in kinds:
            raise ExpressionError(1, 1, f"this is {expression.kind}; write {' or '.join(kinds)}")
        return expression

    def with_variable(self, name: str, kind: str) -> "Language":
        """The same language with one more variable.

        Raises ``ExpressionError`` for a name that it has.
        """
        if name in self._variables:
            raise ExpressionError(1, 1, f"{name} is something else here; choose another name")
        return Language(self._types, {**self._variables, name: kind}, self._functions)

    def _fault(self, message: str) -> ExpressionError:
        """The first of the library's faults, without its drawing of the place."""
        found = _FAULT.search(message)
        if found is None:
            return ExpressionError(1, 1, _STATUS.sub("", message.partition("\n")[0]))
        line, column, reason = found.groups()
        called = {each.name: each.called for each in self._functions}
        told = spoken(_STATUS.sub("", reason), self._types.fields, self._variables, called)
        return ExpressionError(int(line), int(column), *told)

    def values(self, values: Mapping[str, object]) -> cel.Activation:
        """What the variables stand for, for several expressions."""
        return self._environment.Activation(values)


@dataclass(frozen=True, slots=True)
class Expression:
    """A compiled expression."""

    text: str
    _compiled: cel.Expression

    @property
    def kind(self) -> str:
        """The type of its value, as tables of types name it."""
        return _kind(self._compiled.return_type().name())

    def evaluate(self, values: cel.Activation) -> Any:
        """Its value. Raises ``EvaluationError``."""
        try:
            result = self._compiled.eval(values)
            value = result.plain_value()
        except RuntimeError as error:
            raise EvaluationError(_STATUS.sub("", str(error))) from None
        if result.type() == cel.Type.ERROR:
            raise EvaluationError(_STATUS.sub("", str(value)))
        return value


def _type(kind: str) -> cel.Type:
    element = kind.removeprefix(_LIST)
    if element == "map":
        single = cel.Type.Map(cel.Type.STRING, cel.Type.STRING)
    else:
        single = _SCALARS.get(element) or cel.Type(f"{PACKAGE}.{element}")
    return single if element == kind else cel.Type.List(single)


def _declared(function: Function) -> cel.FunctionDecl:
    overload = cel.Overload(
        f"{function.name}({','.join(function.parameters)})",
        return_type=_type(function.returns),
        parameters=[_type(each) for each in function.parameters],
        impl=function.implementation,
    )
    return cel.FunctionDecl(function.name, [overload])


def _kind(name: str) -> str:
    """The library's name of a type as tables name it; its own where tables have no such type."""
    element = name.removeprefix("LIST<").removesuffix(">") if name.startswith("LIST<") else name
    single = _NAMES.get(element) or element.removeprefix(f"{PACKAGE}.")
    return single if element == name else f"{_LIST}{single}"
