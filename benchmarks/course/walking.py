"""Gives every command of the table, runs the plain code of its answer, and compares."""

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from benchmarks.course.classroom import Classroom
from benchmarks.course.features import CHAPTERS
from benchmarks.course.rows import Answer, Compared, Row
from bot.on_terminal.drawing.render import summary
from handlers.types import Language

_SHOWN_LETTERS = 90


@dataclass(frozen=True, slots=True)
class Shown:
    """A row with what came of it."""

    row: Row
    compared: Compared


@dataclass(frozen=True, slots=True)
class _Asked:
    row: Row
    english: Answer
    korean: Answer


def rows(only: Sequence[str] = ()) -> Iterator[Row]:
    """Yield the rows whose feature has one of these words, or all."""
    for chapter in CHAPTERS:
        for row in chapter.rows:
            if not only or any(word.lower() in row.feature.en.lower() for word in only):
                yield row


async def walk(room: Classroom, wanted: Sequence[Row]) -> list[Shown]:
    """Return each row with its answer beside what plain code says."""
    asked = [await _ask(room, row) for row in wanted]
    codes = {
        f"row{place}": await room.code(each.row, each.english)
        for place, each in enumerate(asked)
        if each.row.check
    }
    said = await room.paste(codes) if codes else {}
    return [
        Shown(each.row, _compared(each, said.get(f"row{place}", "")))
        for place, each in enumerate(asked)
    ]


async def _ask(room: Classroom, row: Row) -> _Asked:
    print(row.command.en, file=sys.stderr, flush=True)
    english = await room.answer(row, row.command.en, Language.ENGLISH)
    if row.is_long:
        assert room.means(row.command.ko) is room.means(row.command.en)
        return _Asked(row, english, english)
    return _Asked(row, english, await room.answer(row, row.command.ko, Language.KOREAN))


def _compared(asked: _Asked, said: str) -> Compared:
    """Compare the answers in both languages with the one output."""
    if asked.row.check is None:
        told = summary(asked.english.pressed or asked.english.reply)
        return Compared(told if len(told) <= _SHOWN_LETTERS else f"{told[:_SHOWN_LETTERS]}…")
    compared = asked.row.check(asked.english, said)
    is_same = asked.row.check(asked.korean, said).is_equal
    return replace(compared, is_equal=bool(compared.is_equal and is_same))
