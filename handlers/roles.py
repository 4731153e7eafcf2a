"""Who may what in a community: the platform's permissions, unless the community says otherwise.

A community gives roles to groups (a Discord role, a person) with `/settings`. They are stored as
`role:<group id>` -> {"name": …, "role": …}.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from handlers.services import CommunitySettings
from handlers.types import Actor, Group, Role

_PREFIX = "role:"


@dataclass(frozen=True, slots=True)
class Grant:
    """What a community lets a group do."""

    group: Group
    role: Role


async def grants(community: str, settings: CommunitySettings) -> Mapping[str, Grant]:
    """Return what a community has granted, by group id."""
    found = (_read(name, value) for name, value in (await settings.all(community)).items())
    return {grant.group.id: grant for grant in found if grant}


async def grant(community: str, given: Grant, settings: CommunitySettings) -> None:
    """Store a grant; the last one to a group holds."""
    value = {"name": given.group.name, "role": given.role.name.lower()}
    await settings.put(community, _PREFIX + given.group.id, value)


async def revoke(community: str, group_id: str, settings: CommunitySettings) -> None:
    """Forget a grant, so that the platform's permissions hold again."""
    await settings.remove(community, _PREFIX + group_id)


async def with_granted_role(actor: Actor, community: str, settings: CommunitySettings) -> Actor:
    """Return the actor with the highest role that the community grants them, if it grants any.

    Who is an admin by the platform stays one, so that nobody can lock everybody out.
    """
    if actor.role is Role.ADMIN:
        return actor
    granted = await grants(community, settings)
    roles = [granted[each].role for each in (actor.id, *actor.groups) if each in granted]
    return replace(actor, role=max(roles)) if roles else actor


def _read(name: str, value: object) -> Grant | None:
    match value:
        case {"name": str(group), "role": str(role)} if name.startswith(_PREFIX):
            return Grant(Group(name.removeprefix(_PREFIX), group), Role[role.upper()])
        case _:
            return None
