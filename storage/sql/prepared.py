"""Statements that every press asks: put together once, and then run by the driver itself.

SQLAlchemy takes five times as long to run one as SQLite to answer it. On a server the way there
takes longer than either, so there SQLAlchemy runs it, and notices where the server has gone.
"""

from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import BindParameter, Connection, Delete, Dialect, Insert, Select, Update
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.types import TypeEngine

Statement = Select[Any] | Insert | Update | Delete
_Process = Callable[[Any], Any] | None
_Value = tuple[str | None, Any, _Process]
"""A value to be told by its name, or one that stands fast, and how it is written."""
_DRIVEN = "sqlite"


class Prepared:
    """One statement; its values are named by `bindparam`, or by columns where it inserts.

    Nothing fills in the defaults of columns that Python has, so an insert names them all.
    """

    def __init__(self, statement: Statement) -> None:
        self._statement = statement
        self._ready: _Ready | None = None

    def rows(self, connection: Connection, /, **values: object) -> Sequence[Any]:
        """Return what comes of it, as rows of SQLAlchemy are; nothing where it only writes."""
        dialect = connection.dialect
        if dialect.name != _DRIVEN:
            result = connection.execute(self._statement, values)
            return result.all() if result.returns_rows else ()
        if self._ready is None:
            self._ready = _Ready(self._statement, dialect, values)
        return self._ready.rows(connection, values)

    def first(self, connection: Connection, /, **values: object) -> Any:  # noqa: ANN401 - a row
        """Return the first row; None where there is none."""
        found = self.rows(connection, **values)
        return found[0] if found else None

    def scalar(self, connection: Connection, /, **values: object) -> Any:  # noqa: ANN401 - a value
        """Return the first value of the first row; None where there is none."""
        row = self.first(connection, **values)
        return None if row is None else row[0]


class _Ready:
    """A statement as the driver takes it."""

    def __init__(
        self, statement: Statement, dialect: Dialect, values: Mapping[str, object]
    ) -> None:
        compiled = statement.compile(dialect=dialect, column_keys=[*values])
        assert isinstance(compiled, SQLCompiler)
        self._sql = str(compiled)
        self._values = [
            _value(compiled.binds[name], dialect) for name in compiled.positiontup or ()
        ]
        columns = statement.selected_columns if isinstance(statement, Select) else ()
        names = [str(column.key) for column in columns]
        self._row = _row_of(names)
        read = [_read(column.type, dialect) for column in columns]
        self._read = [(place, each) for place, each in enumerate(read) if each]

    def rows(self, connection: Connection, values: Mapping[str, object]) -> Sequence[Any]:
        driver = connection.connection.driver_connection
        assert driver is not None
        told = [
            given if name is None else process(values[name]) if process else values[name]
            for name, given, process in self._values
        ]
        return [self._made(row) for row in driver.execute(self._sql, told).fetchall()]

    def _made(self, row: tuple[Any, ...]) -> Any:  # noqa: ANN401 - a row
        if not self._read:
            return self._row._make(row)
        found = [*row]
        for place, read in self._read:
            found[place] = read(found[place])
        return self._row._make(found)


def _row_of(names: Sequence[str]) -> Any:  # noqa: ANN401 - a type that is made here
    return namedtuple("Row", names, rename=True)


def _value(bind: BindParameter[Any], dialect: Dialect) -> _Value:
    process: _Process = bind.type.dialect_impl(dialect).bind_processor(dialect)
    if bind.required:
        return bind.key, None, process
    return None, process(bind.value) if process else bind.value, None


def _read(kind: TypeEngine[Any], dialect: Dialect) -> _Process:
    process: _Process = kind.dialect_impl(dialect).result_processor(dialect, None)
    return process
