"""Discord and Slack on loopback, and one `tokki run` before both."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

from bot.on_slack.setup.manifest import manifest
from tests.parity.doors.process import TokkiRun
from tests.servers.discord_server import LoopbackDiscord
from tests.servers.slack_server import LoopbackSlack

MANAGES = 1 << 5
"""Discord's permission that makes somebody an admin of Tokki."""


@asynccontextmanager
async def both() -> AsyncIterator[tuple[LoopbackDiscord, LoopbackSlack]]:
    """Open both, with nobody in them."""
    async with LoopbackDiscord() as discord, LoopbackSlack() as slack:
        slack.manifest = manifest()
        yield discord, slack


@asynccontextmanager
async def serving(
    folder: Path, discord: LoopbackDiscord, slack: LoopbackSlack, settings: Mapping[str, str]
) -> AsyncIterator[TokkiRun]:
    """Run Tokki with these settings on data in this folder, until the block ends."""
    given = {**settings, **discord.settings, **slack.settings}
    tokki = await asyncio.to_thread(TokkiRun, folder, given)
    try:
        await asyncio.gather(discord.ready(), slack.connected())
        yield tokki
    finally:
        await asyncio.to_thread(tokki.kill)
