"""Column types that behave alike on SQLite and PostgreSQL."""

# ruff: noqa: ARG002 - SQLAlchemy hands the dialect to every conversion

import json
import zlib
from datetime import UTC, datetime
from typing import Annotated

from pydantic import TypeAdapter
from sqlalchemy import JSON, BigInteger, DateTime, Dialect, Integer, LargeBinary, Text
from sqlalchemy.orm import mapped_column
from sqlalchemy.types import TypeDecorator

from edgewarden.governance.exceptions import Scope
from edgewarden.reachability.ports import PortSet

_SCOPE: TypeAdapter[Scope] = TypeAdapter(Scope)

Number = BigInteger().with_variant(Integer(), "sqlite")
"""An integer of 64 bits; SQLite numbers rows by itself only where the type is INTEGER."""


class UtcDateTime(TypeDecorator[datetime]):
    """An instant. Naive values are refused; what comes back is aware and in UTC."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.utcoffset() is None:
            raise ValueError(f"{value.isoformat()} has no time zone: give it in UTC")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class PlainText(TypeDecorator[str]):
    """Text that both databases can hold: no NUL character, nothing that UTF-8 cannot encode."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        if value is None:
            return None
        if "\0" in value:
            raise ValueError(f"{value[:80]!r} holds a NUL character: remove it")
        value.encode()
        return value


class Compressed(TypeDecorator[bytes]):
    """Bytes that are kept compressed by zlib."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: bytes | None, dialect: Dialect) -> bytes | None:
        return None if value is None else zlib.compress(value)

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> bytes | None:
        return None if value is None else zlib.decompress(value)


class ScopeColumn(TypeDecorator[Scope]):
    """One end of an exception, as JSON."""

    impl = JSON
    cache_ok = True

    def process_bind_param(self, value: Scope | None, dialect: Dialect) -> object:
        return None if value is None else _SCOPE.dump_python(value, mode="json")

    def process_result_value(self, value: object, dialect: Dialect) -> Scope | None:
        return None if value is None else _SCOPE.validate_json(json.dumps(value))


class PortsColumn(TypeDecorator[PortSet]):
    """A set of ports, as JSON in the form of ``PortSet.as_mapping``."""

    impl = JSON
    cache_ok = True

    def process_bind_param(self, value: PortSet | None, dialect: Dialect) -> object:
        return None if value is None else value.as_mapping()

    def process_result_value(
        self, value: dict[str, list[list[int]]] | None, dialect: Dialect
    ) -> PortSet | None:
        return None if value is None else PortSet.from_mapping(value)


RowNumber = Annotated[int, mapped_column(Number, primary_key=True, autoincrement=True)]
"""A key that the database counts up and never gives twice."""


def storable(text: str, limit: int = 4000) -> str:
    """Foreign text, such as an error message, in the form that ``PlainText`` accepts."""
    return text.replace("\0", "\\x00").encode(errors="backslashreplace").decode()[:limit]
