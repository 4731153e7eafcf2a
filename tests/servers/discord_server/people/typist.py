"""Somebody at a terminal who uses the bot: lines in, what people would read out."""

from __future__ import annotations

import shlex
from collections.abc import Callable
from typing import Any

from tests.servers.discord_server import kinds
from tests.servers.discord_server.channel import Channel
from tests.servers.discord_server.kinds import Json
from tests.servers.discord_server.message import Message, walk
from tests.servers.discord_server.people.person import Person
from tests.servers.discord_server.people.user_action import UserAction
from tests.servers.discord_server.world import World

HELP = """/command text, /command option:value …, press LABEL, select VALUE …, submit TEXT,
menu NAME (on the last message), write TEXT"""


class Typist:
    """Does what lines say, as one person in one channel."""

    def __init__(
        self, world: World, person: Person, channel: Channel, tell: Callable[[str], None]
    ) -> None:
        self._world = world
        self._person = person
        self._channel = channel
        self._tell = tell
        self._last: Message | None = None
        self._asked: UserAction | None = None
        channel.watchers.append(self._read)

    async def do(self, line: str) -> None:
        """Do one line, or tell why not."""
        word, _, rest = line.strip().partition(" ")
        doing = {
            "press": self._press,
            "select": self._select,
            "submit": self._submit,
            "menu": self._menu,
            "write": self._write,
        }
        try:
            if word.startswith("/"):
                await self._slash(word[1:], rest)
            elif word in doing:
                await doing[word](rest)
            elif word:
                self._tell(HELP)
        except (AssertionError, LookupError, ValueError) as error:
            self._tell(f"! {error}")

    async def _slash(self, name: str, rest: str) -> None:
        command = self._world.registry.find(name, kinds.CHAT_INPUT)
        options = parsed(command or {}, rest)
        await self._see(await self._person.slash(self._channel, name, options))

    async def _press(self, label: str) -> None:
        message = self._message()
        await self._see(await self._person.press(message, message.button(label)))

    async def _select(self, values: str) -> None:
        message = self._message()
        selects = [one for one in message.controls if one["type"] in kinds.SELECTS]
        name = selects[0]["custom_id"]
        await self._see(await self._person.select(message, name, shlex.split(values)))

    async def _submit(self, text: str) -> None:
        modal = self._asked.modal if self._asked is not None else None
        fields_of = walk(modal["components"] if modal is not None else [])
        inputs = [one for one in fields_of if one["type"] == kinds.TEXT_INPUT]
        fields = {inputs[0]["custom_id"]: text} if inputs and text else {}
        await self._see(await self._person.submit(modal, fields))

    async def _menu(self, name: str) -> None:
        message = self._message()
        await self._see(await self._person.message_action(self._channel, name, message))

    async def _write(self, text: str) -> None:
        self._last = await self._person.write(self._channel, text)

    async def _see(self, asked: UserAction) -> None:
        self._asked = asked
        await asked.acknowledged(self._world.acknowledge_within_s)
        if asked.modal is not None:
            names = [one["custom_id"] for one in walk(asked.modal["components"]) if "style" in one]
            self._tell(f"form {asked.modal['title']!r} with {names}: submit TEXT")

    def _message(self) -> Message:
        assert self._last is not None, "no message is there yet"
        return self._last

    def _read(self, message: Message) -> None:
        """Tell what is new in the channel."""
        if message.author is self._person:
            return
        self._last = message
        labels = [one.get("label") or one.get("placeholder") or "…" for one in message.controls]
        lines = [message.text or ("thinking…" if message.is_thinking else "")]
        lines += [f"({name}, {len(body)} bytes)" for name, body in message.files.items()]
        lines += [" ".join(f"[{label}]" for label in labels)] if labels else []
        mark = " (only you see this)" if message.is_ephemeral else ""
        self._tell(f"{message.author.name}{mark}: " + "\n  ".join(lines))


def parsed(command: Json, text: str) -> dict[str, Any]:
    """Read options: `name:value` for those that are declared, the rest for the first text."""
    declared = {one["name"]: one for one in command.get("options") or []}
    options: dict[str, Any] = {}
    rest = []
    for word in text.split(" "):
        name, colon, value = word.partition(":")
        if colon and name in declared:
            options[name] = _value(declared[name]["type"], value)
        elif word:
            rest.append(word)
    if rest and (last := next((n for n in reversed(options) if isinstance(options[n], str)), "")):
        options[last] += " " + " ".join(rest)
    elif rest:
        texts = [name for name, one in declared.items() if one["type"] == kinds.STRING]
        assert texts, f"no option takes {' '.join(rest)!r}"
        options[texts[0]] = " ".join(rest)
    return options


def _value(kind: int, text: str) -> Any:
    if kind == kinds.BOOLEAN:
        return text.lower() in ("true", "yes", "1")
    return {kinds.INTEGER: int, kinds.NUMBER: float}.get(kind, str)(text)
