"""What was asked: Slack's payloads, as options of a command and values of controls.

They come over the network, so nothing in them is taken for granted.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.on_slack.drawing.mrkdwn import as_read, mentioned, unescape
from bot.on_slack.incoming.origin import Origin, read_origin
from bot.on_slack.setup.manifest import MESSAGE
from handlers.reading.grammar import parse_options, split_name
from handlers.reading.lookup import CommandTable
from handlers.reading.pasted import command_of, split_commands
from handlers.table import Action, Kind, MessageAction, Option
from handlers.types import OptionValue, UserError

Body = Mapping[str, Any]

_MOST_COMMANDS = 5
"""At once: what is asked in a private place is answered by its response URL, five times."""


@dataclass(frozen=True, slots=True)
class Pressed:
    """A control that was used."""

    action_id: str
    value: str | None
    """What was chosen in a select, or what a button carries."""
    is_select: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """A command that was typed."""

    command: Action
    options: Mapping[str, OptionValue]


def user_of(body: Body) -> str:
    """Return who did it."""
    user = body.get("user")
    return str(body.get("user_id") or (user.get("id") if isinstance(user, Mapping) else user) or "")


def origin_of(body: Body) -> Origin:
    """Return where it was done; in a window, where that was asked for."""
    if metadata := (body.get("view") or {}).get("private_metadata"):
        return read_origin(metadata)
    channel, container = body.get("channel") or {}, body.get("container") or {}
    message = body.get("message") or {}
    return Origin(
        channel=str(body.get("channel_id") or channel.get("id") or ""),
        thread=str(message.get("thread_ts") or container.get("thread_ts") or ""),
        response_url=str(body.get("response_url") or ""),
    )


def read_commands(body: Body, prefix: str, table: CommandTable) -> Sequence[Asked]:
    """Return the command that was typed, with its options; of pasted lines, each command.

    Raises:
        UserError: there is none of that name, a text does not follow the grammar, or it names
            people without a mention; or they are too many.
    """
    begin = f"/{prefix}"
    first = str(body.get("command", "")).removeprefix("/").removeprefix(prefix)

    def is_command(line: str) -> bool:
        bare = f"/{line.removeprefix(begin)}"
        return line.startswith(begin) and command_of(bare, table) is not None

    typed = f"{begin}{first} {unescape(str(body.get('text', '')))}"
    commands = split_commands(typed, is_command)
    if len(commands) > _MOST_COMMANDS:
        raise UserError("too_many_commands", count=len(commands), maximum=_MOST_COMMANDS)
    named = [split_name(f"/{each.removeprefix(begin)}") for each in commands]
    return [_read(name, rest, table) for name, rest in named]


def _read(name: str, text: str, table: CommandTable) -> Asked:
    typed = parse_options(table.find(name), text)
    kinds = {each.name.en: each for each in typed.command.options}
    options = {name: _value(kinds[name], value) for name, value in typed.options.items()}
    return Asked(typed.command, options)


def _value(option: Option, typed: str) -> OptionValue:
    """Return what was typed; a group, whose name alone is no id, has to be a mention."""
    if option.kind is not Kind.GROUP:
        return typed
    if group := mentioned(typed):
        return group
    raise UserError("group_unmentioned", key=option.name, value=typed)


def action_of(body: Body, table: CommandTable) -> MessageAction:
    """Return the message action that was chosen.

    Raises:
        UserError: it is none of ours.
    """
    chosen = str(body.get("callback_id", ""))
    for action in table.message_actions:
        if chosen == MESSAGE + action.command.full_name.en:
            return action
    raise UserError("unknown_control", control=chosen)


def message_text(body: Body) -> str:
    """Return what the message of a message action says to people.

    Raises:
        UserError: nothing.
    """
    message = body.get("message") or {}
    text = as_read(str(message.get("text", "")))
    if not text.strip():
        raise UserError("message_empty")
    return text


def pressed_of(body: Body) -> Pressed:
    """Return the control that was used.

    Raises:
        UserError: there is none.
    """
    actions: Sequence[Body] = body.get("actions") or []
    if not actions:
        raise UserError("unknown_control", control="")
    action = actions[0]
    option = action.get("selected_option") or {}
    is_select = "selected_option" in action
    value = option.get("value") if is_select else action.get("value")
    return Pressed(
        str(action.get("action_id", "")), None if value is None else str(value), is_select
    )


def is_private(body: Body) -> bool:
    """Tell whether a control stood in a message that one person alone sees."""
    return bool((body.get("container") or {}).get("is_ephemeral"))


def is_home(body: Body) -> bool:
    """Tell whether a control stood in somebody's App Home."""
    return (body.get("view") or {}).get("type") == "home"
