"""What tables are made of: their kinds of columns, and how a record becomes a row and back."""

from collections.abc import Iterable
from dataclasses import fields
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    JSON,
    BigInteger,
    DateTime,
    Dialect,
    Enum,
    Integer,
    MetaData,
    Row,
    String,
    Text,
    TypeDecorator,
)
from sqlalchemy.types import TypeEngine

from storage.records import Label, Settled, Settlement, SnapshotRow

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

NEVER_GIVEN = -1
LARGEST = 2**63 - 1


class Number(TypeDecorator[int]):
    """A whole number of 64 bits. One beyond that, somebody's typing, becomes one of no row."""

    impl = Integer
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """SQLite numbers its rows by the word INTEGER alone, and elsewhere that has 32 bits."""
        wide = BigInteger() if dialect.name == "postgresql" else Integer()
        return dialect.type_descriptor(wide)

    def process_bind_param(self, value: int | None, _dialect: Dialect) -> int | None:
        """Towards the database."""
        return value if value is None or abs(value) <= LARGEST else NEVER_GIVEN


class UtcDateTime(TypeDecorator[datetime]):
    """An aware datetime, kept as UTC without saying so: SQLite itself knows no time zones."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        """Towards the database."""
        return value and value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        """From the database."""
        return value and value.replace(tzinfo=UTC)


class LabelSet(TypeDecorator[tuple[str, ...]]):
    """A JSON list that comes back as a tuple."""

    impl = JSON
    cache_ok = True

    def process_result_value(
        self, value: Iterable[str] | None, _dialect: Dialect
    ) -> tuple[str, ...]:
        """From the database."""
        return tuple(value or ())


class LabelList(TypeDecorator[tuple[Label, ...]]):
    """The labels of a dataset, as a JSON list."""

    impl = JSON
    cache_ok = True

    def process_bind_param(
        self, value: Iterable[Label] | None, _dialect: Dialect
    ) -> list[dict[str, Any]] | None:
        """Towards the database."""
        return None if value is None else [values_of(label) for label in value]

    def process_result_value(
        self, value: Iterable[dict[str, Any]] | None, _dialect: Dialect
    ) -> tuple[Label, ...]:
        """From the database."""
        return tuple(Label(**label) for label in value or ())


class SnapshotRows(TypeDecorator[tuple[SnapshotRow, ...]]):
    """The texts of a snapshot, as a JSON list of lists."""

    impl = JSON
    cache_ok = True

    def process_result_value(
        self, value: "Iterable[_KeptRow] | None", _dialect: Dialect
    ) -> tuple[SnapshotRow, ...]:
        """From the database; rows of before labels could be several lack what tells them."""
        return tuple(_snapshot_row(*row) for row in value or ())


_KeptRow = tuple[int, int, float] | tuple[int, int, float, list[int] | None]


def _snapshot_row(
    example_id: int, label: int, weight: float, held: list[int] | None = None
) -> SnapshotRow:
    return SnapshotRow(example_id, label, weight, None if held is None else tuple(held))


class Settlements(TypeDecorator[tuple[Settlement, ...]]):
    """What moderators have made of a text, as a JSON list of lists; nothing where there is none."""

    impl = JSON
    cache_ok = True

    def process_bind_param(
        self, value: Iterable[Settlement] | None, _dialect: Dialect
    ) -> list[tuple[str, str | None, tuple[str, ...]]] | None:
        """Towards the database."""
        return [(one.by, one.settled, one.labels) for one in value or ()] or None

    def process_result_value(
        self, value: Iterable[tuple[str, str, list[str]]] | None, _dialect: Dialect
    ) -> tuple[Settlement, ...]:
        """From the database."""
        return tuple(
            Settlement(by, Settled(settled), tuple(labels)) for by, settled, labels in value or ()
        )


def word_of(words: type[StrEnum]) -> Enum:
    """A column that holds the value of one of the words."""
    values = [word.value for word in words]
    return Enum(words, native_enum=False, length=16, values_callable=lambda _: values)


def now() -> datetime:
    """The time of a row that is being written."""
    return datetime.now(UTC)


def values_of(record: "DataclassInstance") -> dict[str, Any]:
    """A record's values by name, as the tables take them; unlike `asdict`, copies nothing."""
    return {field.name: getattr(record, field.name) for field in fields(record)}


def plain(row: "Row[*tuple[Any, ...]]") -> dict[str, Any]:
    """A row's values by name, as the records of storage/records/ take them."""
    return row._asdict()


metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    }
)


def compare_by_bytes() -> None:
    """Let texts be compared and put in order by their bytes, whatever language a server speaks."""
    for column in (column for table in metadata.tables.values() for column in table.c):
        if type(column.type) in (String, Text):
            kind = Text if isinstance(column.type, Text) else String
            column.type = column.type.with_variant(kind(collation="C"), "postgresql")
