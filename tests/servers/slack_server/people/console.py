"""A person at the keyboard: lines that act, and what is then seen."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from tests.servers.slack_server.channel import Channel
from tests.servers.slack_server.people.user_action import UserAction
from tests.servers.slack_server.seen import shown
from tests.servers.slack_server.seen.message import Message
from tests.servers.slack_server.seen.view import View

if TYPE_CHECKING:
    from tests.servers.slack_server.server import LoopbackSlack

HELP = """\
/command text            a slash command          any other text           a message
!press LABEL             a button                 !pick ACTION VALUE       a select
!shortcut CALLBACK       on the last message      !suggest ACTION TYPED    an external select
!submit FIELD=VALUE; …   the form that is open    !close                   the form
!home                    the app's home           !as NAME [LOCALE]        be somebody else
!in CHANNEL              go to a channel          !dm                      talk to the bot
You are mina, an admin of the workspace. !as boss is its owner, and others are members."""

Tell = Callable[[str], None]


class Console:
    """Acts for one person at a time, in one channel at a time."""

    def __init__(self, slack: LoopbackSlack, tell: Tell) -> None:
        self._slack = slack
        self._tell = tell
        self._tasks: set[asyncio.Task[None]] = set()
        slack.world.checker.watchers.append(lambda violation: tell(f"! {violation}"))
        self.person = slack.add_person("mina", is_admin=True)
        slack.add_person("boss", is_owner=True)
        self.channel = slack.add_channel("general")
        self._watch(self.channel)
        self._verbs: dict[str, Callable[[str], Awaitable[None]]] = {
            "press": self._press,
            "pick": self._pick,
            "shortcut": self._shortcut,
            "suggest": self._suggest,
            "submit": self._submit,
            "close": self._close,
            "home": self._home,
            "as": self._as,
            "in": self._in,
            "dm": self._dm,
        }

    async def take(self, line: str) -> None:
        """Do what a line says, and tell what was wrong with it."""
        try:
            await self._act(line.strip())
        except (AssertionError, LookupError, ValueError) as error:
            self._tell(f"? {error}")

    async def _act(self, line: str) -> None:
        verb, _, rest = line.removeprefix("!").partition(" ")
        if line.startswith("!"):
            known = self._verbs.get(verb)
            await (known(rest) if known else self._help())
        elif line.startswith("/"):
            name, _, text = line.partition(" ")
            self._await_error(await self.person.command(self.channel, name, text))
        elif line:
            await self.person.write(self.channel, line)

    async def _help(self) -> None:
        self._tell(HELP)

    async def _press(self, label: str) -> None:
        await self.person.press(self._place(label), label)

    async def _pick(self, rest: str) -> None:
        action_id, _, value = rest.partition(" ")
        await self.person.select(self._place(action_id), action_id, value)

    async def _shortcut(self, callback_id: str) -> None:
        message = [one for one in self._seen() if not one.is_ephemeral][-1]
        await self.person.shortcut(self.channel, callback_id, message)

    async def _suggest(self, rest: str) -> None:
        action_id, _, typed = rest.partition(" ")
        for option in await self.person.suggest(self._place(action_id), action_id, typed):
            self._tell(f"  {option['value']}: {option['text']['text']}")

    async def _submit(self, rest: str) -> None:
        pairs = (part.split("=", 1) for part in re.split(r";\s*", rest) if part)
        asked = await self.person.submit(self._form(), dict(pairs))
        for block_id, text in asked.errors.items():
            self._tell(f"  {block_id}: {text}")

    async def _close(self, _rest: str) -> None:
        await self.person.close(self._form())

    async def _home(self, _rest: str) -> None:
        self._show_view(await self.person.open_home())

    async def _as(self, rest: str) -> None:
        name, _, locale = rest.partition(" ")
        known = [one for one in self._slack.team.people.values() if one.name == name]
        self.person = known[0] if known else self._slack.add_person(name, locale or "en-US")
        self.person.view_watchers.append(self._show_form)

    async def _in(self, name: str) -> None:
        channels = self._slack.team.channels.values()
        known = [one for one in channels if one.name == name.lstrip("#")]
        self.channel = known[0] if known else self._slack.add_channel(name.lstrip("#"))
        self._watch(self.channel)

    async def _dm(self, _rest: str) -> None:
        self.channel = self._slack.dm(self.person)
        self._watch(self.channel)

    def _await_error(self, asked: UserAction) -> None:
        """Tell, as Slackbot does, when a command was not acknowledged."""
        task = asyncio.create_task(self._tell_error(asked))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _tell_error(self, asked: UserAction) -> None:
        await asked.settled()
        if asked.error is not None:
            self._tell(f"{asked.payload['command']} failed with the error {asked.error!r}")

    def _form(self) -> View:
        assert self.person.views, "no form is open"
        return self.person.views[-1]

    def _place(self, wanted: str) -> Message | View:
        """Find where a control is: in the form, or the last message that has it, or the home."""
        home = [self.person.home] if self.person.home else []
        places: list[Message | View] = [*self.person.views[-1:], *reversed(self._seen()), *home]
        for place in places:
            blocks = place.blocks if isinstance(place, View) else place.all_blocks
            for _, element in shown.elements(blocks):
                if wanted in (element["action_id"], shown.label(element)):
                    return place
        raise LookupError(f"no control {wanted!r} is to be seen")

    def _seen(self) -> list[Message]:
        return [one for one in self.channel.messages if one.is_seen_by(self.person)]

    def _watch(self, channel: Channel) -> None:
        if self._show not in channel.watchers:
            channel.watchers.append(self._show)
        if self._show_form not in self.person.view_watchers:
            self.person.view_watchers.append(self._show_form)

    def _show(self, message: Message) -> None:
        state = "deleted" if message.is_deleted else "edited" if message.edited_at else ""
        only = f"only {message.only_for.name} sees this" if message.only_for else ""
        notes = ", ".join(note for note in (state, only) if note)
        who = f"#{message.channel.shown_name} {message.author.name}"
        self._tell(f"{who}{f' ({notes})' if notes else ''}: {message.text_shown}")
        for label in (shown.label(button) for button in message.buttons):
            self._tell(f"  [{label}]")
        for file in message.files:
            self._tell(f"  file {file.name}, {file.length} bytes: {file.alt_text or 'no alt text'}")

    def _show_form(self) -> None:
        for view in self.person.views[-1:]:
            self._show_view(view)

    def _show_view(self, view: View) -> None:
        self._tell(f"--- {view.text_shown}")
        for block, element in shown.elements(view.blocks):
            name = block["block_id"] if block["type"] == "input" else element["action_id"]
            self._tell(f"  {name}: {element['type']} {shown.label(element) or ''}".rstrip())
