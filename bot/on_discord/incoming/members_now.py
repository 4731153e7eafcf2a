"""Who a member of a server is just now, for whoever does not speak on Discord at the moment.

An interaction brings what its sender may in the channel; here the server's roles say it, without
what single channels add or take away.
"""

import asyncio
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import aiohttp
import discord
from discord.http import HTTPClient

from bot.answering.words import one_line
from bot.on_discord.incoming.members import Members
from bot.on_discord.incoming.people import PLATFORM, is_of_a_server, role_of, zone_of
from bot.on_discord.incoming.servers_now import ServersNow
from handlers.needs.people import PlatformSilent
from handlers.types import Actor, Group, Language, Role

_UNKNOWN = 404
_PATIENCE_S = 1.5


class MembersNow:
    """Fills `handlers.needs.people.PeopleOfPlatform`."""

    def __init__(
        self,
        http: HTTPClient,
        servers: ServersNow,
        members: Members,
        owners: Callable[[], Collection[int]],
    ) -> None:
        """`owners` tells who is an admin where no server says so."""
        self._http = http
        self._servers = servers
        self._members = members
        self._owners = owners

    async def who(self, community: str, user: str, language: Language) -> Actor | None:
        """Return who somebody is now; Discord tells nobody's language.

        Raises:
            PlatformSilent: Discord does not say so now.
        """
        if not user.isascii() or not user.isdecimal():
            return None
        if not is_of_a_server(community):
            return self._alone(community, user, language)
        guild = await self._server(community)
        member = await self._asked(guild, int(user)) if guild else None
        if guild is None or member is None or _is_kept_out(member):
            return None
        return Actor(
            id=user,
            name=_name(member, user),
            role=role_of(_permissions(guild, member, int(user))),
            language=language,
            groups=tuple(map(str, member.get("roles") or ())),
            is_language_known=False,
            zone=zone_of(language),
        )

    async def names(self, community: str, users: Sequence[str]) -> Mapping[str, str]:
        """Return what members are called there."""
        return await self._members.names(_number(community), users)

    async def groups(self, community: str) -> Sequence[Group]:
        """Return the roles of the server; none where Discord does not tell them soon."""
        try:
            async with asyncio.timeout(_PATIENCE_S):
                guild = await self._server(community)
        except (PlatformSilent, TimeoutError):
            return ()
        roles = guild.roles[::-1] if guild else ()
        return [Group(str(role.id), one_line(role.name)) for role in roles if not role.is_default()]

    def _alone(self, community: str, user: str, language: Language) -> Actor | None:
        """Somebody who has brought Tokki along is a community of their own."""
        if community != f"{PLATFORM}:user-{user}":
            return None
        role = Role.ADMIN if int(user) in self._owners() else Role.MEMBER
        return Actor(user, user, role, language, is_language_known=False, zone=zone_of(language))

    async def _server(self, community: str) -> discord.Guild | None:
        number = _number(community)
        return None if number is None else await self._servers.get(number)

    async def _asked(self, guild: discord.Guild, user: int) -> Mapping[str, Any] | None:
        try:
            return await self._http.get_member(guild.id, user)
        except discord.HTTPException as error:
            if error.status == _UNKNOWN:
                return None
            raise PlatformSilent from error
        except (discord.DiscordException, aiohttp.ClientError, OSError) as error:
            raise PlatformSilent from error


def _permissions(guild: discord.Guild, member: Mapping[str, Any], user: int) -> discord.Permissions:
    if user == guild.owner_id:
        return discord.Permissions.all()
    held = {guild.id, *(int(role) for role in member.get("roles") or ())}
    may = discord.Permissions.none()
    for role in guild.roles:
        if role.id in held:
            may.value |= role.permissions.value
    return may


def _is_kept_out(member: Mapping[str, Any]) -> bool:
    """Whether Discord lets them do nothing: in a time-out, or before they agree to the rules."""
    until = discord.utils.parse_time(member.get("communication_disabled_until"))
    return bool(member.get("pending")) or (until is not None and until > datetime.now(UTC))


def _name(member: Mapping[str, Any], user: str) -> str:
    """Return what an interaction of theirs would call them."""
    return one_line(str((member.get("user") or {}).get("username") or user))


def _number(community: str) -> int | None:
    server = community.removeprefix(f"{PLATFORM}:")
    return int(server) if server.isascii() and server.isdecimal() else None
