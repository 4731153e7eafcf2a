"""Everything that this Slack knows, behind the Web API and the deliveries, which both change it."""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterable

from tests.servers.slack_server.channel import Channel
from tests.servers.slack_server.checks.checking import Checker
from tests.servers.slack_server.deliveries import payloads
from tests.servers.slack_server.deliveries.delivery import Delivery
from tests.servers.slack_server.deliveries.postman import Postman
from tests.servers.slack_server.deliveries.response_url import ResponseUrl
from tests.servers.slack_server.deliveries.socket_mode import SocketMode
from tests.servers.slack_server.deliveries.trigger import Triggers
from tests.servers.slack_server.ids import Ids, secret
from tests.servers.slack_server.kinds import EVENT, Json
from tests.servers.slack_server.manifest import Manifest
from tests.servers.slack_server.people.person import Person
from tests.servers.slack_server.people.user_action import UserAction
from tests.servers.slack_server.seen.message import Message, Shown
from tests.servers.slack_server.seen.view import View
from tests.servers.slack_server.team import Team, UserGroup
from tests.servers.slack_server.web_api.token import BOT_SCOPES, Token
from tests.servers.slack_server.web_api.upload import File

SUBSCRIBED = frozenset({"app_home_opened", "app_uninstalled", "tokens_revoked"})


class World:
    """The state."""

    def __init__(self, *, validate: bool = True) -> None:
        self.ids = Ids()
        self.app_id = self.ids.take("A")
        self.client_id, self.client_secret = "1000000.2000000", secret()
        self.signing_secret = secret()
        self.checker = Checker(is_on=validate)
        self.checker.has_file = lambda number: number in self.files
        self.postman = Postman()
        self.socket = SocketMode(self.app_id, self.postman)
        self.postman.transport = self.socket
        self.postman.note = self.checker.note
        self.triggers = Triggers()
        self.teams: dict[str, Team] = {}
        self.tokens: dict[str, Token] = {}
        self.files: dict[str, File] = {}
        self.asked: list[UserAction] = []
        self.events: list[Delivery] = []
        self.response_urls: dict[str, ResponseUrl] = {}
        self.views: dict[str, View] = {}
        self.published_at: dict[str, float] = {}
        """When each person's home was published last, by their id."""
        self.codes: dict[str, Team] = {}
        """What OAuth's codes are good for; each is good once."""
        self.subscribed: set[str] = set(SUBSCRIBED)
        self.manifest = Manifest()
        self.address = ""
        """Where this server is, such as http://127.0.0.1:4300."""
        self._numbers = itertools.count(time.time_ns() // 1000)
        self.app_token = self._token(f"xapp-1-{self.app_id}-", None, {"connections:write"})
        self.config_token = self._token("xoxe.xoxp-", None, {"app_configurations:read"})

    def use_manifest(self, manifest: Json) -> None:
        """Take over what a manifest says; installed workspaces get its scopes at once."""
        self.manifest = Manifest(manifest)
        if self.manifest.scopes is not None:
            for team in self.teams.values():
                team.token.scopes = set(self.manifest.scopes)
        if self.manifest.events is not None:
            self.subscribed = set(self.manifest.events)
        self.socket.is_enabled = self.manifest.has_socket_mode

    def next_number(self) -> int:
        """Give a number that no trigger or response URL has had."""
        return next(self._numbers)

    def add_team(self, name: str) -> Team:
        """Open a workspace with the app installed in it."""
        team = Team(self.ids.take("T"), name, self.ids.take("B"))
        self.teams[team.id] = team
        team.bot = Person(self, team, "tokki", is_bot=True)
        team.people[team.bot.id] = team.bot
        team.token = self._bot_token(team)
        return team

    def add_person(
        self,
        team: Team,
        name: str,
        locale: str = "en-US",
        *,
        is_admin: bool = False,
        is_owner: bool = False,
    ) -> Person:
        """Let somebody have an account."""
        person = Person(self, team, name, locale, is_admin=is_admin, is_owner=is_owner)
        team.people[person.id] = person
        return person

    def add_channel(
        self,
        team: Team,
        name: str,
        members: Iterable[Person] = (),
        *,
        is_private: bool = False,
        with_bot: bool = True,
    ) -> Channel:
        """Open a channel."""
        people = {*members, *([team.bot] if with_bot else [])}
        channel = Channel(self.ids.take("C"), name, team, people, is_private=is_private)
        team.channels[channel.id] = channel
        return channel

    def add_user_group(self, team: Team, handle: str, people: Iterable[Person]) -> UserGroup:
        """Make a group of people."""
        group = UserGroup(self.ids.take("S"), handle, list(people))
        team.groups[group.id] = group
        return group

    def dm(self, *people: Person) -> Channel:
        """Give the direct messages of one person with the bot, or of several among themselves."""
        team = people[0].team
        members = {*people, team.bot} if len(people) == 1 else set(people)
        for channel in team.channels.values():
            if channel.is_direct and channel.members == members:
                return channel
        letter = "D" if len(members) == 2 else "G"
        channel = Channel(self.ids.take(letter), "", team, members, is_private=True)
        team.channels[channel.id] = channel
        return channel

    def message(
        self,
        channel: Channel,
        author: Person,
        content: Shown,
        *,
        thread_ts: str | None = None,
        only_for: Person | None = None,
    ) -> Message:
        """Write a message; it is seen once it is put into its channel."""
        ts = self.ids.ts()
        return Message(ts, channel, author, content, thread_ts=thread_ts, only_for=only_for)

    def keep_file(self, owner: Person, name: str, body: bytes) -> File:
        """Keep a file that a person shares."""
        file = File(self.ids.take("F"), owner.team, name, len(body), body=body, owner_id=owner.id)
        file.is_complete, file.address = True, self.address
        self.files[file.id] = file
        return file

    def push(self, view: View, content: Json, asked: UserAction) -> View:
        """Lay a view on another one."""
        fresh = View(self.ids, view.person, content, asked)
        view.stack.append(fresh)
        fresh.stack = view.stack
        self.views[fresh.id] = fresh
        return fresh

    def publish(self, person: Person, content: Json) -> View:
        """Show somebody's App Home."""
        if person.home is None:
            person.home = View(self.ids, person, content, None)
            self.views[person.home.id] = person.home
        else:
            person.home.change(content)
        self.published_at[person.id] = time.perf_counter()
        person.home.tell()
        return person.home

    def happen(self, team: Team, event: Json) -> Delivery | None:
        """Tell the app of an event, if it subscribes to it."""
        kinds = {event["type"], f"message.{event.get('channel_type')}"}
        if not kinds & self.subscribed:
            return None
        delivery = Delivery(EVENT, payloads.event(self.ids, team, event))
        self.events.append(delivery)
        self.postman.deliver(delivery)
        return delivery

    def tell_of_message(self, message: Message) -> None:
        """Tell of what a person wrote, where the bot is."""
        channel = message.channel
        if not channel.has_bot:
            return
        kind = {"D": "im", "G": "mpim"}.get(channel.id[0], "channel")
        kind = "group" if channel.is_private and kind == "channel" else kind
        told = {**message.json(), "channel": channel.id, "channel_type": kind}
        self.happen(channel.team, told)
        if f"<@{channel.team.bot.id}>" in message.text:
            self.happen(channel.team, {**told, "type": "app_mention", "channel_type": ""})

    def uninstall(self, team: Team) -> None:
        """Take the app out of a workspace: its token is no good, and it is told so."""
        team.is_installed = False
        team.token.error = "account_inactive"
        revoked = {"type": "tokens_revoked", "tokens": {"oauth": [], "bot": [team.bot.id]}}
        self.happen(team, revoked)
        self.happen(team, {"type": "app_uninstalled"})

    def reinstall(self, team: Team) -> Token:
        """Install the app in a workspace: with the token that it has, or a new one if it is bad."""
        if team.token.error is not None:
            team.token = self._bot_token(team)
        team.is_installed = True
        return team.token

    def _bot_token(self, team: Team) -> Token:
        return self._token("xoxb-", team, set(self.manifest.scopes or BOT_SCOPES))

    def _token(self, prefix: str, team: Team | None, scopes: set[str]) -> Token:
        token = Token(secret(prefix), team, scopes)
        self.tokens[token.text] = token
        return token
