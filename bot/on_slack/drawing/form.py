"""Forms: a command's options as a modal, and another label; what comes back is hostile.

A block's id is `option:<name>`, so that an error can be shown at its field.
"""

from collections.abc import Mapping
from typing import Any

from bot.answering.words import clean, length
from bot.on_slack.drawing.blocks import Block, button, choice, plain
from bot.on_slack.drawing.controls import (
    LONGEST_ID,
    LONGEST_LABEL,
    LONGEST_PLACEHOLDER,
    is_option,
    labelled,
)
from bot.on_slack.drawing.fitting import cut, shorten
from handlers.table import Action, Kind, Option
from handlers.texts import say
from handlers.types import Group, Language, OptionValue
from models.canonical import folded

FORM = "form:"
"""Stands before a command's name: the id of its form, and of a button that opens it."""
ASK = "ask:"
"""Stands before a select's id in the form that asks for another label."""
WHOLE = "whole:"
"""Stands before a command's name in the button that shows what few people want of its form."""
NAMED = "named:"
"""Stands before an option's name in a select whose names are looked up as somebody types."""
GROUP = "group:"
"""Stands before an option's name in a select whose user groups are looked up likewise."""

LONGEST_INPUT = 3_000
_LONGEST_TITLE = 24
_LONGEST_METADATA = 3_000
_LONGEST_HINT = 500
_LONGEST_NAME = 32
_LONGEST_ANSWER = 1_000
_OPTION = "option:"
_BY_GROUP = ":group"
VALUE = "value"
LABEL = "label"

View = dict[str, Any]


def command_form(
    command: Action,
    given: Mapping[str, OptionValue],
    language: Language,
    private_metadata: str = "",
    *,
    is_whole: bool = False,
) -> View:
    """Return the form of a command.

    Args:
        command: one of the table, with options.
        given: what has been typed already, by the options' English names.
        language: of the one who fills it in.
        private_metadata: comes back with what was filled in.
        is_whole: it asks for what few people want, too; else a button does that.
    """
    name = command.full_name.to(language)
    asked = [
        option
        for option in command.options
        if is_whole or not option.is_more or option.name.en in given
    ]
    blocks = [
        block for option in asked for block in _inputs(option, given.get(option.name.en), language)
    ]
    if len(asked) < len(command.options):
        more = button(f"{WHOLE}{command.full_name.en}", say(language, "slack.form_more"))
        blocks.append({"type": "actions", "elements": [more]})
    return _modal(f"{FORM}{command.full_name.en}", name, blocks, language, private_metadata)


def label_form(select_id: str, language: Language, private_metadata: str = "") -> View:
    """Return the form that asks for a label which a select could not offer."""
    element = _text_input(None, _LONGEST_ANSWER)
    label, hint = say(language, "slack.ask_label"), say(language, "slack.ask_hint")
    block = _input(LABEL, label, hint, element, is_required=True)
    title = say(language, "slack.ask_title")
    return _modal(f"{ASK}{select_id}", title, [block], language, private_metadata)


def _modal(
    callback_id: str, title: str, blocks: list[Block], language: Language, private_metadata: str
) -> View:
    assert len(callback_id) <= LONGEST_ID and len(private_metadata) <= _LONGEST_METADATA
    view: View = {
        "type": "modal",
        "callback_id": callback_id,
        "title": plain(labelled(title, _LONGEST_TITLE)),
        "submit": plain(say(language, "slack.form_submit")),
        "close": plain(say(language, "slack.form_close")),
        "blocks": blocks,
    }
    return view | {"private_metadata": private_metadata} if private_metadata else view


def _inputs(option: Option, given: OptionValue | None, language: Language) -> list[Block]:
    if option.kind is Kind.GROUP:
        return _group_inputs(option, given, language)
    hint = option.description.to(language)
    if option.kind is Kind.TEXT and isinstance(given, str) and _is_cut(option, given):
        hint += f" · {say(language, 'slack.form_cut', maximum=f'{_longest(option):,}')}"
    element = _element(option, given, language)
    [block_id] = block_ids(option)
    name = option.name.to(language)
    is_required = option.is_required and not option.unless
    return [_input(block_id, name, hint, element, is_required=is_required)]


def _group_inputs(option: Option, given: OptionValue | None, language: Language) -> list[Block]:
    """Slack has a select of people and none of user groups."""
    group = given if isinstance(given, Group) else None
    is_person = group is not None and not group.id.startswith("S")
    person: Block = {
        "type": "users_select",
        "action_id": VALUE,
        "placeholder": _placeholder(say(language, "slack.form_choose")),
    }
    if group and is_person:
        person["initial_user"] = group.id
    team = _lookup(f"{GROUP}{option.name.en}", language)
    if group and not is_person and is_option(group.id):
        team["initial_option"] = option_of(group.name, group.id)
    by_person, by_group = block_ids(option)
    name = option.name.to(language)
    labels = [f"{name}: {say(language, f'slack.form_{kind}')}" for kind in ("person", "group")]
    hints = [option.description.to(language), say(language, "slack.form_group_hint")]
    return [
        _input(by_person, labels[0], hints[0], person, is_required=False),
        _input(by_group, labels[1], hints[1], team, is_required=False),
    ]


def _input(block_id: str, label: str, hint: str, element: Block, *, is_required: bool) -> Block:
    return {
        "type": "input",
        "block_id": block_id,
        "label": plain(label),
        "hint": plain(shorten(hint, _LONGEST_HINT)),
        "element": element,
        "optional": not is_required,
    }


def _element(option: Option, given: OptionValue | None, language: Language) -> Block:
    typed = None if given is None else clean(str(given))
    match option.kind:
        case Kind.INTEGER:
            return _number_input(option, typed)
        case Kind.CHOICE:
            return _choices(option, typed, language)
        case Kind.MODEL | Kind.DATASET:
            element = _lookup(f"{NAMED}{option.name.en}", language)
            if typed and is_option(typed):
                element["initial_option"] = option_of(typed, typed)
            return element
        case Kind.NAME:
            return _text_input(typed, _LONGEST_NAME)
        case Kind.FILE:
            return _file_input(option)
        case _:
            return _text_input(typed, _longest(option))


def _text_input(given: str | None, most: int) -> Block:
    element: Block = {"type": "plain_text_input", "action_id": VALUE, "max_length": most}
    if most == LONGEST_INPUT:
        element["multiline"] = True
    if given:
        element["initial_value"] = cut(given, most)
    return element


def _file_input(option: Option) -> Block:
    element: Block = {"type": "file_input", "action_id": VALUE, "max_files": 1}
    return element | {"filetypes": list(option.file_types)} if option.file_types else element


def _number_input(option: Option, given: str | None) -> Block:
    element: Block = {
        "type": "number_input",
        "action_id": VALUE,
        "is_decimal_allowed": False,
    }
    if option.minimum is not None:
        element["min_value"] = str(option.minimum)
    if option.maximum is not None:
        element["max_value"] = str(option.maximum)
    if given and _is_within(option, given):
        element["initial_value"] = str(int(given))
    return element


def _choices(option: Option, given: str | None, language: Language) -> Block:
    choices = {each.en: option_of(each.to(language), each.en) for each in option.choices}
    element: Block = {
        "type": "static_select",
        "action_id": VALUE,
        "placeholder": _placeholder(say(language, "slack.form_choose")),
        "options": list(choices.values()),
    }
    chosen = next((c.en for c in option.choices if given and folded(given) in (c.en, c.ko)), "")
    return element | {"initial_option": choices[chosen]} if chosen else element


def _lookup(action_id: str, language: Language) -> Block:
    return {
        "type": "external_select",
        "action_id": action_id,
        "min_query_length": 0,
        "placeholder": _placeholder(say(language, "slack.form_model")),
    }


def option_of(label: str, value: str) -> Block:
    """Return an option of a select."""
    return choice(labelled(label, LONGEST_LABEL), value)


def _placeholder(text: str) -> Block:
    return plain(labelled(text, LONGEST_PLACEHOLDER))


def _longest(option: Option) -> int:
    return min(option.maximum or LONGEST_INPUT, LONGEST_INPUT)


def _is_cut(option: Option, given: str) -> bool:
    return length(clean(given)) > _longest(option)


def _is_within(option: Option, digits: str) -> bool:
    if not digits.strip().isdecimal() or len(digits) > len(str(option.maximum or 10**18)):
        return False
    number = int(digits)
    smallest, largest = option.minimum, option.maximum
    return (smallest is None or number >= smallest) and (largest is None or number <= largest)


def block_ids(option: Option) -> tuple[str, ...]:
    """Return where an option is asked for; a person and a user group in a field each."""
    name = f"{_OPTION}{option.name.en}"
    return (name, name + _BY_GROUP) if option.kind is Kind.GROUP else (name,)
