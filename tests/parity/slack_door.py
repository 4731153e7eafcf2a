"""Slack: the real `tokki run` in a process of its own, before a loopback Slack."""

import json
import re
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from bot.on_slack.manifest import manifest
from tests.parity.door import Control, Seen
from tests.parity.process import PATIENCE_S, LoopThread, TokkiRun
from tests.servers.slack_server import Asked, LoopbackSlack, Message


class SlackDoor:
    """The owner of a workspace. Each command has a channel of its own, as the server wants it."""

    def __init__(self, data_dir: Path) -> None:
        self._data_dir = data_dir
        self._loop = LoopThread()
        self._slack = self._loop.do(_opened(LoopbackSlack()))
        self._slack.manifest = manifest()
        self._boss = self._slack.add_person("boss", is_owner=True, is_admin=True)
        self._begun: Asked | None = None
        self._channels = 0
        self._tokki = self._start()

    def ask(self, command: str, **options: str | int) -> Seen:
        return _seen(self._loop.do(self._answer(command, options)))

    def begin(self, command: str, **options: str | int) -> None:
        self._begun = self._loop.do(self._typed(command, options))
        self._loop.do(self._begun.answered(timeout=PATIENCE_S))

    def finish(self, says: str) -> Seen:
        assert self._begun
        found = self._begun.until(lambda m: says in _words(m.text_shown), timeout=PATIENCE_S)
        self._message = self._loop.do(found)
        return _seen(self._message)

    def progress(self) -> str:
        return "\n".join(_words(each.text_shown) for each in self._message.history)

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
            self._loop.do(self._slack.__aexit__(kind, error, trace))
        finally:
            self._loop.close()

    async def _typed(self, command: str, options: dict[str, str | int]) -> Asked:
        self._channels += 1
        channel = self._slack.add_channel(f"channel-{self._channels}")
        given = (f"{key}:{json.dumps(value, ensure_ascii=False)}" for key, value in options.items())
        return await self._boss.command(channel, f"/{command}", " ".join(given))

    async def _answer(self, command: str, options: dict[str, str | int]) -> Message:
        asked = await self._typed(command, options)
        return await asked.until(_is_answer, timeout=PATIENCE_S)

    async def _pressed(self, seen: Seen, control: Control) -> Message:
        asked = await self._boss.press(_message(seen), control.id)
        return await asked.answered(timeout=PATIENCE_S)

    async def _chosen(self, seen: Seen, option: str) -> Message:
        message = _message(seen)
        asked = await self._boss.select(message, seen.select.id, option)
        return await asked.until(lambda m: not _selects(m), timeout=PATIENCE_S)

    def _start(self) -> TokkiRun:
        settings = {
            "SLACK_BOT_TOKEN": self._slack.bot_token,
            "SLACK_APP_TOKEN": self._slack.app_token,
            "SLACK_API_URL": self._slack.api_url,
        }
        tokki = TokkiRun(self._data_dir, settings)
        self._loop.do(self._slack.connected(timeout=60))
        return tokki


async def _opened(slack: LoopbackSlack) -> LoopbackSlack:
    return await slack.__aenter__()


def _is_answer(message: Message) -> bool:
    return bool(message.text_shown) and "Loading" not in message.text_shown


def _selects(message: Message) -> list[dict[str, Any]]:
    return [each for each in message.controls if each.get("options")]


def _message(seen: Seen) -> Message:
    assert isinstance(seen.handle, Message)
    return seen.handle


def _seen(message: Message) -> Seen:
    return Seen(_words(message.text_shown), tuple(map(_control, message.controls)), message)


def _words(text: str) -> str:
    """What people read: without the marks of mrkdwn."""
    return re.sub(r"[*`]", "", text).replace("\u00a0", " ")


def _control(control: dict[str, Any]) -> Control:
    options = tuple(str(each["value"]) for each in control.get("options", ()))
    label = control.get("text") or control.get("placeholder") or {}
    return Control(control["action_id"], str(label.get("text", "")), options)
