"""Opens the Discord door, keeps it open, and closes it: one function for `tokki run`."""

import asyncio
import logging

import aiohttp
import discord

from bot.answering.opening import patiently, unless
from bot.app import App
from bot.doors import DoorClosed, Say
from bot.on_discord.connection.client import TokkiClient
from bot.on_discord.connection.login import (
    API_ERRORS,
    NotDiscord,
    explain_api_error,
    log_in,
    odd_as_not_discord,
    use_its_gateway,
    use_server,
)
from bot.on_discord.incoming.people import PLATFORM
from bot.on_discord.setup.commands import payloads
from bot.on_discord.setup.sync import sync_if_changed
from bot.settings import Settings
from handlers.people.presence import Presence
from handlers.texts import say
from handlers.types import Language

_TOO_MANY, _SERVER_ERROR = 429, 500
_SYNC_S = 60.0
"""Discord makes one wait where commands are sent often; the start does not wait as long."""
_WORDS = {
    4004: "run.discord_bad_token",
    4010: "run.discord_bad_shard",
    4011: "run.discord_bad_shard",
    4012: "run.discord_bad_version",
    4013: "run.discord_bad_intents",
    4014: "run.discord_bad_intents",
}
"""Close codes after which Discord does not want to see us again.
https://discord.com/developers/docs/topics/opcodes-and-status-codes"""

log = logging.getLogger(__name__)


async def serve(
    app: App, settings: Settings, language: Language, stop: asyncio.Event, tell: Say
) -> None:
    """Serve Discord until `stop` is set.

    Raises:
        DoorClosed: Discord does not let us in, and waiting would not help.
    """
    use_server(settings.discord_api_url)
    stopping = asyncio.create_task(stop.wait())
    try:
        await _serve(app, settings, language, stopping, tell)
    except discord.PrivilegedIntentsRequired as error:
        raise DoorClosed(say(language, "run.discord_bad_intents")) from error
    except discord.ConnectionClosed as error:
        words = _WORDS.get(error.code or 0, "run.discord_closed")
        raise DoorClosed(say(language, words, code=error.code)) from error
    except API_ERRORS as error:
        raise DoorClosed(explain_api_error(error, language)) from error
    finally:
        stopping.cancel()


async def _serve(
    app: App,
    settings: Settings,
    language: Language,
    stopping: "asyncio.Task[bool]",
    tell: Say,
) -> None:
    def unreachable(seconds: int, error: BaseException | None) -> None:
        if isinstance(error, (NotDiscord, discord.HTTPException)):  # something answers
            reason = explain_api_error(error, language)
            tell(say(language, "run.again", reason=reason, seconds=seconds))
        else:
            tell(say(language, "run.discord_unreachable", seconds=seconds))

    health = app.web_server.health
    health.watch(PLATFORM, _not_yet)
    logging_in = patiently(lambda: _logged_in(app, settings), _may_pass, unreachable)
    client = await unless(stopping, logging_in)
    if client is None:
        return
    health.watch(PLATFORM, client.is_connected)
    app.services.people[PLATFORM] = client.people
    async with client:
        await unless(stopping, _prepare(client, app, language, tell))
        greeting = asyncio.create_task(_greet(client, language, tell))
        connecting = patiently(lambda: _connect(client), _may_pass, unreachable)
        connected = asyncio.create_task(connecting)
        try:
            await asyncio.wait({connected, stopping}, return_when=asyncio.FIRST_COMPLETED)
            if not (connected.done() or client.is_idle):
                tell(say(language, "run.discord_draining"))
        finally:
            greeting.cancel()
            await client.close()
        await _ended(connected)


async def _not_yet() -> bool:
    return False


async def _connect(client: TokkiClient) -> None:
    """Stay connected.

    Raises:
        NotDiscord: what answers does not tell where the gateway is.
    """
    if client.shared is None:
        client.shard_count = None  # type: ignore[assignment]  # it is asked for anew each time
    with odd_as_not_discord():
        await client.connect()


async def _ended(connected: "asyncio.Task[None]") -> None:
    """Say why the connection came to its end, if it did so by itself."""
    if connected.done():
        await connected
    connected.cancel()
    await asyncio.gather(connected, return_exceptions=True)


async def _logged_in(app: App, settings: Settings) -> TokkiClient:
    client = TokkiClient(
        app.dispatcher, app.services.jobs, Presence(app.services.storage.departures)
    )
    try:
        await log_in(client, settings)
        await use_its_gateway(client)
        if app.others.is_shared:
            client.share(app.others)
    except BaseException:
        await client.close()
        raise
    return client


async def _prepare(client: TokkiClient, app: App, language: Language, tell: Say) -> None:
    """Send the commands if they have changed, and tell of what a crash left; neither must work."""
    table = app.dispatcher.table
    try:
        async with asyncio.timeout(_SYNC_S):
            commands = payloads(table.commands, table.message_actions)
            await sync_if_changed(client, commands, app.services.storage.settings)
    except API_ERRORS as error:  # the commands of last time still work
        log.exception("the commands could not be synced")
        tell(say(language, "run.discord_not_synced", reason=explain_api_error(error, language)))
    client.follow_jobs()


async def _greet(client: TokkiClient, language: Language, tell: Say) -> None:
    if client.shared is not None:
        tell(say(language, "run.discord_shared", name=client.user))
        return
    await client.is_here.wait()
    tell(say(language, "run.discord_ready", name=client.user, servers=len(client.guilds)))


def _may_pass(error: BaseException) -> bool:
    if isinstance(error, discord.HTTPException):
        is_a_page = error.code == 0 and error.text.lstrip().startswith("<")
        return error.status >= _SERVER_ERROR or error.status == _TOO_MANY or is_a_page
    passing = (OSError, aiohttp.ClientError, discord.GatewayNotFound, discord.RateLimited)
    return isinstance(error, (*passing, NotDiscord))
