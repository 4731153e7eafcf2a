"""A student's afternoon in Korean: ten commands, and what one sees."""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.course.classroom import Classroom
from bot.on_terminal.drawing.render import render
from handlers.types import Language

_WIDTH = 78
_MOST_LINES = 9


@dataclass(frozen=True, slots=True)
class Step:
    """One command, and what a student learns from it."""

    what: str
    command: str
    told: str
    sign: str
    """Stands in the answer, or the step is not what it says."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A step with what the terminal showed."""

    step: Step
    shown: str


_WORDS = Path(__file__).with_name("afternoon.ko.toml").read_text("utf-8")
STEPS: tuple[Step, ...] = tuple(Step(**step) for step in tomllib.loads(_WORDS)["step"])


async def spend(room: Classroom, steps: Sequence[Step] = STEPS) -> list[Seen]:
    """Give the commands one after another, and return what is shown.

    Raises:
        AssertionError: an answer is not what the step says.
    """
    return [Seen(step, await _shown(room, step)) for step in steps]


async def _shown(room: Classroom, step: Step) -> str:
    reply = await room.ask(step.command, Language.KOREAN)
    drawn = render(reply, Language.KOREAN, _WIDTH)
    assert step.sign in drawn, (step.command, drawn)
    lines = [line for line in drawn.splitlines() if not line.startswith("!press")]
    cut = ["…"] if len(lines) > _MOST_LINES else []
    return "\n".join([*lines[:_MOST_LINES], *cut]).rstrip()
