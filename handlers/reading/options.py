"""Checks what was given for a command's options, before its handler sees them."""

import re
import unicodedata
from collections.abc import Mapping

from handlers.reading.spelling import nearest
from handlers.table import Action, Kind, Option
from handlers.types import Group, OptionValue, UserError
from models.canonical import canonical, folded, lowered, without_surrogates

_NAME = re.compile(r"[a-z0-9가-힣][a-z0-9가-힣_-]{0,31}")
_GROUP_ID = re.compile(r"[\w.@-]{1,64}")
_LONGEST_MODEL_NAME = 200


def check(command: Action, given: Mapping[str, OptionValue]) -> dict[str, OptionValue]:
    """Return the options as their handler may trust them: known, typed and within their limits.

    Raises:
        UserError: one is missing, unknown, or not what the table allows.
    """
    known = {option.name.en: option for option in command.options}
    for key in given.keys() - known.keys():
        refuse_former(command, key)
        raise UserError(
            "unknown_option",
            key=key,
            command=command.full_name,
            options=[option.name for option in command.options],
            nearest=[f"{name}:" for name in nearest(key, known)],
        )
    checked = {key: _checked(known[key], value) for key, value in given.items()}
    for option in command.options:
        if option.is_required and option.name.en not in checked:
            raise UserError(
                "option_missing",
                key=option.name,
                command=command.full_name,
                example=command.example,
            )
    return checked


def refuse_former(command: Action, word: str) -> None:
    """Say what is done today instead of what a command once took.

    Raises:
        UserError: it once took this word.
    """
    if folded(word) in command.former_words:
        raise UserError(f"former_{command.name.en}")


def _checked(option: Option, value: OptionValue) -> OptionValue:
    if option.kind is Kind.INTEGER:
        return _number(option, value)
    if option.kind is Kind.GROUP:
        return _group(option, value)
    text = without_surrogates(str(value))
    match option.kind:
        case Kind.CHOICE:
            return _choice(option, text)
        case Kind.MODEL:
            return _model(option, text)
        case Kind.NAME:
            return _name(option, text)
        case _:
            return _text(option, text)


def _number(option: Option, value: OptionValue) -> int:
    limits = {"key": option.name, "minimum": option.minimum, "maximum": option.maximum}
    digits = str(value).strip()
    if not re.fullmatch(r"[+-]?\d{1,18}", digits):
        raise UserError("bad_number", value=digits, **limits)
    number = int(digits)
    too_small = option.minimum is not None and number < option.minimum
    too_large = option.maximum is not None and number > option.maximum
    if too_small or too_large:
        raise UserError("bad_number", value=digits, **limits)
    return number


def _group(option: Option, value: OptionValue) -> Group:
    """A role or a person; where there is no form to choose one, its id is its name."""
    group = value if isinstance(value, Group) else Group(str(value).strip(), str(value).strip())
    if not _GROUP_ID.fullmatch(group.id):
        raise UserError("bad_group", key=option.name, value=group.id)
    return Group(group.id, without_surrogates(group.name))


def _choice(option: Option, text: str) -> str:
    for choice in option.choices:
        if folded(text) in (choice.en, choice.ko):
            return choice.en
    names = [name for choice in option.choices for name in (choice.en, choice.ko)]
    raise UserError(
        "bad_choice",
        key=option.name,
        value=text,
        choices=option.choices,
        nearest=nearest(text, names),
    )


def _model(option: Option, text: str) -> str:
    """A model's name; whether there is such a model is seen when it is looked up."""
    name = text.strip()
    if not canonical(name):
        raise UserError("option_without_value", key=option.name)
    if len(name) > _LONGEST_MODEL_NAME:
        raise UserError("unknown_model", name=name, nearest=[])
    return name


def _name(option: Option, text: str) -> str:
    name = lowered(text)
    if not _NAME.fullmatch(name):
        raise UserError("bad_name", key=option.name, value=text)
    return name


def _text(option: Option, text: str) -> str:
    if not any(_is_readable(character) for character in text):
        raise UserError("text_empty", key=option.name)
    if option.maximum is not None and len(text) > option.maximum:
        raise UserError("text_too_long", key=option.name, length=len(text), maximum=option.maximum)
    return text


def _is_readable(character: str) -> bool:
    """Neither white space nor a control or format character, such as a zero-width joiner."""
    return not character.isspace() and unicodedata.category(character) not in ("Cc", "Cf")
