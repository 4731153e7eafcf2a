"""Somebody with an account, and what they do in their client."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from tests.servers.slack_server.deliveries import acting, payloads
from tests.servers.slack_server.kinds import Json
from tests.servers.slack_server.people import form_input
from tests.servers.slack_server.people.user_action import UserAction
from tests.servers.slack_server.seen.message import Message, Shown
from tests.servers.slack_server.seen.mrkdwn import escape
from tests.servers.slack_server.seen.view import View
from tests.servers.slack_server.web_api.upload import File
from tests.waiting import PATIENCE_S

if TYPE_CHECKING:
    from tests.servers.slack_server.channel import Channel
    from tests.servers.slack_server.team import Team
    from tests.servers.slack_server.world import World

Upload = tuple[str, bytes]
"""A file: its name and its bytes."""


class Person:
    """A person, or the bot."""

    def __init__(
        self,
        world: World,
        team: Team,
        name: str,
        locale: str = "en-US",
        *,
        is_admin: bool = False,
        is_owner: bool = False,
        is_bot: bool = False,
    ) -> None:
        self._world = world
        self.id = world.ids.take("U")
        self.team = team
        self.name = name
        self.locale = locale
        self.is_admin = is_admin or is_owner
        self.is_owner = is_owner
        self.is_bot = is_bot
        self.app_id = world.app_id
        self.home: View | None = None
        """The App Home that was published last."""
        self.stack: list[View] = []
        self.view_watchers: list[Callable[[], object]] = []

    def __repr__(self) -> str:
        return f"<Person {self.name!r}>"

    @property
    def views(self) -> list[View]:
        """The modals that are open, one on the other."""
        return list(self.stack)

    async def command(
        self, channel: Channel, name: str, text: str = "", *, thread_ts: str | None = None
    ) -> UserAction:
        """Type a slash command."""
        assert thread_ts is None, "Slack has no slash commands in threads: use a shortcut"
        assert name.startswith("/"), f"{name!r} is no command: it begins with a slash"
        self._world.manifest.check_command(name)
        acting.check_place(self, channel)
        escapes = self._world.manifest.escapes(name)
        payload = payloads.command(self, channel, name, text, escapes=escapes)
        return acting.ask(self._world, self, payload, channel=channel)

    async def shortcut(self, channel: Channel, callback_id: str, message: Message) -> UserAction:
        """Use a shortcut of a message's menu; they are in threads too."""
        self._world.manifest.check_shortcut(callback_id, "message")
        acting.check_place(self, channel)
        assert message.is_seen_by(self), f"{self.name} does not see the message"
        assert not message.is_ephemeral, "an ephemeral message has no shortcuts of apps"
        payload = {
            **payloads.interaction("message_action", self),
            "callback_id": callback_id,
            "action_ts": self._world.ids.ts(),
            "message_ts": message.ts,
            "channel": payloads.channel_of(channel),
            "message": message.json(),
        }
        return acting.ask(self._world, self, payload, channel=channel, message=message)

    async def global_shortcut(self, callback_id: str) -> UserAction:
        """Use a shortcut of the search bar, which is in no channel."""
        self._world.manifest.check_shortcut(callback_id, "global")
        payload = payloads.interaction("shortcut", self)
        payload |= {"callback_id": callback_id, "action_ts": self._world.ids.ts()}
        return acting.ask(self._world, self, payload)

    async def press(self, place: Message | View, wanted: str, *, check: bool = True) -> UserAction:
        """Press a button, found by its action_id or by what stands on it.

        Without `check`, what is not there is pressed too, by a forged action_id.
        """
        block, button = acting.control(self, place, wanted, check)
        assert not check or button["type"] == "button", f"{wanted!r} is no button"
        told = ("text", "value", "style", "url")
        action = {key: button[key] for key in told if key in button}
        return acting.act(self._world, self, place, block, button, action)

    async def select(
        self, place: Message | View, action_id: str, value: Any, *, check: bool = True
    ) -> UserAction:
        """Choose in a select, radio buttons, checkboxes, an overflow menu or a date picker."""
        block, element = acting.control(self, place, action_id, check)
        is_told = block["type"] != "input" or block.get("dispatch_action")
        assert is_told, f"{action_id!r} has no dispatch_action: only submit() or fill() tells of it"
        action = form_input.chosen(place, element, value, check=check)
        form_input.note(place, block, element, action)
        return acting.act(self._world, self, place, block, element, action)

    async def suggest(self, place: Message | View, action_id: str, typed: str = "") -> list[Json]:
        """Type into an external select and see what is offered."""
        block, element = acting.control(self, place, action_id, check=True)
        assert "external" in element["type"], f"{action_id!r} asks the bot for nothing"
        least = element.get("min_query_length", 3)
        assert len(typed) >= least, f"the bot is asked from {least} characters on"
        payload = {
            **payloads.interaction("block_suggestion", self),
            **acting.told_of(place),
            "action_id": action_id,
            "block_id": block["block_id"],
            "value": typed,
        }
        asked = acting.ask(self._world, self, payload, channel=place.channel, place=place)
        await asked.acknowledged(self._world.postman.acknowledge_within_s + 1)
        place.offers[action_id] = asked.options
        return asked.options

    async def fill(self, view: View, values: Mapping[str, Any]) -> None:
        """Fill in a part of a form, which later payloads tell as its state."""
        acting.check_on_top(self, view)
        view.state = form_input.form(view, values, is_whole=False)
        await asyncio.sleep(0)

    def upload(self, name: str, body: bytes, *, size: int | None = None) -> File:
        """Upload a file, such as for a form; `size` is what Slack says of it."""
        file = File(self._world.ids.take("F"), self.team, name, len(body) if size is None else size)
        file.owner_id, file.address, file.body = self.id, self._world.address, body
        file.is_complete = True
        self._world.files[file.id] = file
        return file

    async def submit(
        self, view: View | None, values: Mapping[str, Any] | None = None, *, check: bool = True
    ) -> UserAction:
        """Submit a form by its ids of blocks or actions, and wait until Slack knows the outcome.

        What is not given stays as the bot filled it in. Without `check`, a form that is closed
        can be submitted, and what Slack's client would refuse.
        """
        assert view is not None, "no form was opened"
        if check:
            acting.check_on_top(self, view)
        view.state = form_input.form(view, values or {}, check=check)
        payload = {
            **payloads.interaction("view_submission", self),
            "view": view.json(),
            "response_urls": [],
        }
        asked = acting.ask(self._world, self, payload, channel=view.channel, place=view)
        await asked.settled(self._world.postman.acknowledge_within_s + 1)
        return asked

    async def close(self, view: View, *, whole_stack: bool = False) -> UserAction | None:
        """Close a form; the bot is told if it asked for that."""
        acting.check_on_top(self, view)
        payload = {
            **payloads.interaction("view_closed", self),
            "view": view.json(),
            "is_cleared": whole_stack,
        }
        for one in list(view.stack) if whole_stack else [view]:
            one.close()
        if not view.content.get("notify_on_close"):
            return None
        return acting.ask(self._world, self, payload, channel=view.channel, place=view)

    async def open_home(self, timeout: float = PATIENCE_S) -> View:  # noqa: ASYNC109
        """Open the app's home, and wait until the bot has published it anew."""
        since = time.perf_counter()
        event = {"type": "app_home_opened", "user": self.id, "tab": "home"}
        event["channel"] = self._world.dm(self).id
        told = event if self.home is None else {**event, "view": self.home.json()}
        published = asyncio.Event()
        self.view_watchers.append(published.set)
        self._world.happen(self.team, told)
        try:
            async with asyncio.timeout(timeout):
                while self._world.published_at.get(self.id, 0.0) < since:
                    published.clear()
                    await published.wait()
        except TimeoutError:
            story = f"views.publish was not called for {self.name} in {timeout} s"
            raise AssertionError(story) from None
        finally:
            self.view_watchers.remove(published.set)
        assert self.home is not None
        return self.home

    async def write(
        self,
        channel: Channel,
        text: str = "",
        *,
        thread_ts: str | None = None,
        files: Sequence[Upload] = (),
    ) -> Message:
        """Write a message; the bot is told if it subscribes to such messages and is there."""
        acting.check_place(self, channel)
        kept = [self._world.keep_file(self, name, body) for name, body in files]
        content = Shown(text=acting.with_mentions(self.team, escape(text)), files=kept)
        message = self._world.message(channel, self, content, thread_ts=thread_ts)
        channel.put(message)
        self._world.tell_of_message(message)
        # A turn of the loop, as everything that people do takes.
        await asyncio.sleep(0)
        return message

    def json(self, *, with_locale: bool = False) -> Json:
        """Describe them as Slack does."""
        described: Json = {
            "id": self.id,
            "team_id": self.team.id,
            "name": self.name,
            "deleted": False,
            "real_name": self.name.title(),
            "tz": "Asia/Seoul",
            "tz_offset": 32400,
            "profile": self.profile(),
            "is_admin": self.is_admin,
            "is_owner": self.is_owner,
            "is_primary_owner": False,
            "is_restricted": False,
            "is_ultra_restricted": False,
            "is_bot": self.is_bot,
            "is_app_user": False,
            "updated": 1_700_000_000,
        }
        return described | ({"locale": self.locale} if with_locale else {})

    def profile(self) -> Json:
        """Describe how they present themselves."""
        return {
            "real_name": self.name.title(),
            "display_name": self.name,
            "team": self.team.id,
            "status_text": "",
        }
