"""The time by the database's clock: processes meet there, and their own clocks may be apart."""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import BindParameter, Float, literal
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from storage.schema import UtcDateTime

MOMENT = "moment_of_machine"
"""What each connection to a file knows by this name."""


class _Moment(FunctionElement[datetime]):
    type = UtcDateTime()
    inherit_cache = True


class _Seconds(FunctionElement[float]):
    type = Float()
    inherit_cache = True


def database_time(in_s: float | BindParameter[float] = 0.0) -> FunctionElement[datetime]:
    """What its clock says, or will say in so many seconds; of a negative number, has said."""
    return _Moment(in_s if isinstance(in_s, BindParameter) else literal(float(in_s), Float()))


def database_seconds() -> FunctionElement[float]:
    """The same as seconds since 1970, to count with."""
    return _Seconds()


def moment_of_machine(in_s: float) -> str:
    """The same of a file, whose clock is its machine's; SQLite's own counts thousandths only.

    Within one statement it does not move on. As SQLAlchemy writes a DateTime there, so that texts
    compare as times do.
    """
    moment = datetime.now(UTC) + timedelta(seconds=in_s)
    return moment.replace(tzinfo=None).isoformat(" ", "microseconds")


@compiles(_Moment, "sqlite")
def _moment_of_sqlite(element: _Moment, compiler: SQLCompiler, **more: Any) -> str:  # noqa: ANN401
    return f"{MOMENT}({compiler.process(element.clauses, **more)})"


@compiles(_Moment, "postgresql")
def _moment_of_postgresql(
    element: _Moment,
    compiler: SQLCompiler,
    **more: Any,  # noqa: ANN401
) -> str:
    seconds = compiler.process(element.clauses, **more)
    return f"(timezone('utc', clock_timestamp()) + make_interval(secs => {seconds}))"


@compiles(_Seconds, "sqlite")
def _seconds_of_sqlite(_element: _Seconds, _compiler: SQLCompiler, **_more: Any) -> str:  # noqa: ANN401
    return "((julianday('now') - 2440587.5) * 86400.0)"


@compiles(_Seconds, "postgresql")
def _seconds_of_postgresql(_element: _Seconds, _compiler: SQLCompiler, **_more: Any) -> str:  # noqa: ANN401
    return "extract(epoch FROM clock_timestamp())"
