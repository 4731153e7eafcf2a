"""Which Discord is spoken to, a short visit without the gateway, and what can stand in its way."""

import logging
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

import aiohttp
import discord
import yarl
from discord.gateway import DiscordWebSocket
from discord.http import Route

from bot.on_discord.connection.bounded_bodies import BodyTooLarge, bounded_bodies
from bot.settings import Settings
from handlers.texts import say
from handlers.texts.reasons import explain_system_error
from handlers.types import Language

# It would warn of what only voice needs.
discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False

_DISCORD = Route.BASE
_DISCORD_GATEWAY = DiscordWebSocket.DEFAULT_GATEWAY
_SERVER_ERROR = 500


log = logging.getLogger(__name__)


class NotDiscord(Exception):
    """Something answers at the address, but not as Discord would."""


_ODD = (TypeError, ValueError, AttributeError, LookupError, RecursionError)
"""What discord.py stumbles over where another server answers: a page, a list, half of a JSON."""
API_ERRORS = (discord.DiscordException, aiohttp.ClientError, OSError, NotDiscord)
"""What may happen on a visit through nobody's mistake in this code; TimeoutError is an OSError."""


@contextmanager
def odd_as_not_discord() -> Iterator[None]:
    """Stand around what discord.py reads of an answer, and nothing of our own.

    Raises:
        NotDiscord: it stumbled over it.
    """
    try:
        yield
    except _ODD as error:
        log.exception("what Discord says cannot be read")
        raise NotDiscord from error


def use_server(url: str | None) -> None:
    """Send everything to this server, such as http://127.0.0.1:4400/api/v10; None: to Discord.

    discord.py has no other way than its class: callbacks and webhooks go there as well.
    """
    Route.BASE = url.rstrip("/") if url else _DISCORD
    DiscordWebSocket.DEFAULT_GATEWAY = _DISCORD_GATEWAY


async def use_its_gateway(client: discord.Client) -> None:
    """Begin new sessions at the server's own gateway too.

    discord.py asks for it only at the start; after an invalid session it would bring the token
    of another server to Discord.

    Raises:
        NotDiscord: another kind of server answers.
    """
    if Route.BASE == _DISCORD:
        return
    with odd_as_not_discord():
        _, url, _ = await client.http.get_bot_gateway()
        DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(url)


@asynccontextmanager
async def logged_in(settings: Settings) -> AsyncIterator[discord.Client]:
    """Log in, without the gateway and its limit of sessions a day, and close everything after.

    Raises:
        discord.LoginFailure: the token is refused.
        NotDiscord: another kind of server answers.
    """
    use_server(settings.discord_api_url)
    intents, trace = discord.Intents(guilds=True), bounded_bodies()
    async with discord.Client(intents=intents, http_trace=trace) as client:
        await log_in(client, settings)
        yield client


async def log_in(client: discord.Client, settings: Settings) -> None:
    """Log a client in with the token of the settings.

    Raises:
        discord.LoginFailure: the token is refused.
        NotDiscord: another kind of server answers.
    """
    assert settings.discord_token
    token = settings.discord_token.get_secret_value().strip()
    if not (token.isascii() and token.isprintable()):
        raise discord.LoginFailure("no token has such characters")
    try:
        with odd_as_not_discord():
            await client.login(token)
    except discord.NotFound as error:
        raise NotDiscord from error


def explain_api_error(error: BaseException, language: Language) -> str:
    """Say what is wrong and what to do."""
    match error:
        case discord.LoginFailure():
            return say(language, "run.discord_bad_token")
        case discord.HTTPException() if error.status >= _SERVER_ERROR:
            return say(language, "check.discord_down", status=error.status)
        case discord.HTTPException():
            return say(language, "check.refused", status=error.status, reason=_reason(error))
        case NotDiscord() | BodyTooLarge():
            return say(language, "check.not_discord", url=Route.BASE)
        case TimeoutError():
            return say(language, "check.too_slow")
    reason = explain_system_error(error, language)
    return say(language, "check.unreachable", url=Route.BASE, reason=reason)


def _reason(error: discord.HTTPException) -> str:
    """Return what Discord says in one line; what a proxy says is a page."""
    if not error.text or error.text.lstrip().startswith("<"):
        return str(error.response.reason)
    return " · ".join(line.strip() for line in error.text.splitlines())
