"""Looks into a database from outside, be it a file or on a server."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg


def place_of(text: str) -> Path | str:
    """What a test has given to a child process."""
    return text if "://" in text else Path(text)


def rows_in(place: Path | str, statement: str) -> list[tuple[Any, ...]]:
    """What is committed there."""
    if isinstance(place, Path):
        with closing(sqlite3.connect(place)) as file:
            return file.execute(statement).fetchall()
    with psycopg.connect(place, options="-c tokki.everywhere=on") as server:
        return server.execute(statement).fetchall()  # type: ignore[call-overload]
