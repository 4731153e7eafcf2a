"""A page's transcripts: what they give Tokki is given anew, and what it answers put in its place.

A block of `text` that begins with `tokki> ` is one; a line `Pressed: Right` in it is the press of
that button. Where an answer ends with `…`, as many lines of it are shown as stand before.
"""

import re
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, chdir
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.app import running
from bot.on_terminal.conversation import Conversation
from bot.on_terminal.drawing.keys import assign
from bot.on_terminal.drawing.render import render
from bot.on_terminal.drawing.visible import visible_line
from bot.on_terminal.local_people import LOCAL
from bot.on_terminal.user_input import CommandLine, Push, read_input
from bot.settings import Settings
from handlers.types import Actor, Control, Language, Place, Reply, Role

ROOT = Path(__file__).parents[2]
_PROMPT = "tokki> "
_CUT = "…"
_WIDTH = 78
_BLOCK = re.compile(r"^```text\n(?P<said>tokki> .*?)^```$", re.DOTALL | re.MULTILINE)
_HERE = Place("terminal", "terminal:local", "terminal", is_private_property=True)
_GIVEN = re.compile(r"^(tokki> .+|(?:Pressed|누름): .+)$", re.MULTILINE)
_BARS = re.compile("[▏▎▍▌▋▊▉█]+")
SMALL_PRINT = re.compile(r"^(\S+@\d+) · .*$", re.MULTILINE)
_NUMBER = re.compile(r"(?<![@\d.,])\d[\d.,]*")


class Talk:
    """Somebody who goes through a page, a step at a time."""

    def __init__(self, conversation: Conversation) -> None:
        self._conversation = conversation
        self._controls: tuple[Control, ...] = ()
        """What can be pressed now."""

    async def give(self, line: str) -> str:
        """Give a command, or press a button; return what is shown.

        Raises:
            AssertionError: it was refused.
        """
        reply = await self._conversation.answer(
            self._conversation.understand(self._meant(line)), _overhear
        )
        assert reply.error is None, (line, reply.error)
        self._controls = tuple(reply.controls)
        language = reply.language or self._conversation.language
        return render(reply, language, _WIDTH, assign(reply.controls))

    def _meant(self, line: str) -> CommandLine | Push:
        if line.startswith(_PROMPT):
            read = read_input(line.removeprefix(_PROMPT))
            assert isinstance(read, CommandLine), line
            return read
        wanted = line.partition(": ")[2]
        for one in assign(self._controls).values():
            if visible_line(one.label) == wanted:
                return Push(one.control, one.value)
        raise AssertionError(f"“{wanted}” is none of {[*assign(self._controls).values()]}")


async def _overhear(_: Reply) -> None:
    """What is told on the way is on no page."""


@asynccontextmanager
async def talk(language: Language) -> AsyncIterator[Talk]:
    """Open a Tokki of one's own, where nothing has been asked, with the repository at hand."""
    actor = Actor(LOCAL, LOCAL, Role.ADMIN, language)
    with TemporaryDirectory() as folder, chdir(ROOT):
        async with running(Settings(data_dir=Path(folder), models=())) as app:
            # Which texts are kept for measuring is drawn by lot; here it is the same lot each time.
            await app.services.storage.settings.put(_HERE.community, "salt_of_sides", "tutorial")
            yield Talk(Conversation(app.dispatcher, actor, _HERE, language))


async def replayed(page: str, there: Talk) -> str:
    """Return a page with what is answered now."""
    parts: list[str] = []
    end = 0
    for block in _BLOCK.finditer(page):
        parts += [page[end : block.start("said")], await _block(block["said"], there)]
        end = block.end("said")
    return "".join([*parts, page[end:]])


def steps(said: str) -> Iterator[tuple[str, Sequence[str]]]:
    """Yield what was given in a transcript, each with the lines that answer it."""
    parts = _GIVEN.split(said)[1:]
    for given, answered in zip(parts[::2], parts[1::2], strict=True):
        yield given, answered.strip("\n").splitlines()


async def _block(said: str, there: Talk) -> str:
    return "\n\n".join([await _step(given, old, there) for given, old in steps(said)]) + "\n"


async def _step(given: str, old: Sequence[str], there: Talk) -> str:
    """Give a line anew; where its answer was cut, the new one is cut after as many lines."""
    answered = (await there.give(given)).splitlines()
    if old and old[-1] == _CUT and len(old) <= len(answered):
        answered = [*answered[: len(old) - 1], _CUT]
    return "\n".join([given, *answered])


def settled(page: str) -> str:
    """Leave out what differs from one machine to the next: times, shares, the engine."""
    page = SMALL_PRINT.sub(r"\1", page)
    return re.sub(r"\s+", " ", _NUMBER.sub("0", _BARS.sub("█", page)))
