"""What the members of a server are called there; asked one by one, since we ask for no intent."""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from typing import Any

import discord
from discord.http import HTTPClient

from bot.answering.expiring_cache import ExpiringCache
from bot.answering.words import one_line

_NAME_S = 3600.0
_PATIENCE_S = 1.5
_MOST = 20

log = logging.getLogger(__name__)


class Members:
    """Knows the names of those who were asked for lately."""

    def __init__(self, http: HTTPClient) -> None:
        self._http = http
        self._names: ExpiringCache[str] = ExpiringCache(_NAME_S)

    async def names(self, guild_id: int | None, users: Sequence[str]) -> Mapping[str, str]:
        """Return the names of members by their ids, as far as Discord says them soon."""
        asked = [user for user in users if user.isascii() and user.isdecimal()][:_MOST]
        if guild_id is None:
            return {}
        found = await asyncio.gather(*(self._name(guild_id, int(user)) for user in asked))
        return {user: name for user, name in zip(asked, found, strict=True) if name}

    async def _name(self, guild_id: int, user: int) -> str | None:
        return await self._names.get(
            (guild_id, user), lambda: self._asked(guild_id, user), _PATIENCE_S
        )

    async def _asked(self, guild_id: int, user: int) -> str | None:
        try:
            said: Mapping[str, Any] = await self._http.get_member(guild_id, user)
        except (discord.DiscordException, OSError) as error:
            log.info("Discord does not say who a member is: %s", error)
            return None
        person = said.get("user") or {}
        shown = said.get("nick") or person.get("global_name") or person.get("username")
        return one_line(str(shown)) if shown else None
