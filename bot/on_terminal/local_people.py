"""Who is at this machine: whoever can start a terminal may be anybody there."""

from collections.abc import Mapping, Sequence

from bot.on_terminal.system_zone import SystemZone
from handlers.types import Actor, Group, Language, Role

LOCAL = "local"
"""Who sits at this machine, by id and by name: what is kept of them has the id alone."""


class LocalPeople:
    """Fills `handlers.needs.people.PeopleOfPlatform`: one admin, and members by other names."""

    async def who(self, community: str, user: str, language: Language) -> Actor | None:
        """Return who somebody is."""
        role = Role.ADMIN if user == LOCAL else Role.MEMBER
        return Actor(user, user, role, language, zone=SystemZone())

    async def names(self, community: str, users: Sequence[str]) -> Mapping[str, str]:
        """Return no names: ids are names here."""
        return {}

    async def groups(self, community: str) -> Sequence[Group]:
        """Return no groups."""
        return ()
