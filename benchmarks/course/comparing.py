"""How an answer and what plain code says are put side by side."""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from benchmarks.course.rows import Answer, Check, Compared
from tests.handlers.coding.pasted import scores

NEAR = 1e-4
_SHOWN = 3
"""Of the numbers of a row, those that the table has room for."""
_SHOWN_LETTERS = 70

Numbers = Mapping[str, float]


def near(ours: Callable[[Answer], Numbers], plain: Callable[[str], Numbers] = scores) -> Check:
    """Compare numbers by their names."""

    def check(answer: Answer, said: str) -> Compared:
        wanted, found = ours(answer), plain(said)
        is_equal = bool(wanted) and wanted.keys() == found.keys()
        is_equal = is_equal and all(abs(wanted[name] - found[name]) <= NEAR for name in wanted)
        return Compared(_numbers(wanted), _numbers(found), is_equal, "to 1e-4")

    return check


def letter(ours: Callable[[Answer], Any], plain: Callable[[str], Any]) -> Check:
    """Compare texts, lists and whole numbers."""

    def check(answer: Answer, said: str) -> Compared:
        wanted, found = ours(answer), plain(said)
        is_equal = bool(wanted) and wanted == found
        return Compared(_words(wanted), _words(found), is_equal, "to the letter")

    return check


def json_of(said: str) -> list[Any]:
    """Read the last line that code printed."""
    found: list[Any] = json.loads(said.splitlines()[-1])
    return found


def row_of(said: str) -> Numbers:
    """Read the last line as numbers, named by their places."""
    return named(json_of(said))


def named(numbers: Sequence[float]) -> Numbers:
    """Name numbers by their places."""
    return {str(place): float(number) for place, number in enumerate(numbers)}


def _numbers(numbers: Numbers) -> str:
    is_row = all(name.isdecimal() for name in numbers)
    parts = [f"{v:.4f}" if is_row else f"{k} {v:.4f}" for k, v in numbers.items()]
    rest = f" … ({len(parts)} numbers)" if len(parts) > _SHOWN else ""
    return " · ".join(parts[:_SHOWN]) + rest


def _words(found: object) -> str:
    text = found if isinstance(found, str) else json.dumps(found, ensure_ascii=False)
    text = "".join(sign if sign.isprintable() else repr(sign)[1:-1] for sign in text)
    return text if len(text) <= _SHOWN_LETTERS else f"{text[:_SHOWN_LETTERS]}…"
