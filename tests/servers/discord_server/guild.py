"""A guild, which people call a server: its channels, roles and members."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.servers.discord_server import ids, kinds
from tests.servers.discord_server.channel import Channel
from tests.servers.discord_server.kinds import Json
from tests.servers.discord_server.people import permissions

if TYPE_CHECKING:
    from tests.servers.discord_server.people.person import Person
    from tests.servers.discord_server.world import World


@dataclass(frozen=True, eq=False)
class Role:
    """A role of a guild."""

    id: int
    name: str
    permissions: int = 0

    def json(self) -> Json:
        """Describe it as Discord does."""
        return {
            "id": str(self.id),
            "name": self.name,
            "permissions": str(self.permissions),
            "color": 0,
            "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
            "hoist": False,
            "icon": None,
            "unicode_emoji": None,
            "position": 0 if self.name == "@everyone" else 1,
            "managed": False,
            "mentionable": False,
            "flags": 0,
        }


@dataclass
class Member:
    """A person in a guild."""

    person: Person
    permissions: int = 0
    roles: list[Role] = field(default_factory=list)
    joined_at: str = field(default_factory=ids.now)

    def json(self, allowed: int | None = None) -> Json:
        """Describe it as Discord does; with what they are allowed, as interactions do."""
        described: Json = {
            "user": self.person.json(),
            "roles": [str(role.id) for role in self.roles],
            "joined_at": self.joined_at,
            "nick": None,
            "avatar": None,
            "banner": None,
            "premium_since": None,
            "communication_disabled_until": None,
            "deaf": False,
            "mute": False,
            "pending": False,
            "flags": 0,
        }
        return described if allowed is None else {**described, "permissions": str(allowed)}


class Guild:
    """A guild."""

    def __init__(self, world: World, number: int, name: str, locale: str, with_bot: bool) -> None:
        self._world = world
        self.id = number
        self.name = name
        self.locale = locale
        self.with_bot = with_bot
        self.owner = world.owner
        self.app_permissions = permissions.MEMBER
        """What the bot may, wherever a channel does not say otherwise."""
        self.channels: list[Channel] = []
        self.roles = [Role(number, "@everyone", permissions.MEMBER)]
        self.members: dict[int, Member] = {}
        self.join(world.bot)
        self.join(self.owner)

    def __repr__(self) -> str:
        return f"<Guild {self.name!r}>"

    @property
    def commands(self) -> list[Json]:
        """The commands that are registered for this guild alone."""
        return self._world.registry.listing(self.id)

    def add_channel(self, name: str) -> Channel:
        """Open a text channel."""
        return self._open(Channel(self._world.ids.take(), name, guild=self), "CHANNEL_CREATE")

    def add_thread(self, channel: Channel, name: str) -> Channel:
        """Open a thread in a channel."""
        thread = Channel(self._world.ids.take(), name, kinds.THREAD, guild=self, parent=channel)
        return self._open(thread, "THREAD_CREATE")

    def add_role(self, name: str, permissions: int = 0) -> Role:
        """Make a role."""
        role = Role(self._world.ids.take(), name, permissions)
        self.roles.append(role)
        self._tell("GUILD_ROLE_CREATE", {"guild_id": str(self.id), "role": role.json()})
        return role

    def join(
        self, person: Person, permissions: int = 0, roles: list[Role] | tuple[Role, ...] = ()
    ) -> Member:
        """Let somebody in, or change what they may."""
        self.members[person.id] = Member(person, permissions, list(roles))
        return self.members[person.id]

    def remove_channel(self, channel: Channel) -> None:
        """Delete a channel."""
        self.channels.remove(channel)
        self._world.channels.pop(channel.id)
        self._tell("THREAD_DELETE" if channel.parent else "CHANNEL_DELETE", channel.json())

    def remove_bot(self) -> None:
        """Throw the bot out."""
        self._tell("GUILD_DELETE", {"id": str(self.id)})
        self.with_bot = False

    def add_bot(self) -> None:
        """Let the bot in again."""
        self.with_bot = True
        self._tell("GUILD_CREATE", self.created())

    def allowed(self, person: Person) -> int:
        """Tell what somebody may here."""
        member = self.members.get(person.id)
        assert member is not None, f"{person.name} is not in {self.name}: guild.join(person)"
        bits = permissions.MEMBER | member.permissions
        for role in member.roles:
            bits |= role.permissions
        whole = person is self.owner or bits & permissions.ADMINISTRATOR
        return permissions.ALL if whole else bits

    def partial(self) -> Json:
        """Describe it as interactions do."""
        return {"id": str(self.id), "locale": self.locale, "features": []}

    def json(self) -> Json:
        """Describe it as Discord does to whoever asks."""
        return {
            **_UNREMARKABLE,
            "id": str(self.id),
            "name": self.name,
            "owner_id": str(self.owner.id),
            "preferred_locale": self.locale,
            "roles": [role.json() for role in self.roles],
        }

    def created(self) -> Json:
        """Describe it as GUILD_CREATE does, with what that alone tells."""
        bot = self.members[self._world.bot.id]
        return {
            **self.json(),
            **_QUIET,
            "joined_at": bot.joined_at,
            "member_count": len(self.members),
            "members": [bot.json()],
            "channels": [one.json() for one in self.channels if one.parent is None],
            "threads": [one.json() for one in self.channels if one.parent is not None],
        }

    def _open(self, channel: Channel, event: str) -> Channel:
        self.channels.append(channel)
        self._world.channels[channel.id] = channel
        self._tell(event, channel.json())
        return channel

    def _tell(self, event: str, data: Json) -> None:
        if self.with_bot:
            self._world.tell(self, event, data)


_QUIET: Json = {
    "unavailable": False,
    "large": False,
    "voice_states": [],
    "presences": [],
    "stage_instances": [],
    "guild_scheduled_events": [],
    "soundboard_sounds": [],
}
_UNREMARKABLE: Json = {
    "icon": None,
    "splash": None,
    "discovery_splash": None,
    "banner": None,
    "description": None,
    "vanity_url_code": None,
    "application_id": None,
    "afk_channel_id": None,
    "afk_timeout": 300,
    "system_channel_id": None,
    "system_channel_flags": 0,
    "rules_channel_id": None,
    "public_updates_channel_id": None,
    "verification_level": 0,
    "default_message_notifications": 1,
    "explicit_content_filter": 0,
    "mfa_level": 0,
    "nsfw_level": 0,
    "premium_tier": 0,
    "premium_progress_bar_enabled": False,
    "features": [],
    "emojis": [],
    "stickers": [],
}
