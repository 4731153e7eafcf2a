"""What was asked: the data of an interaction, as the options of a command or a chosen value.

The data comes over the network and may be forged, so nothing in it is taken for granted.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from handlers.reading.lookup import CommandTable, find_action
from handlers.table import Action
from handlers.types import Group, OptionValue, UserError

SUBCOMMAND, MENTIONABLE = 1, 9
"""https://discord.com/developers/docs/interactions/application-commands, option types"""

Data = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Typing:
    """An option that somebody is typing into, for its autocomplete."""

    option: str
    text: str


def command_of(data: Data, table: CommandTable) -> Action:
    """Return the command that was typed, or its action.

    Raises:
        UserError: there is none of that name.
    """
    subcommand = _subcommand(data)
    return find_action(
        table.find(str(data.get("name"))), str(subcommand["name"]) if subcommand else ""
    )


def options_of(data: Data) -> dict[str, OptionValue]:
    """Return a slash command's options by name."""
    return {str(each["name"]): _value(each, data) for each in _given(data) if "value" in each}


def typing_of(data: Data) -> Typing | None:
    """Return the option that has the focus."""
    for each in _given(data):
        if each.get("focused"):
            return Typing(str(each["name"]), str(each.get("value", "")))
    return None


def message_of(data: Data) -> Data:
    """Return the message that a message action was chosen on.

    Raises:
        UserError: the message did not come along.
    """
    messages = data.get("resolved", {}).get("messages", {})
    message = messages.get(str(data.get("target_id")))
    if not isinstance(message, Mapping):
        raise UserError("message_missing")
    return message


def chosen(data: Data) -> str | None:
    """Return the option that was chosen in a select; a button has none."""
    values = data.get("values") or [None]
    return None if values[0] is None else str(values[0])


def _given(data: Data) -> Sequence[Data]:
    """Return the options of a command, or of the action that was chosen."""
    return _options(_subcommand(data) or data)


def _subcommand(data: Data) -> Data | None:
    return next((each for each in _options(data) if each.get("type") == SUBCOMMAND), None)


def _options(data: Data) -> Sequence[Data]:
    options = data.get("options") or []
    return [each for each in options if isinstance(each, Mapping) and "name" in each]


def _value(option: Data, data: Data) -> OptionValue:
    value = option["value"]
    if option.get("type") == MENTIONABLE:
        return _group(str(value), data.get("resolved", {}))
    return value if isinstance(value, int) and not isinstance(value, bool) else str(value)


def _group(group_id: str, resolved: Data) -> Group:
    """Return a role or a person by the name that the server knows them by."""
    role = resolved.get("roles", {}).get(group_id, {})
    member = resolved.get("members", {}).get(group_id, {})
    user = resolved.get("users", {}).get(group_id, {})
    name = role.get("name") or member.get("nick") or user.get("global_name") or user.get("username")
    return Group(group_id, str(name or group_id))
