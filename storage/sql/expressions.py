"""What SQLite and PostgreSQL say in different words."""

from typing import Any

from sqlalchemy import Integer
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement


class octet_length(FunctionElement[int]):  # noqa: N801 - as SQL calls it
    """How many bytes a text or some bytes take."""

    name = "octet_length"
    type = Integer()
    inherit_cache = True


@compiles(octet_length)
def _usual(element: octet_length, compiler: SQLCompiler, **more: Any) -> str:  # noqa: ANN401
    return f"octet_length({compiler.process(element.clauses, **more)})"


@compiles(octet_length, "sqlite")
def _of_sqlite(element: octet_length, compiler: SQLCompiler, **more: Any) -> str:  # noqa: ANN401
    """Its `length` counts the characters of a text, and it knows `octet_length` since 3.43 only."""
    return f"length(CAST({compiler.process(element.clauses, **more)} AS BLOB))"
