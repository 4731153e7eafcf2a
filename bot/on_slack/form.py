"""Forms: a command's options as a modal, and another label; what comes back is hostile.

A block's id is `option:<name>`, so that an error can be shown at its field.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.on_slack.blocks import Block, choice, plain
from bot.on_slack.controls import (
    LONGEST_ID,
    LONGEST_LABEL,
    LONGEST_PLACEHOLDER,
    MOST_OPTIONS,
    is_option,
    labelled,
)
from bot.on_slack.fitting import cut, length, shorten
from bot.on_slack.mrkdwn import clean, one_line
from handlers.commands import COMMANDS
from handlers.failures import KnownError, explain
from handlers.grammar import find_command
from handlers.options import check
from handlers.table import Bilingual, Command, Kind, Option
from handlers.texts import say
from handlers.types import Group, Language, OptionValue, UserError
from models.results import Task

FORM = "form:"
"""Stands before a command's name: the id of its form, and of a button that opens it."""
ASK = "ask:"
"""Stands before a select's id in the form that asks for another label."""
MODEL = "model:"
"""Stands before an option's name in a select whose models are looked up as somebody types."""
GROUP = "group:"
"""Stands before an option's name in a select whose user groups are looked up likewise."""

LONGEST_INPUT = 3_000
_LONGEST_TITLE = 24
_LONGEST_METADATA = 3_000
_LONGEST_HINT = 500
_LONGEST_NAME = 32
_LONGEST_ANSWER = 1_000
_LONGEST_ERROR = 500
_OPTION = "option:"
_BY_GROUP = ":group"
_VALUE = "value"
_LABEL = "label"

View = dict[str, Any]


def command_form(
    command: Command,
    given: Mapping[str, OptionValue],
    language: Language,
    private_metadata: str = "",
) -> View:
    """Return the form of a command.

    Args:
        command: one of the table, with options.
        given: what has been typed already, by the options' English names.
        language: of the one who fills it in.
        private_metadata: comes back with what was filled in.
    """
    name = command.name.to(language)
    blocks = [
        block
        for option in command.options
        for block in _inputs(option, given.get(option.name.en), language)
    ]
    return _modal(f"{FORM}{command.name.en}", name, blocks, language, private_metadata)


def label_form(select_id: str, language: Language, private_metadata: str = "") -> View:
    """Return the form that asks for a label which a select could not offer."""
    element = _text_input(None, _LONGEST_ANSWER)
    label, hint = say(language, "slack.ask_label"), say(language, "slack.ask_hint")
    block = _input(_LABEL, label, hint, element, is_required=True)
    title = say(language, "slack.ask_title")
    return _modal(f"{ASK}{select_id}", title, [block], language, private_metadata)


def read_command_form(view: object) -> tuple[str, dict[str, OptionValue]]:
    """Return a filled form's command and its options; those left empty are left out.

    Raises:
        UserError: it is no form of ours, or both a person and a user group are chosen.
    """
    command = form_command(view)
    options: dict[str, OptionValue] = {}
    for option in command.options:
        values = [_read(option, block, view) for block in _block_ids(option)]
        filled = [value for value in values if value is not None]
        if len(filled) > 1:
            raise UserError("group_twice", key=option.name)
        if filled:
            options[option.name.en] = filled[0]
    return command.name.en, options


def read_label_form(view: object) -> tuple[str, str]:
    """Return the id of the select that a label was asked for, and the label.

    Raises:
        UserError: it is no form of ours, or there is no label.
    """
    callback_id = _callback_id(view)
    value = _state(view, _LABEL).get("value")
    if not callback_id.startswith(ASK) or not isinstance(value, str) or not value.strip():
        raise UserError("unknown_control", control=callback_id)
    return callback_id.removeprefix(ASK), value.strip()


def form_command(view: object) -> Command:
    """Return the command that a form is of.

    Raises:
        UserError: it is no form of ours.
    """
    return opened_command(_callback_id(view))


def opened_command(control: str) -> Command:
    """Return the command whose form a button opens.

    Raises:
        UserError: it is no button of ours.
    """
    name = control.removeprefix(FORM)
    if not control.startswith(FORM) or name not in {command.name.en for command in COMMANDS}:
        raise UserError("unknown_control", control=control)
    return find_command(name, COMMANDS)


def refusal(view: object, language: Language) -> dict[str, Any] | None:
    """Return the answer to a submission that shows at their fields what is wrong, if anything is.

    Only what can be seen at once is checked: neither rights nor whether a model exists.
    """
    try:
        name, options = read_command_form(view)
        check(find_command(name, COMMANDS), options)
    except UserError as error:
        if error.code == "unknown_control":
            raise
        return error_response(form_command(view), error, language)
    return None


def error_response(command: Command, error: KnownError, language: Language) -> dict[str, Any]:
    """Return the answer to a submission that shows an error at the field it belongs to."""
    key = error.facts.get("key")
    keys = {option.name.en: option for option in command.options}
    name = key.en if isinstance(key, Bilingual) else str(key)
    option = keys.get(name, command.options[0])
    message = shorten(explain(error.code, error.facts, language), _LONGEST_ERROR)
    return {"response_action": "errors", "errors": {_block_ids(option)[0]: message}}


@dataclass(frozen=True, slots=True)
class Lookup:
    """What somebody types into a select that is filled as they type."""

    typed: str
    is_group: bool
    """They look for a user group, else for a model."""
    task: Task | None
    """What the model is for."""


def read_lookup(payload: object) -> Lookup:
    """Return what a `block_suggestion` asks for.

    Raises:
        UserError: it asks for nothing of ours.
    """
    action_id, typed = (_text_of(payload, key) for key in ("action_id", "value"))
    prefix, _, name = action_id.partition(":")
    if f"{prefix}:" == GROUP:
        return Lookup(typed, True, None)
    command = form_command(_member(payload, "view"))
    option = next((each for each in command.options if each.name.en == name), None)
    if f"{prefix}:" != MODEL or option is None:
        raise UserError("unknown_control", control=action_id)
    return Lookup(typed, False, option.task)


def suggestions(names: Sequence[str]) -> dict[str, Any]:
    """Return models for a select; what it cannot take has to be typed with the command."""
    fitting = [name for name in dict.fromkeys(names) if is_option(name)]
    return {"options": [_choice(name, name) for name in fitting[:MOST_OPTIONS]]}


def group_suggestions(groups: Sequence[Group]) -> dict[str, Any]:
    """Return user groups for a select."""
    fitting = [each for each in groups if is_option(each.id)]
    return {"options": [_choice(each.name, each.id) for each in fitting[:MOST_OPTIONS]]}


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
    [block_id] = _block_ids(option)
    name = option.name.to(language)
    return [_input(block_id, name, hint, element, is_required=option.is_required)]


def _group_inputs(option: Option, given: OptionValue | None, language: Language) -> list[Block]:
    """Slack has a select of people and none of user groups."""
    group = given if isinstance(given, Group) else None
    is_person = group is not None and not group.id.startswith("S")
    person: Block = {
        "type": "users_select",
        "action_id": _VALUE,
        "placeholder": _placeholder(say(language, "slack.form_choose")),
    }
    if group and is_person:
        person["initial_user"] = group.id
    team = _lookup(f"{GROUP}{option.name.en}", language)
    if group and not is_person and is_option(group.id):
        team["initial_option"] = _choice(group.name, group.id)
    by_person, by_group = _block_ids(option)
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
        case Kind.MODEL:
            element = _lookup(f"{MODEL}{option.name.en}", language)
            if typed and is_option(typed):
                element["initial_option"] = _choice(typed, typed)
            return element
        case Kind.NAME:
            return _text_input(typed, _LONGEST_NAME)
        case _:
            return _text_input(typed, _longest(option))


def _text_input(given: str | None, most: int) -> Block:
    element: Block = {"type": "plain_text_input", "action_id": _VALUE, "max_length": most}
    if most == LONGEST_INPUT:
        element["multiline"] = True
    if given:
        element["initial_value"] = cut(given, most)
    return element


def _number_input(option: Option, given: str | None) -> Block:
    element: Block = {
        "type": "number_input",
        "action_id": _VALUE,
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
    choices = {each.en: _choice(each.to(language), each.en) for each in option.choices}
    element: Block = {
        "type": "static_select",
        "action_id": _VALUE,
        "placeholder": _placeholder(say(language, "slack.form_choose")),
        "options": list(choices.values()),
    }
    chosen = next((c.en for c in option.choices if given and given.casefold() in (c.en, c.ko)), "")
    return element | {"initial_option": choices[chosen]} if chosen else element


def _lookup(action_id: str, language: Language) -> Block:
    return {
        "type": "external_select",
        "action_id": action_id,
        "min_query_length": 0,
        "placeholder": _placeholder(say(language, "slack.form_model")),
    }


def _choice(label: str, value: str) -> Block:
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


def _block_ids(option: Option) -> tuple[str, ...]:
    """Return where an option is asked for; a person and a user group in a field each."""
    name = f"{_OPTION}{option.name.en}"
    return (name, name + _BY_GROUP) if option.kind is Kind.GROUP else (name,)


def _read(option: Option, block_id: str, view: object) -> OptionValue | None:
    state = _state(view, block_id)
    user, chosen = state.get("selected_user"), state.get("selected_option")
    value = state.get("value")
    if chosen is not None:
        value = _text_of(chosen, "value")
        if option.kind is Kind.GROUP:
            return Group(value, one_line(_text_of(_member(chosen, "text"), "text")))
    if user is not None:
        return Group(str(user), str(user))
    if value is not None and not isinstance(value, str):
        raise UserError("unknown_control", control=block_id)
    return value if value and value.strip() else None


def _state(view: object, block_id: str) -> Mapping[str, Any]:
    """Return what one field says, none if it is empty or not there."""
    values = _member(_member(view, "state"), "values")
    fields = values.get(block_id, {})
    if not isinstance(fields, Mapping):
        raise UserError("unknown_control", control=block_id)
    for field in fields.values():
        if isinstance(field, Mapping):
            return field
        raise UserError("unknown_control", control=block_id)
    return {}


def _callback_id(view: object) -> str:
    return _text_of(view, "callback_id")


def _member(payload: object, key: str) -> Mapping[str, Any]:
    found = payload.get(key) if isinstance(payload, Mapping) else None
    if not isinstance(found, Mapping):
        raise UserError("unknown_control", control=key)
    return found


def _text_of(payload: object, key: str) -> str:
    found = payload.get(key) if isinstance(payload, Mapping) else None
    if not isinstance(found, str):
        raise UserError("unknown_control", control=key)
    return found
