"""Somebody with an account, and what they do in their client."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from tests.servers.discord_server import kinds
from tests.servers.discord_server.gateways import interaction
from tests.servers.discord_server.kinds import Json
from tests.servers.discord_server.message import Message, Shown
from tests.servers.discord_server.people import form_input, typed
from tests.servers.discord_server.people.user_action import Modal, UserAction

if TYPE_CHECKING:
    from tests.servers.discord_server.channel import Channel
    from tests.servers.discord_server.world import Upload, World


class Person:
    """A person, or the bot."""

    def __init__(
        self, world: World, number: int, name: str, locale: str = "en-US", *, is_bot: bool = False
    ) -> None:
        self._world = world
        self.id = number
        self.name = name
        self.locale = locale
        self.is_bot = is_bot
        self.has_installed = False
        self.accepts_dms = True

    def __repr__(self) -> str:
        return f"<Person {self.name!r}>"

    def install(self) -> None:
        """Install the bot for oneself, to use it where it is not."""
        self.has_installed = True

    async def slash(
        self,
        channel: Channel,
        name: str,
        options: Mapping[str, Any] | None = None,
        *,
        check: bool = True,
    ) -> UserAction:
        """Type a command, by the rules of Discord's client unless `check` is false."""
        command = typed.find(self._world, self, channel, name, kinds.CHAT_INPUT, check)
        data = typed.chat_input(self._world, self, channel, command, name, options or {}, check)
        return self._ask(channel, kinds.COMMAND, data, command)

    async def message_action(
        self, channel: Channel, name: str, message: Message, *, check: bool = True
    ) -> UserAction:
        """Use a command of a message's context menu."""
        command = typed.find(self._world, self, channel, name, kinds.MESSAGE_COMMAND, check)
        resolved = {"messages": {str(message.id): message.json()}}
        data = typed.menu(command, kinds.MESSAGE_COMMAND, message.id, resolved)
        return self._ask(channel, kinds.COMMAND, data, command)

    async def user_action(
        self, channel: Channel, name: str, person: Person, *, check: bool = True
    ) -> UserAction:
        """Use a command of a person's context menu."""
        command = typed.find(self._world, self, channel, name, kinds.USER_COMMAND, check)
        resolved = typed.Resolved(self._world, channel)
        resolved.person(person)
        data = typed.menu(command, kinds.USER_COMMAND, person.id, resolved.data)
        return self._ask(channel, kinds.COMMAND, data, command)

    async def autocomplete(
        self,
        channel: Channel,
        name: str,
        option: str,
        text: str,
        options: Mapping[str, Any] | None = None,
        *,
        check: bool = True,
    ) -> list[Json]:
        """Type into an option and see what is offered."""
        command = typed.find(self._world, self, channel, name, kinds.CHAT_INPUT, check)
        data = typed.chat_input(
            self._world, self, channel, command, name, options or {}, check, (option, text)
        )
        asked = self._ask(channel, kinds.AUTOCOMPLETE, data, command)
        await asked.acknowledged(self._world.acknowledge_within_s)
        self._world.autocomplete_s.append(time.perf_counter() - asked.sent_at)
        return asked.choices or []

    async def press(self, message: Message, custom_id: str, *, check: bool = True) -> UserAction:
        """Press a button."""
        control: Json = {}
        if check:
            control = self._usable(message, custom_id)
            assert control["type"] == kinds.BUTTON, f"{custom_id!r} is no button"
        data = _used(control, custom_id, kinds.BUTTON)
        return self._ask_on(message, data)

    async def select(
        self, message: Message, custom_id: str, values: Sequence[Any], *, check: bool = True
    ) -> UserAction:
        """Choose in a select: texts, or people, roles and channels."""
        control: Json = {}
        if check:
            control = self._usable(message, custom_id)
            form_input.check_select(control, values)
        resolved = typed.Resolved(self._world, message.channel)
        data = _used(control, custom_id, kinds.STRING_SELECT)
        data["values"] = [resolved.value(value) for value in values]
        return self._ask_on(message, data | resolved.as_data())

    async def submit(
        self, modal: Modal | None, fields: Mapping[str, Any], *, check: bool = True
    ) -> UserAction:
        """Submit a form; what is not given stays as the bot filled it in."""
        assert modal is not None, "no form was opened"
        asked = modal.asked
        resolved = typed.Resolved(self._world, asked.channel)
        components = form_input.form(modal, fields, resolved, check)
        data = {"custom_id": modal["custom_id"], "components": components, **resolved.as_data()}
        return interaction.begin(
            self._world,
            self,
            asked.channel,
            kinds.MODAL,
            data,
            owners=asked.owners,
            message=asked.message,
            opened_by=asked,
        )

    async def write(
        self, channel: Channel, text: str = "", attachments: Sequence[Upload] = ()
    ) -> Message:
        """Write a message; the bot, which has no intent for messages, is not told."""
        files = [self._world.attach(channel, upload) for upload in attachments]
        shown = Shown(text, attachments=files)
        # A turn of the loop, as everything that people do takes.
        await asyncio.sleep(0)
        return channel.put(Message(self._world.ids.take(), channel, self, shown))

    def json(self) -> Json:
        """Describe them as Discord does."""
        return {
            "id": str(self.id),
            "username": self.name,
            "global_name": None if self.is_bot else self.name.title(),
            "discriminator": "0",
            "avatar": None,
            "avatar_decoration_data": None,
            "banner": None,
            "bot": self.is_bot,
            "clan": None,
            "collectibles": None,
            "primary_guild": None,
            "public_flags": 0,
        }

    def _ask(self, channel: Channel, kind: int, data: Json, command: Json) -> UserAction:
        owners = interaction.installed_for(self, channel, command)
        return interaction.begin(self._world, self, channel, kind, data, owners=owners)

    def _ask_on(self, message: Message, data: Json) -> UserAction:
        owners = message.asked.owners if message.asked is not None else None
        return interaction.begin(
            self._world,
            self,
            message.channel,
            kinds.COMPONENT,
            data,
            owners=owners,
            message=message,
        )

    def _usable(self, message: Message, custom_id: str) -> Json:
        """Find a control that this person sees and may use."""
        assert not message.is_deleted, "the message has been deleted"
        sees = not message.is_ephemeral or message.asked is None or message.asked.person is self
        assert sees, f"{self.name} does not see the message"
        control = message.control(custom_id)
        assert not control.get("disabled"), f"{custom_id!r} is disabled"
        return control


def _used(control: Json, custom_id: str, kind: int) -> Json:
    """Write the data of a control that was used."""
    kind = control.get("type", kind)
    return {"component_type": kind, "custom_id": custom_id, "id": control.get("id", 1)}
