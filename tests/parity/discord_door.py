"""Discord: the real `tokki run` in a process of its own, before a loopback Discord."""

import re
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from tests.parity.door import Control, Seen
from tests.parity.process import PATIENCE_S, LoopThread, TokkiRun
from tests.servers.discord_server import Asked, LoopbackDiscord, Message

_MANAGE_GUILD = 1 << 5


class DiscordDoor:
    """A server's admin."""

    def __init__(self, data_dir: Path) -> None:
        self._data_dir = data_dir
        self._loop = LoopThread()
        self._discord = self._loop.do(_opened(LoopbackDiscord()))
        guild = self._discord.add_guild("Lab")
        self._channel = guild.add_channel("general")
        self._boss = self._discord.add_person("boss")
        guild.join(self._boss, permissions=_MANAGE_GUILD, roles=[])
        self._begun: Asked | None = None
        self._tokki = self._start()

    def ask(self, command: str, **options: str | int) -> Seen:
        return _seen(self._loop.do(self._answer(command, options)))

    def begin(self, command: str, **options: str | int) -> None:
        self._begun = self._loop.do(self._boss.slash(self._channel, command, options))
        self._loop.do(self._begun.answered(timeout=PATIENCE_S))

    def finish(self, says: str) -> Seen:
        assert self._begun
        found = self._begun.until(lambda message: says in _words(message.text), timeout=PATIENCE_S)
        self._message = self._loop.do(found)
        return _seen(self._message)

    def progress(self) -> str:
        return "\n".join(_words(each.text) for each in self._message.history)

    def push(self, seen: Seen, control: Control) -> Seen:
        return _seen(self._loop.do(self._pressed(seen, control)))

    def choose(self, seen: Seen, option: str) -> Seen:
        return _seen(self._loop.do(self._chosen(seen, option)))

    def restart(self) -> None:
        self._tokki.stop()
        self._tokki = self._start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._tokki.kill()
        try:
            self._loop.do(self._discord.__aexit__(kind, error, trace))
        finally:
            self._loop.close()

    async def _answer(self, command: str, options: dict[str, str | int]) -> Message:
        asked = await self._boss.slash(self._channel, command, options)
        return await asked.until(_is_answer, timeout=PATIENCE_S)

    async def _pressed(self, seen: Seen, control: Control) -> Message:
        asked = await self._boss.press(_message(seen), control.id)
        return await asked.answered(timeout=PATIENCE_S)

    async def _chosen(self, seen: Seen, option: str) -> Message:
        asked = await self._boss.select(_message(seen), seen.select.id, [option])
        return await asked.answered(timeout=PATIENCE_S)

    def _start(self) -> TokkiRun:
        settings = {"DISCORD_TOKEN": self._discord.token, "DISCORD_API_URL": self._discord.api_url}
        tokki = TokkiRun(self._data_dir, settings)
        self._loop.do(self._discord.ready(timeout=60))
        return tokki


async def _opened(discord: LoopbackDiscord) -> LoopbackDiscord:
    return await discord.__aenter__()


def _is_answer(message: Message) -> bool:
    return bool(message.text) and "Loading" not in message.text


def _message(seen: Seen) -> Message:
    assert isinstance(seen.handle, Message)
    return seen.handle


def _seen(message: Message) -> Seen:
    return Seen(_words(message.text), tuple(_control(c) for c in message.controls), message)


def _words(text: str) -> str:
    """What people read: without the marks of Markdown, of which a bar chart has many."""
    without_marks = re.sub(r"^(?:#+|-#) ", "", text, flags=re.MULTILINE)
    return re.sub(r"\\(.)|[*`]", r"\1", without_marks).replace("\u00a0", " ")


def _control(control: dict[str, Any]) -> Control:
    options = tuple(str(each["value"]) for each in control.get("options", ()))
    label = control.get("label") or control.get("placeholder") or ""
    return Control(control["custom_id"], label, options)
