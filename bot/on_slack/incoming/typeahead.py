"""Selects that are filled as somebody types: what is typed, and what is offered."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bot.on_slack.drawing.controls import MOST_OPTIONS, is_option
from bot.on_slack.drawing.form import GROUP, NAMED, option_of
from bot.on_slack.incoming.payload import member, text_of
from bot.on_slack.incoming.submission import form_command
from handlers.reading.lookup import CommandTable
from handlers.table import Option
from handlers.types import Group, UserError


@dataclass(frozen=True, slots=True)
class Lookup:
    """What somebody types into a select that is filled as they type."""

    typed: str
    is_group: bool
    """They look for a user group, else for a name."""
    option: Option | None
    """That takes the name."""


def read_lookup(payload: object, table: CommandTable) -> Lookup:
    """Return what a `block_suggestion` asks for.

    Raises:
        UserError: it asks for nothing of ours.
    """
    action_id, typed = (text_of(payload, key) for key in ("action_id", "value"))
    prefix, _, name = action_id.partition(":")
    if f"{prefix}:" == GROUP:
        return Lookup(typed, True, None)
    command = form_command(member(payload, "view"), table)
    option = next((each for each in command.options if each.name.en == name), None)
    if f"{prefix}:" != NAMED or option is None:
        raise UserError("unknown_control", control=action_id)
    return Lookup(typed, False, option)


def suggestions(names: Sequence[str]) -> dict[str, Any]:
    """Return names for a select; what it cannot take has to be typed with the command."""
    fitting = [name for name in dict.fromkeys(names) if is_option(name)]
    return {"options": [option_of(name, name) for name in fitting[:MOST_OPTIONS]]}


def group_suggestions(groups: Sequence[Group]) -> dict[str, Any]:
    """Return user groups for a select."""
    fitting = [each for each in groups if is_option(each.id)]
    return {"options": [option_of(each.name, each.id) for each in fitting[:MOST_OPTIONS]]}
