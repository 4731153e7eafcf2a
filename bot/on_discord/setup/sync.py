"""Tells Discord the commands: when the table has changed, or when an operator says so.

https://docs.discord.com/developers/interactions/application-commands#bulk-overwrite-global-application-commands
"""

import asyncio
import logging
from collections.abc import Sequence

import discord
from discord.http import Route

from bot.app import running
from bot.doors import Say
from bot.findings import PROBLEM
from bot.on_discord.connection.login import (
    API_ERRORS,
    explain_api_error,
    logged_in,
    odd_as_not_discord,
)
from bot.on_discord.setup.commands import Payload, fingerprint, payloads
from bot.settings import Settings
from handlers.needs.communities import CommunitySettings
from handlers.texts import say
from handlers.types import Language

_PATIENCE_S = 120
"""Discord makes one wait about a minute where commands are sent often."""
_KEPT = "commands"
_GLOBAL_ONLY = ("contexts", "integration_types")

log = logging.getLogger(__name__)


class NotInServer(Exception):
    """The bot has not been added to a server, or there is none of this id."""


async def sync_if_changed(
    client: discord.Client, commands: Sequence[Payload], store: CommunitySettings
) -> bool:
    """Send the commands unless Discord has these already; return whether they were sent.

    Raises:
        discord.HTTPException: Discord does not take them.
    """
    kept = await store.all(_community(client))
    if kept.get(_KEPT) == fingerprint(commands):
        return False
    await sync(client, commands, store)
    return True


async def sync(
    client: discord.Client, commands: Sequence[Payload], store: CommunitySettings
) -> None:
    """Send the commands, and keep their fingerprint once Discord has taken them."""
    with odd_as_not_discord():
        await client.http.bulk_upsert_global_commands(_id(client), payload=list(commands))
    await store.put(_community(client), _KEPT, fingerprint(commands))
    log.info("sent %d commands", len(commands))


async def sync_server(client: discord.Client, commands: Sequence[Payload], server: int) -> None:
    """Give one server copies of its own, which stand beside the global ones; none removes them.

    Raises:
        NotInServer: the bot has not been added to it.
    """
    copies = [
        {key: value for key, value in command.items() if key not in _GLOBAL_ONLY}
        for command in commands
    ]
    try:
        with odd_as_not_discord():
            await client.http.bulk_upsert_guild_commands(_id(client), server, payload=copies)
    except (discord.Forbidden, discord.NotFound) as error:
        raise NotInServer from error


async def fetch(client: discord.Client) -> list[Payload]:
    """Return what Discord has; discord.py's own call leaves the localizations out."""
    route = Route("GET", "/applications/{application_id}/commands", application_id=_id(client))
    found: list[Payload] = await client.http.request(route, params={"with_localizations": "true"})
    return found


async def sync_now(
    settings: Settings,
    language: Language,
    server: int | None,
    tell: Say,
    *,
    is_removal: bool = False,
) -> int:
    """Do `tokki sync`, for everywhere or for one server, and return the exit code.

    Args:
        settings: with the token.
        language: of what is told.
        server: id of the only server to tell.
        tell: takes each line.
        is_removal: take away the copies that the server has of its own.
    """
    if is_removal and server is None:
        raise ValueError("a removal takes a server: else no commands would be left anywhere")
    if settings.discord_token is None:
        tell(say(language, "check.no_token"))
        return PROBLEM
    commands = [] if is_removal else payloads()
    try:
        async with (
            asyncio.timeout(_PATIENCE_S),
            running(settings) as app,
            logged_in(settings) as client,
        ):
            said = await _sync(client, commands, app.services.storage.settings, server)
    except NotInServer:
        tell(say(language, "check.not_in_server", server=server))
        return PROBLEM
    except API_ERRORS as error:
        tell(explain_api_error(error, language))
        return PROBLEM
    tell(say(language, said, count=len(commands), server=server))
    return 0


async def _sync(
    client: discord.Client,
    commands: Sequence[Payload],
    store: CommunitySettings,
    server: int | None,
) -> str:
    if server is None:
        await sync(client, commands, store)
        return "check.sent"
    await sync_server(client, commands, server)
    return "check.sent_to_server" if commands else "check.removed_from_server"


def _id(client: discord.Client) -> int:
    assert client.application_id is not None, "log in first"
    return client.application_id


def _community(client: discord.Client) -> str:
    return f"discord-app:{_id(client)}"
