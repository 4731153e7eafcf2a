"""Opens the Discord door, keeps it open, and closes it: one function for `tokki run`."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import TypeVar

import aiohttp
import discord
from tenacity import AsyncRetrying, RetryCallState, retry_if_exception, wait_exponential_jitter

from bot.app import App
from bot.doors import DoorClosed, Say
from bot.on_discord import leftovers
from bot.on_discord.client import TokkiClient
from bot.on_discord.commands import payloads
from bot.on_discord.server import use_server
from bot.on_discord.sync import sync_if_changed
from bot.settings import Settings
from handlers.texts import say
from handlers.types import Language

_LONGEST_WAIT_S = 60.0
_SERVER_ERROR = 500
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

Result = TypeVar("Result")

log = logging.getLogger(__name__)


async def serve(
    app: App, settings: Settings, language: Language, stop: asyncio.Event, tell: Say
) -> None:
    """Serve Discord until `stop` is set.

    Raises:
        DoorClosed: Discord does not let us in, and waiting would not help.
    """
    assert settings.discord_token
    use_server(settings.discord_api_url)
    client = TokkiClient(app.dispatcher, app.services.storage.jobs)
    token = settings.discord_token.get_secret_value()
    async with client:
        serving = asyncio.create_task(_serve(client, app, token, language, tell))
        stopping = asyncio.create_task(stop.wait())
        try:
            await asyncio.wait({serving, stopping}, return_when=asyncio.FIRST_COMPLETED)
            if not serving.done():
                tell(say(language, "run.discord_draining"))
                await client.drain()
        finally:
            await _end(serving, stopping)


async def _serve(client: TokkiClient, app: App, token: str, language: Language, tell: Say) -> None:
    try:
        await _patiently(lambda: client.login(token), language, tell)
        await _prepare(client, app)
        greeting = asyncio.create_task(_greet(client, language, tell))
        try:
            await _patiently(client.connect, language, tell)
        finally:
            greeting.cancel()
    except discord.LoginFailure as error:
        raise DoorClosed(say(language, "run.discord_bad_token")) from error
    except discord.PrivilegedIntentsRequired as error:
        raise DoorClosed(say(language, "run.discord_bad_intents")) from error
    except discord.ConnectionClosed as error:
        words = _WORDS.get(error.code or 0, "run.discord_closed")
        raise DoorClosed(say(language, words, code=error.code)) from error


async def _prepare(client: TokkiClient, app: App) -> None:
    """Do what belongs before the first interaction: owners, commands, what a crash left."""
    application = await client.application_info()
    team = application.team
    client.owners = [each.id for each in team.members] if team else [application.owner.id]
    try:
        await sync_if_changed(client, payloads(), app.services.storage.settings)
    except discord.HTTPException:  # the commands of last time still work
        log.exception("the commands could not be synced")
    await leftovers.tell(client, app.services.storage.jobs)


async def _greet(client: TokkiClient, language: Language, tell: Say) -> None:
    await client.wait_until_ready()
    tell(say(language, "run.discord_ready", name=client.user, servers=len(client.guilds)))


async def _patiently(
    work: Callable[[], Awaitable[Result]], language: Language, tell: Say
) -> Result:
    """Try until Discord can be reached: a machine may start before its network."""

    def waiting(state: RetryCallState) -> None:
        seconds = state.next_action.sleep if state.next_action else 0.0
        tell(say(language, "run.discord_unreachable", seconds=round(seconds)))

    async for attempt in AsyncRetrying(
        retry=retry_if_exception(_may_pass),
        wait=wait_exponential_jitter(initial=1, max=_LONGEST_WAIT_S),
        before_sleep=waiting,
        reraise=True,
    ):
        with attempt:
            return await work()
    raise AssertionError("tries until it returns or raises")


def _may_pass(error: BaseException) -> bool:
    if isinstance(error, discord.HTTPException):
        return error.status >= _SERVER_ERROR
    passing = (OSError, aiohttp.ClientError, TimeoutError, discord.GatewayNotFound)
    return isinstance(error, passing)


async def _end(serving: asyncio.Task[None], stopping: asyncio.Task[bool]) -> None:
    stopping.cancel()
    if serving.done():
        await serving
    serving.cancel()
    await asyncio.gather(serving, stopping, return_exceptions=True)
