"""`tokki check` for Discord: what is well, what is not and how to put it right, a line each.

https://docs.discord.com/developers/resources/application#application-object
"""

import asyncio
import re

import discord

from bot.doors import Say
from bot.findings import Findings
from bot.on_discord.connection.login import (
    API_ERRORS,
    explain_api_error,
    logged_in,
    odd_as_not_discord,
)
from bot.on_discord.setup.commands import payloads
from bot.on_discord.setup.drift import differences
from bot.on_discord.setup.invite import install_link, personal_link
from bot.on_discord.setup.sync import fetch
from bot.settings import Settings
from handlers.types import Language

_PATIENCE_S = 40
"""discord.py tries again for 25 seconds where Discord has errors of its own."""

_TOKEN = re.compile(r"[\w-]+\.[\w-]+\.[\w-]+")
"""Of Discord itself; another server may have its own kind."""

_INTENTS = {
    "Presence": ("gateway_presence", "gateway_presence_limited"),
    "Server Members": ("gateway_guild_members", "gateway_guild_members_limited"),
    "Message Content": ("gateway_message_content", "gateway_message_content_limited"),
}
"""Privileged intents by their names on the developer portal; limited: in under 100 servers."""


async def check(settings: Settings, language: Language, tell: Say) -> int:
    """Look at the token, the application and its commands; return the exit code."""
    report = Findings(language, tell)
    if settings.discord_token is None:
        report.bad("no_token")
        return report.exit_code
    token = settings.discord_token.get_secret_value().strip()
    if " " in token or (settings.discord_api_url is None and not _TOKEN.fullmatch(token)):
        report.bad("token_odd")
        return report.exit_code
    try:
        async with asyncio.timeout(_PATIENCE_S), logged_in(settings) as client:
            await _look(client, report)
    except API_ERRORS as error:
        report.bad_sentence(explain_api_error(error, language))
    return report.exit_code


async def _look(client: discord.Client, report: Findings) -> None:
    application = client.application
    assert application is not None, "logging in brings it"
    report.good("token", name=client.user)
    report.good("application", id=application.id)
    _look_at_links(application, report)
    _look_at_delivery(application, report)
    _look_at_intents(application, report)
    await _look_at_commands(client, report)


def _look_at_links(application: discord.AppInfo, report: Findings) -> None:
    for_servers = application.guild_integration_config is not None
    for_people = application.user_integration_config is not None
    if for_people and not for_servers:
        report.bad("no_server_install")
    else:
        report.good("link", link=install_link(application.id))
    if for_people:
        report.good("personal_link", link=personal_link(application.id))
    elif for_servers:
        report.note("no_user_install")
    if application.bot_require_code_grant:
        report.bad("code_grant")


def _look_at_delivery(application: discord.AppInfo, report: Findings) -> None:
    if application.interactions_endpoint_url:
        report.bad("endpoint", url=application.interactions_endpoint_url)


def _look_at_intents(application: discord.AppInfo, report: Findings) -> None:
    enabled = [
        name
        for name, flags in _INTENTS.items()
        if any(getattr(application.flags, flag) for flag in flags)
    ]
    if enabled:
        report.note("intents_unneeded", names=", ".join(enabled))
    else:
        report.good("intents")


async def _look_at_commands(client: discord.Client, report: Findings) -> None:
    wanted = payloads()
    with odd_as_not_discord():
        found = await fetch(client)
        drift = differences(wanted, found)
    if not found:
        report.bad("commands_none")
    elif not drift:
        report.good("commands", count=len(wanted))
    else:
        for difference in drift:
            report.bad("commands_drift", difference=difference.to(report.language))
