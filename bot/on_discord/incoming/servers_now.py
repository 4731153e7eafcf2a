"""The servers that Tokki is in as they are just now: who owns them, and what each role may."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import aiohttp
import discord

from handlers.needs.people import PlatformSilent

_FRESH_S = 5.0
"""So long holds what Discord has said of a server, however many of its people look at pages."""
_NOT_IN_IT = (10004, 50001)
"""What Discord says of a server that it does not know, or that Tokki may not see any more.
https://discord.com/developers/docs/topics/opcodes-and-status-codes#json"""


@dataclass(frozen=True, slots=True)
class _Asked:
    task: "asyncio.Task[discord.Guild | None]"
    at_s: float = field(default_factory=time.monotonic)

    @property
    def holds(self) -> bool:
        """Whether it is the answer for whoever asks now."""
        if not self.task.done():
            return True
        has_failed = self.task.cancelled() or self.task.exception() is not None
        return not has_failed and time.monotonic() - self.at_s < _FRESH_S


class ServersNow:
    """Remembers those of which each change comes here, and asks Discord for the others."""

    def __init__(self, client: discord.Client, hears: Callable[[int], bool]) -> None:
        """`hears` tells whether what changes in a server comes to this process."""
        self._client = client
        self._hears = hears
        self._asked: dict[int, _Asked] = {}

    async def get(self, guild_id: int) -> discord.Guild | None:
        """Return a server; None: Tokki is not in it.

        Raises:
            PlatformSilent: Discord does not say so now.
        """
        guild = self._client.get_guild(guild_id) if self._hears(guild_id) else None
        if guild is None:
            return await self._told(guild_id)
        if guild.unavailable:
            raise PlatformSilent
        return guild

    async def _told(self, guild_id: int) -> discord.Guild | None:
        """Return what Discord says, asked once for all who want to know at about the same time."""
        self._asked = {one: asked for one, asked in self._asked.items() if asked.holds}
        if guild_id not in self._asked:
            self._asked[guild_id] = _Asked(asyncio.create_task(self._ask(guild_id)))
        return await asyncio.shield(self._asked[guild_id].task)

    async def _ask(self, guild_id: int) -> discord.Guild | None:
        try:
            return await self._client.fetch_guild(guild_id, with_counts=False)
        except discord.HTTPException as error:
            if error.code in _NOT_IN_IT:
                return None
            raise PlatformSilent from error
        except (discord.DiscordException, aiohttp.ClientError, OSError) as error:
            raise PlatformSilent from error
