"""A channel: of a guild, a thread in one, or between people."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from tests.servers.discord_server import ids, kinds
from tests.servers.discord_server.kinds import Json
from tests.servers.discord_server.message import Message
from tests.servers.discord_server.people import permissions

if TYPE_CHECKING:
    from tests.servers.discord_server.guild import Guild
    from tests.servers.discord_server.people.person import Person

Watcher = Callable[[Message], None]


class Channel:
    """Where messages are."""

    def __init__(
        self,
        number: int,
        name: str,
        kind: int = kinds.TEXT,
        *,
        guild: Guild | None = None,
        parent: Channel | None = None,
        people: tuple[Person, ...] = (),
    ) -> None:
        self.id = number
        self.name = name
        self.kind = kind
        self.guild = guild
        self.parent = parent
        self.people = people
        """Who talks there, where it is no guild's: all but the one who is told of it."""
        self.app_permissions: int | None = None
        """What the bot may here, where it is not what it may in the guild."""
        self.all: dict[int, Message] = {}
        self.watchers: list[Watcher] = []

    def __repr__(self) -> str:
        return f"<Channel {self.name!r}>"

    @property
    def messages(self) -> list[Message]:
        """Everything that is not ephemeral, in order."""
        return [one for one in self.all.values() if not one.is_ephemeral]

    @property
    def bot_permissions(self) -> int:
        """What the bot may here."""
        if self.app_permissions is not None:
            return self.app_permissions
        return permissions.MEMBER if self.guild is None else self.guild.app_permissions

    @property
    def context(self) -> int:
        """Where an interaction in it takes place: 0 a guild, 1 the bot's DM, 2 other DMs."""
        if self.guild is not None:
            return kinds.IN_GUILD
        return kinds.IN_BOT_DM if any(one.is_bot for one in self.people) else kinds.IN_PRIVATE

    def put(self, message: Message) -> Message:
        """Keep a message, and tell those who watch."""
        self.all[message.id] = message
        self.tell(message)
        return message

    def remove(self, message: Message) -> None:
        """Delete a message."""
        message.is_deleted = True
        self.all.pop(message.id, None)

    def tell(self, message: Message) -> None:
        """Tell those who watch that a message is new or has changed."""
        for watcher in tuple(self.watchers):
            watcher(message)

    def json(self, reader: Person | None = None) -> Json:
        """Describe it as Discord does, to one who is in it."""
        described: Json = {
            "id": str(self.id),
            "type": self.kind,
            "flags": 0,
            "last_message_id": str(next(reversed(self.all))) if self.all else None,
        }
        if self.guild is None:
            others = [one.json() for one in self.people if one is not reader]
            return {**described, "recipients": others}
        described |= {
            "name": self.name,
            "guild_id": str(self.guild.id),
            "parent_id": str(self.parent.id) if self.parent else None,
            "rate_limit_per_user": 0,
            "nsfw": False,
        }
        return {**described, **(self._as_thread() if self.parent else self._as_text())}

    def _as_text(self) -> Json:
        return {"position": 0, "permission_overwrites": [], "topic": None}

    def _as_thread(self) -> Json:
        started = ids.made_at(self.id)
        return {
            "owner_id": str(self.guild.owner.id) if self.guild else None,
            "member_count": 2,
            "message_count": len(self.all),
            "total_message_sent": len(self.all),
            "thread_metadata": {
                "archived": False,
                "archive_timestamp": started,
                "auto_archive_duration": 1440,
                "create_timestamp": started,
                "locked": False,
            },
        }
