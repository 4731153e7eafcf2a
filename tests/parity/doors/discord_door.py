"""Discord: the real `tokki run` in a process of its own, before a loopback Discord."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.parity.doors.door import Control, VisibleAnswer
from tests.parity.doors.served import ServedDoor
from tests.servers.discord_server import LoopbackDiscord, Message, UserAction
from tests.servers.discord_server.message import walk

_MANAGE_GUILD = 1 << 5


class DiscordDoor(ServedDoor[Message]):
    """A server's admin."""

    def __init__(self, data_dir: Path) -> None:
        self.discord = LoopbackDiscord()
        super().__init__(data_dir, self.discord)

    def furnish(self) -> None:
        self.guild = self.discord.add_guild("Lab")
        self.channel = self.guild.add_channel("general")
        self.boss = self.discord.add_person("boss")
        self.guild.join(self.boss, permissions=_MANAGE_GUILD, roles=[])

    async def connected(self) -> None:
        await self.discord.ready()

    async def typed(self, command: str, options: Mapping[str, str | int]) -> UserAction:
        return await self.boss.slash(self.channel, command, options)

    async def attached(self, command: str, name: str, content: bytes) -> UserAction:
        options = {"file": (name, "application/octet-stream", content)}
        return await self.boss.slash(self.channel, command, options)

    def file(self, seen: VisibleAnswer) -> bytes:
        assert self._begun
        (body,) = self.loop.do(self._begun.until(lambda m: m.files)).files.values()
        return body

    def pictured(self, seen: VisibleAnswer) -> str:
        message: Any = seen.handle
        assert [name for name, body in message.files.items() if body.startswith(b"\x89PNG")]
        galleries = (each for each in walk(message.components) if "items" in each)
        return "\n".join(item["description"] for each in galleries for item in each["items"])

    async def pressed(self, message: Message, control: str) -> UserAction:
        return await self.boss.press(message, control)

    async def chosen(self, message: Message, control: str, option: str) -> Message:
        asked = await self.boss.select(message, control, [option])
        return await asked.answered()

    def words(self, message: Message) -> str:
        return _words(message.text)

    def history(self, message: Message) -> str:
        return "\n".join(_words(each.text) for each in message.history)

    def seen(self, message: Message) -> VisibleAnswer:
        return VisibleAnswer(self.words(message), tuple(map(_control, message.controls)), message)


def _words(text: str) -> str:
    """What people read: without the marks of Markdown, of which a bar chart has many."""
    without_marks = re.sub(r"^(?:#+|-#) ", "", text, flags=re.MULTILINE)
    return re.sub(r"\\(.)|[*`]", r"\1", without_marks).replace("\u00a0", " ")


def _control(control: dict[str, Any]) -> Control:
    options = tuple(str(each["value"]) for each in control.get("options", ()))
    label = control.get("label") or control.get("placeholder") or ""
    return Control(control["custom_id"], label, options)
