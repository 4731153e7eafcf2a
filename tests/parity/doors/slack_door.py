"""Slack: the real `tokki run` in a process of its own, before a loopback Slack."""

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from bot.on_slack.setup.manifest import manifest
from tests.parity.doors.door import Control, VisibleAnswer
from tests.parity.doors.served import ServedDoor
from tests.servers.slack_server import LoopbackSlack, Message, UserAction, View
from tests.servers.slack_server.web_api.upload import File

Shown = Message | View


class SlackDoor(ServedDoor[Shown]):
    """The owner of a workspace. Each command has a channel of its own, as the server wants it."""

    def __init__(self, data_dir: Path) -> None:
        self.slack = LoopbackSlack()
        self._channels = 0
        super().__init__(data_dir, self.slack)

    def furnish(self) -> None:
        self.slack.manifest = manifest()
        self.boss = self.slack.add_person("boss", is_owner=True, is_admin=True)

    async def connected(self) -> None:
        await self.slack.connected()

    async def typed(self, command: str, options: Mapping[str, str | int]) -> UserAction:
        self._channels += 1
        channel = self.slack.add_channel(f"channel-{self._channels}")
        given = (f"{key}:{json.dumps(value, ensure_ascii=False)}" for key, value in options.items())
        name, *action = command.split()
        return await self.boss.command(channel, f"/{name}", " ".join([*action, *given]))

    async def attached(self, command: str, name: str, content: bytes) -> UserAction:
        """A bare command opens a form, which takes files."""
        asked = await self.typed(command, {})
        file = self.boss.upload(name, content)
        return await self.boss.submit(await asked.opened(), {"option:file": [file]})

    def file(self, seen: VisibleAnswer) -> bytes:
        (file,) = self._uploaded(seen)
        return file.body or b""

    def pictured(self, seen: VisibleAnswer) -> str:
        files = self._uploaded(seen)
        assert all(one.body and one.body.startswith(b"\x89PNG") for one in files)
        return "\n".join(one.alt_text or "" for one in files)

    def _uploaded(self, seen: VisibleAnswer) -> Sequence[File]:
        assert self._begun
        message: Any = self.loop.do(self._begun.until(lambda m: m.files))
        assert isinstance(seen.handle, Message) and message.thread_ts == seen.handle.ts
        return message.files

    async def pressed(self, message: Shown, control: str) -> UserAction:
        return await self.boss.press(message, control)

    async def _answer(self, command: str, options: Mapping[str, str | int]) -> Shown:
        if command != "label":
            return await super()._answer(command, options)
        return await _in_window(await self.typed(command, options))

    async def _pushed(self, seen: VisibleAnswer, control: Control) -> Shown:
        message: Any = seen.handle
        if isinstance(message, View):
            before = len(message.history)
            await self.pressed(message, control.id)
            return await message.until(lambda v: len(v.history) > before)
        if control.id.startswith("label:"):
            return await _in_window(await self.pressed(message, control.id))
        return await super()._pushed(seen, control)

    async def chosen(self, message: Shown, control: str, option: str) -> Shown:
        assert isinstance(message, Message)
        before = self.words(message)
        asked = await self.boss.select(message, control, option)
        return await asked.until(lambda m: not _selects(m) or self.words(m) != before)

    def words(self, message: Shown) -> str:
        return _words(message.text_shown)

    def history(self, message: Shown) -> str:
        assert isinstance(message, Message)
        return "\n".join(_words(each.text_shown) for each in message.history)

    def seen(self, message: Shown) -> VisibleAnswer:
        controls = message.buttons if isinstance(message, View) else message.controls
        return VisibleAnswer(self.words(message), tuple(map(_control, controls)), message)


async def _in_window(asked: UserAction) -> View:
    """Wait for the answer in the window that opens for it."""
    view = await asked.opened()
    return await view.until(lambda v: v.history)


def _selects(message: Message) -> list[dict[str, Any]]:
    return [each for each in message.controls if each.get("options")]


def _words(text: str) -> str:
    """What people read: without the marks of mrkdwn."""
    return re.sub(r"[*`]", "", text).replace("\u00a0", " ")


def _control(control: dict[str, Any]) -> Control:
    options = tuple(str(each["value"]) for each in control.get("options", ()))
    label = control.get("text") or control.get("placeholder") or {}
    return Control(control["action_id"], str(label.get("text", "")), options)
