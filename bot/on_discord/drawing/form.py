"""Forms: a command's options asked for in a window, and a label that no list has room for.

What comes back is data from outside: it is taken apart here, and whatever is not as we sent it is
refused.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import discord
from discord import ui

from bot.answering.words import clean, is_visible, length, one_line
from bot.on_discord.drawing.fitting import cut, shorten
from handlers.table import Action, Kind, Option
from handlers.texts import say
from handlers.types import Language, OptionValue, UserError

FORM = "form:"
"""Stands before a command's English name in the id of its form."""
ASK = "ask:"
"""Stands before a select's id in the id of the form that asks for its value."""

_LABEL = "label"
_LONGEST_TITLE = 45
_LONGEST_LABEL = 45
_LONGEST_DESCRIPTION = 100
_LONGEST_INPUT = 4000
_LONGEST_NAME = 32
_LONGEST_NUMBER = 12
_LONGEST_LINE = 100
"""A text that may be longer is written in a field of several lines."""
_LONGEST_OPTION = 100
_MOST_OPTIONS = 25
_MOST_FIELDS = 5

_Input = ui.TextInput[ui.Modal] | ui.Select[ui.Modal]


def command_form(
    command: Action,
    given: Mapping[str, OptionValue],
    language: Language,
    names_of: Callable[[Option], Sequence[str]],
) -> ui.Modal:
    """Return a form with a field for each option; needs a running event loop.

    Args:
        command: what is asked for.
        given: values that stand in the form at first, by option.
        language: of the one who reads.
        names_of: what an option offers that takes a name.
    """
    title = shorten(f"/{command.full_name.to(language)}", _LONGEST_TITLE)
    modal = ui.Modal(title=title, custom_id=f"{FORM}{command.full_name.en}", timeout=None)
    for option in _fields_of(command, given):
        value = str(given.get(option.name.en, ""))
        modal.add_item(_field(option, _input(option, value, language, names_of), language))
    modal.stop()  # answers come as they are: discord.py need not remember it
    return modal


def _fields_of(command: Action, given: Mapping[str, OptionValue]) -> Sequence[Option]:
    """Return the options that a form has room for: none that was typed already is lost."""
    fields = [option for option in command.options if option.kind not in (Kind.GROUP, Kind.FILE)]
    first = sorted(fields, key=lambda one: not one.is_required and one.name.en not in given)
    kept = first[:_MOST_FIELDS]
    return [option for option in fields if option in kept]


def label_form(select_id: str, language: Language) -> ui.Modal:
    """Return the form that asks for a value which a select does not offer."""
    title = shorten(say(language, "discord.another_label"), _LONGEST_TITLE)
    modal = ui.Modal(title=title, custom_id=f"{ASK}{select_id}", timeout=None)
    text: ui.TextInput[ui.Modal] = ui.TextInput(custom_id=_LABEL, max_length=_LONGEST_INPUT)
    modal.add_item(ui.Label(text=say(language, "discord.label"), component=text))
    modal.stop()
    return modal


def read_command_form(data: Mapping[str, Any]) -> tuple[str, dict[str, str]]:
    """Return the command's name and what was filled in.

    Raises:
        UserError: this is no form of ours.
    """
    name = _id_of(data, FORM)
    values = _values(data)
    return name, {key: value for key, value in values.items() if value.strip()}


def read_label_form(data: Mapping[str, Any]) -> tuple[str, str]:
    """Return the select's id and what was typed.

    Raises:
        UserError: this is no form of ours.
    """
    select_id, values = _id_of(data, ASK), _values(data)
    if values.keys() != {_LABEL}:
        raise UserError("unknown_control")
    return select_id, values[_LABEL].strip()


def _field(option: Option, component: _Input, language: Language) -> "ui.Label[ui.Modal]":
    return ui.Label(
        text=shorten(option.name.to(language), _LONGEST_LABEL),
        description=shorten(option.description.to(language), _LONGEST_DESCRIPTION),
        component=component,
    )


def _input(
    option: Option,
    given: str,
    language: Language,
    names_of: Callable[[Option], Sequence[str]],
) -> _Input:
    if option.kind is Kind.CHOICE:
        choices = {choice.en: choice.to(language) for choice in option.choices}
        return _select(option, choices, given)
    if option.is_of_names:
        known = names_of(option)
        is_among = not given or given in known[:_MOST_OPTIONS]
        names = known if is_among else [given, *known]
        offered = {name: one_line(name) for name in names if _is_option(name)}
        if offered:
            return _select(option, offered, given)
    return _text_input(option, given)


def _select(option: Option, offered: Mapping[str, str], given: str) -> "ui.Select[ui.Modal]":
    return ui.Select(
        custom_id=option.name.en,
        required=option.is_required,
        min_values=int(option.is_required),
        options=[
            discord.SelectOption(label=label, value=value, default=value == given)
            for value, label in list(offered.items())[:_MOST_OPTIONS]
        ],
    )


def _text_input(option: Option, given: str) -> "ui.TextInput[ui.Modal]":
    longest = _longest(option)
    style = discord.TextStyle.paragraph if longest > _LONGEST_LINE else discord.TextStyle.short
    return ui.TextInput(
        custom_id=option.name.en,
        style=style,
        required=option.is_required,
        max_length=longest,
        default=cut(clean(given), longest) or None,
    )


def _longest(option: Option) -> int:
    match option.kind:
        case Kind.INTEGER:
            return _LONGEST_NUMBER
        case Kind.NAME:
            return _LONGEST_NAME
        case Kind.MODEL | Kind.DATASET:
            return _LONGEST_LINE
        case _:
            return min(option.maximum or _LONGEST_INPUT, _LONGEST_INPUT)


def _is_option(name: str) -> bool:
    return length(name) <= _LONGEST_OPTION and one_line(name) == name and is_visible(name)


def _id_of(data: Mapping[str, Any], prefix: str) -> str:
    custom_id = data.get("custom_id")
    if not isinstance(custom_id, str) or not custom_id.startswith(prefix):
        raise UserError("unknown_control")
    return custom_id.removeprefix(prefix)


def _values(data: Mapping[str, Any]) -> dict[str, str]:
    """Return what each field holds; an empty select is left out."""
    values: dict[str, str] = {}
    for field in _fields(data):
        key, value = field.get("custom_id"), _value(field)
        if not isinstance(key, str) or key in values or len(values) == _MOST_FIELDS:
            raise UserError("unknown_control")
        if value is not None:
            values[key] = value
    return values


def _fields(data: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield the inputs, which stand in labels, or in rows as they once did."""
    for outer in _list(data.get("components")):
        if not isinstance(outer, Mapping):
            raise UserError("unknown_control")
        inner = [outer["component"]] if "component" in outer else _list(outer.get("components"))
        for field in inner:
            if not isinstance(field, Mapping):
                raise UserError("unknown_control")
            yield field


def _value(field: Mapping[str, Any]) -> str | None:
    values = [field["value"]] if "value" in field else _list(field.get("values"))
    if len(values) > 1 or not all(isinstance(value, str) for value in values):
        raise UserError("unknown_control")
    return values[0] if values else None


def _list(value: object) -> list[Any]:
    if not isinstance(value, list):
        raise UserError("unknown_control")
    return value
