"""A channel or a direct message, and what is written there."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from tests.servers.slack_server.kinds import Json

if TYPE_CHECKING:
    from tests.servers.slack_server.people.person import Person
    from tests.servers.slack_server.seen.message import Message
    from tests.servers.slack_server.team import Team


class Channel:
    """A place for messages."""

    def __init__(
        self,
        channel_id: str,
        name: str,
        team: Team,
        members: Iterable[Person] = (),
        *,
        is_private: bool = False,
    ) -> None:
        self.id = channel_id
        self.name = name
        self.team = team
        self.members = set(members)
        """Who must be in it to see it; of a public channel only the bot's membership counts."""
        self.is_private = is_private
        self.is_archived = False
        self.all: dict[str, Message] = {}
        """Every message by its ts, deleted ones too."""
        self.watchers: list[Callable[[Message], object]] = []

    def __repr__(self) -> str:
        return f"<Channel {self.name or self.id}>"

    @property
    def is_direct(self) -> bool:
        """Whether it is between few people and has no name."""
        return self.id[0] in "DG"

    @property
    def shown_name(self) -> str:
        """What payloads call it."""
        return "directmessage" if self.is_direct else self.name

    @property
    def has_bot(self) -> bool:
        """Whether the bot is in it; it can be used elsewhere too, but not post there by itself."""
        return self.team.bot in self.members

    @property
    def messages(self) -> list[Message]:
        """What is to be seen, in order; ephemeral messages too, whoever they are for."""
        return [message for message in self.all.values() if not message.is_deleted]

    def lets_in(self, person: Person) -> bool:
        """Whether a person sees what is written here."""
        return not (self.is_private or self.is_direct) or person in self.members

    def put(self, message: Message) -> Message:
        """Show a message."""
        self.all[message.ts] = message
        self.tell(message)
        return message

    def tell(self, message: Message) -> None:
        """Tell those who watch that a message has come or changed."""
        for watch in tuple(self.watchers):
            watch(message)

    def json(self) -> Json:
        """Describe it as conversations.info does."""
        described: Json = {
            "id": self.id,
            "created": 1_700_000_000,
            "is_im": self.id.startswith("D"),
            "is_archived": self.is_archived,
            "context_team_id": self.team.id,
        }
        if self.id.startswith("D"):
            other = next((one for one in self.members if one is not self.team.bot), self.team.bot)
            return {**described, "user": other.id, "is_org_shared": False, "is_open": True}
        return {
            **described,
            "name": self.name,
            "name_normalized": self.name,
            "is_channel": not self.is_private,
            "is_group": self.is_private and not self.is_direct,
            "is_mpim": self.is_direct,
            "is_private": self.is_private or self.is_direct,
            "is_general": self.name == "general",
            "is_member": self.has_bot,
            "is_shared": False,
            "is_ext_shared": False,
            "is_org_shared": False,
            "num_members": len(self.members),
            "topic": {"value": "", "creator": "", "last_set": 0},
            "purpose": {"value": "", "creator": "", "last_set": 0},
        }
