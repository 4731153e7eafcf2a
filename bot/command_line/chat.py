"""`tokki chat`: the terminal's door, and beside it the pages for a browser."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from bot.app import App, running
from bot.command_line.options import HERE
from bot.command_line.outcome import complain
from bot.data_folder import prepare
from bot.on_terminal.session import ChatOptions
from bot.on_terminal.session import chat as open_chat
from bot.settings import Settings
from handlers.texts import say
from handlers.types import Actor, Language
from storage.errors import DatabaseFull, DatabaseReadOnly, StorageError


async def chat_here(
    settings: Settings,
    actor: Actor,
    command: str | None,
    encoding: str | None,
    *,
    as_json: bool,
) -> int:
    """Chat; where the disk takes nothing more, at least about what there is."""
    with suppress(DatabaseFull, DatabaseReadOnly):  # which the database tells of itself
        prepare(settings)
    async with running(settings, is_reading_enough=True) as app:
        if app.unwritable:
            complain(_only_reads(app.unwritable, actor.language))
        jobs = None if app.unwritable else app.services.jobs
        options = ChatOptions(actor.language, command, as_json, app.warm_up, jobs, encoding)
        async with _pages(app, settings, is_chat=command is None and jobs is not None):
            return await open_chat(app.dispatcher, actor, HERE, settings.data_dir, options)


@asynccontextmanager
async def _pages(app: App, settings: Settings, *, is_chat: bool) -> AsyncIterator[None]:
    """Serve the pages for a browser beside a chat, where they are wanted."""
    if not is_chat or settings.web_url is None:
        yield
        return
    from bot.on_web.connection.door import beside_a_chat  # noqa: PLC0415

    async with beside_a_chat(app, settings):
        yield


def _only_reads(why: StorageError, language: Language) -> str:
    return say(language, f"terminal.only_reads_{why.code}", **why.facts)
