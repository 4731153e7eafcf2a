"""Everything that this Discord knows: people, guilds, channels, commands, interactions."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Callable

from tests.servers.discord_server import kinds
from tests.servers.discord_server.attachment import Attachment
from tests.servers.discord_server.channel import Channel
from tests.servers.discord_server.guild import Guild
from tests.servers.discord_server.ids import Snowflakes
from tests.servers.discord_server.kinds import Json
from tests.servers.discord_server.people.person import Person
from tests.servers.discord_server.people.user_action import UserAction
from tests.servers.discord_server.rest.registry import Registry

Upload = tuple[str, str | None, bytes]
"""A file: its name, its type, its bytes."""


class World:
    """The state behind the gateway and the REST routes, which both change it."""

    def __init__(self, shards: int = 1, token: str | None = None) -> None:
        self.shards = shards
        """How many `/gateway/bot` recommends."""
        self.ids = Snowflakes()
        self.application_id = self.ids.take()
        self.token = token or _token(self.application_id)
        self.people: dict[int, Person] = {}
        self.guilds: dict[int, Guild] = {}
        self.channels: dict[int, Channel] = {}
        self.attachments: dict[int, Attachment] = {}
        self.interactions: dict[str, UserAction] = {}
        """By their tokens."""
        self.registry = Registry(self.ids, self.application_id)
        self.bot = Person(self, self.application_id, "Tokki", is_bot=True)
        self.people[self.bot.id] = self.bot
        self.owner = self.add_person("owner")

        self.acknowledge_within_s = 3.0
        """How long the bot has for its callback."""
        self.deliver_twice = False
        self.privileged_intents = 0
        """Those that the application may have: without them, an IDENTIFY for them gets 4014."""
        self.identifies = 0
        """How many IDENTIFYs went well."""
        self.identify_every_s = 0.0
        """So long the next IDENTIFY of a bucket has to wait; Discord's own is 5 s."""
        self.max_concurrency = 1
        """How many buckets there are: a shard is in that of shard % max_concurrency."""
        self.session_starts = 1000
        """How many IDENTIFYs Discord takes in a day."""
        self.too_quick = 0
        """How many IDENTIFYs came before their turn, or were more than those of the day."""
        self.refused_callbacks: list[int] = []
        """Codes for the next callbacks."""
        self.autocomplete_s: list[float] = []
        self.address = ""
        """Where this server is, such as http://127.0.0.1:4400."""
        self.send: Callable[[int, str, Json], bool] = lambda _shard, _event, _data: False
        """Dispatches an event on a shard: the gateway puts itself here."""

    @property
    def commands(self) -> list[Json]:
        """The commands that are registered everywhere."""
        return self.registry.listing()

    def add_person(self, name: str, locale: str = "en-US") -> Person:
        """Let somebody have an account."""
        person = Person(self, self.ids.take(), name, locale)
        self.people[person.id] = person
        return person

    def add_guild(
        self, name: str, *, locale: str = "en-US", with_bot: bool = True, shard: int | None = None
    ) -> Guild:
        """Open a guild; the bot is in it unless you say otherwise."""
        number = self.ids.take()
        if shard is not None:
            number = self.ids.take_for_shard(shard, self.shards)
        guild = Guild(self, number, name, locale, with_bot)
        self.guilds[guild.id] = guild
        if with_bot:
            self.tell(guild, "GUILD_CREATE", guild.created())
        return guild

    def dm(self, person: Person) -> Channel:
        """Give the channel between a person and the bot."""
        return self.private_channel(person, self.bot)

    def private_channel(self, *people: Person) -> Channel:
        """Give the channel between people, where the bot is only if it is one of them."""
        for channel in self.channels.values():
            if channel.guild is None and set(channel.people) == set(people):
                return channel
        kind = kinds.DM if len(people) == 2 else kinds.GROUP_DM
        channel = Channel(self.ids.take(), "", kind, people=people)
        self.channels[channel.id] = channel
        return channel

    def attach(
        self, channel: Channel, upload: Upload, description: str | None = None
    ) -> Attachment:
        """Keep a file under an address of this server."""
        name, content_type, body = upload
        number = self.ids.take()
        url = f"{self.address}/attachments/{channel.id}/{number}/{name}"
        self.attachments[number] = Attachment(number, name, content_type, body, url, description)
        return self.attachments[number]

    def tell(self, guild: Guild | None, event: str, data: Json) -> bool:
        """Send an event to the shard that has a guild; what is of no guild goes to shard 0."""
        return self.send(guild.id if guild is not None else 0, event, data)

    def deliver(self, asked: UserAction) -> None:
        """Send INTERACTION_CREATE, or keep it for a session that may resume."""
        self.interactions[asked.token] = asked
        for _ in range(2 if self.deliver_twice else 1):
            guild = asked.channel.guild
            asked.was_sent = self.tell(guild, "INTERACTION_CREATE", asked.payload)


def _token(application_id: int) -> str:
    owner = base64.urlsafe_b64encode(str(application_id).encode()).decode().rstrip("=")
    return f"{owner}.loopbk.{secrets.token_urlsafe(27)}"
