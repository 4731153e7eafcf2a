"""Who may what in a community: the platform's permissions, unless the community says otherwise.

A community gives roles to groups (a Discord role, a person) with `/settings`. They are stored as
`role:<group id>` -> {"name": …, "role": …}.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace

from handlers.needs.communities import CommunitySettings
from handlers.needs.people import PeopleOfPlatform, PlatformSilent
from handlers.types import Actor, Group, Language, Role
from storage.records import NewAuditEntry

_PREFIX = "role:"
_REVOKED = "permissions"
_PATIENCE_S = 1.5


@dataclass(frozen=True, slots=True)
class Grant:
    """What a community lets a group do."""

    group: Group
    role: Role | None
    """None: what the platform's permissions say, as before."""


async def grants(community: str, settings: CommunitySettings) -> Mapping[str, Grant]:
    """Return what a community has granted and revoked, by group id."""
    found = (_read(name, value) for name, value in (await settings.all(community)).items())
    return {grant.group.id: grant for grant in found if grant}


async def shut_out(community: str, settings: CommunitySettings) -> frozenset[str]:
    """Return the ids of those whom a community has shut out: their votes count for nothing."""
    known = (await grants(community, settings)).items()
    return frozenset(each for each, given in known if given.role is Role.SHUT_OUT)


async def grant(
    community: str, given: Grant, settings: CommunitySettings, deed: NewAuditEntry
) -> None:
    """Store a grant; the last one to a group holds. One that is revoked keeps the group's name."""
    role = given.role.name.lower() if given.role else _REVOKED
    value = {"name": given.group.name, "role": role}
    await settings.put(community, _PREFIX + given.group.id, value, deed)


async def with_granted_role(actor: Actor, community: str, settings: CommunitySettings) -> Actor:
    """Return the actor with what the community grants them: as a person, else by their groups.

    Who is an admin by the platform stays one, so that nobody can lock everybody out.
    """
    if actor.role is Role.ADMIN:
        return actor
    granted = {each: g.role for each, g in (await grants(community, settings)).items() if g.role}
    if actor.id in granted:
        return replace(actor, role=granted[actor.id])
    roles = [granted[each] for each in actor.groups if each in granted]
    return replace(actor, role=max(roles)) if roles else actor


async def is_always_admin(
    who: Group, community: str, people: Mapping[str, PeopleOfPlatform]
) -> bool:
    """Tell whether no grant can change what somebody may; not where nobody says so soon."""
    platform = people.get(community.partition(":")[0])
    if platform is None:
        return False
    try:
        async with asyncio.timeout(_PATIENCE_S):
            actor = await platform.who(community, who.id, Language.ENGLISH)
    except (PlatformSilent, TimeoutError):
        return False
    return actor is not None and actor.role is Role.ADMIN


def _read(name: str, value: object) -> Grant | None:
    match value:
        case {"name": str(group), "role": str(role)} if name.startswith(_PREFIX):
            known = None if role == _REVOKED else Role[role.upper()]
            return Grant(Group(name.removeprefix(_PREFIX), group), known)
        case _:
            return None
