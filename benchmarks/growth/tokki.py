"""Tokki in this process: real handlers, a real file, a bundled model, and no door before them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from bot.app import App, running
from bot.data_folder import DATABASE_FILE, prepare
from bot.settings import Settings
from handlers.types import Actor, Attachment, Button, Language, Place, Press, Reply, Request, Role

NEVER_TOO_OFTEN = 1_000_000


class Failed(Exception):
    """A request was answered with an error, so its time says nothing."""


class Tokki:
    """Asks as an admin of any community."""

    def __init__(self, app: App, file: Path) -> None:
        self.app = app
        self.file = file

    async def ask(self, line: str, community: int = 1, file: Attachment | None = None) -> Reply:
        """Answer a line as somebody types it, with a file that they attach."""
        parsed = self.app.dispatcher.read(line)
        if isinstance(parsed, Exception):
            raise parsed
        who, where = _who_and_where(community)
        given = parsed.options if file is None else {**parsed.options, "file": file}
        request = Request(parsed.command, given, who, where, _tell_nobody)
        return _good(await self.app.dispatcher.run(request))

    async def press(self, control: str, community: int = 1) -> Reply:
        """Answer a press."""
        who, where = _who_and_where(community)
        press = Press(control, None, who, where, _tell_nobody)
        return _good(await self.app.dispatcher.press(press))

    async def settled(self) -> None:
        """Return once nothing goes on beside the requests."""
        await self.app.services.watch.settled()


@asynccontextmanager
async def tokki(folder: Path) -> AsyncIterator[Tokki]:
    """Start in a folder; the model answers from the network that comes along, at once."""
    settings = Settings(
        _env_file=None,  # type: ignore[call-arg]
        data_dir=folder,
        commands_a_minute=NEVER_TOO_OFTEN,
        engine="onnx-fp32",
        limits=(("letters", 10**9), ("texts", 10**7), ("megabytes", 10**6)),
    )
    prepare(settings)
    async with running(settings) as app:
        yield Tokki(app, folder / DATABASE_FILE)


def button(reply: Reply, label: str) -> str:
    """Return the id of a button whose id ends so."""
    buttons = (one for one in reply.controls if isinstance(one, Button))
    return next(one.id for one in buttons if one.id.endswith(label))


def name_of(community: int) -> str:
    """Return how storage knows a community."""
    return f"discord:{community}"


def _who_and_where(community: int) -> tuple[Actor, Place]:
    return (
        Actor("boss", "boss", Role.ADMIN, Language.ENGLISH),
        Place("discord", name_of(community), "general"),
    )


def _good(reply: Reply) -> Reply:
    if reply.error:
        raise Failed(reply.error.code)
    return reply


async def _tell_nobody(_reply: Reply) -> None:
    """Nobody watches how far it is."""
