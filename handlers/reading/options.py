"""Checks what was given for a command's options, before its handler sees them."""

import re
from collections.abc import Callable, Collection, Mapping

from handlers.reading.files import check_file
from handlers.reading.spelling import nearest
from handlers.table import Action, Bilingual, Kind, Option
from handlers.types import Attachment, File, Group, OptionValue, UserError
from models.canonical import canonical, find_label, folded, lowered, without_surrogates

_NAME = re.compile(r"[a-z0-9가-힣][a-z0-9가-힣_-]{0,31}")
_GROUP_ID = re.compile(r"(?=.{1,64}$)[\w.@-]+(?: [\w.@-]+)*")
"""At a terminal people have names, and those may have spaces."""
_LONGEST_MODEL_NAME = 200


def check(command: Action, given: Mapping[str, OptionValue]) -> dict[str, OptionValue]:
    """Return the options as their handler may trust them: known, typed and within their limits.

    Raises:
        UserError: one is missing, unknown, or not what the table allows.
    """
    known = {option.name.en: option for option in command.options}
    for key in given.keys() - known.keys():
        refuse_former(command, key, f"{key}:")
        raise unknown_option(key, command, given)
    checked = {key: _checked(known[key], value) for key, value in given.items()}
    for option in command.lacks(checked):
        raise UserError(
            "option_missing",
            key=_either(option, known),
            command=command.full_name,
            example=command.example,
        )
    return checked


def unknown_option(key: str, command: Action, given: Collection[str]) -> UserError:
    """Return what is wrong with an option that is none: first what is still wanted may be meant."""
    wanted = [option.name for option in command.lacks(given) if not option.takes_free_text]
    known = [name for option in command.options for name in (option.name.en, option.name.ko)]
    likely = [name.en if key.isascii() else name.ko for name in wanted]
    return UserError(
        "unknown_option",
        key=key,
        command=command.full_name,
        options=[option.name for option in command.options],
        nearest=[f"{name}:" for name in dict.fromkeys([*likely, *nearest(key, known)])],
    )


def _either(option: Option, known: Mapping[str, Option]) -> Bilingual:
    """Return what an option is called, with what it takes, or what may be given in its place."""
    if option.choices:
        en = " · ".join(each.en for each in option.choices)
        ko = " · ".join(each.ko for each in option.choices)
        return Bilingual(f"{option.name.en}: ({en})", f"{option.name.ko}: ({ko})")
    if option.unless is None:
        return option.name
    other = known[option.unless].name
    return Bilingual(f"{option.name.en}/{other.en}", f"{option.name.ko}/{other.ko}")


def refuse_former(command: Action, *words: str) -> None:
    """Say what is done instead of what a command does not take, or no more.

    Raises:
        UserError: it is known not to take one of these words.
    """
    if any(folded(word) in command.former_words for word in words):
        raise UserError(f"former_{command.name.en}")


def _checked(option: Option, value: OptionValue) -> OptionValue:
    if check_value := _BY_VALUE.get(option.kind):
        return check_value(option, value)
    if isinstance(value, Attachment | File):
        raise UserError("option_without_value", key=option.name)
    return _BY_TEXT.get(option.kind, _text)(option, without_surrogates(str(value)))


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
    group = value if isinstance(value, Group) else _typed_group(str(value).strip())
    if not _GROUP_ID.fullmatch(group.id):
        raise UserError("bad_group", key=option.name, value=group.id)
    return Group(group.id, without_surrogates(group.name))


def _typed_group(typed: str) -> Group:
    """People write @mina, and mean who is called mina."""
    name = canonical(without_surrogates(typed)).removeprefix("@")
    return Group(name, typed.removeprefix("@"))


def _choice(option: Option, text: str) -> str:
    names = {name: choice.en for choice in option.choices for name in (choice.ko, choice.en)}
    words = {**names, **dict(option.other_words)}
    meant = find_label(text, list(words))
    if meant is not None:
        return words[meant]
    fitting = [choice for choice in option.choices if _fits(text, choice)]
    if len(fitting) > 1:
        raise UserError("choice_unclear", key=option.name, value=text, choices=fitting)
    raise UserError(
        "bad_choice",
        key=option.name,
        value=text,
        choices=option.choices,
        nearest=nearest(text, names),
    )


def _fits(typed: str, choice: Bilingual) -> bool:
    """Tell whether a choice begins or ends as somebody has typed."""
    part = folded(typed)
    return any(
        part and (name.startswith(part) or name.endswith(part)) for name in (choice.en, choice.ko)
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
    if not canonical(text):
        raise UserError("text_empty", key=option.name)
    if option.maximum is not None and len(text) > option.maximum:
        code = "text_too_long" if option.may_be_parted else "value_too_long"
        raise UserError(code, key=option.name, length=len(text), maximum=option.maximum)
    return text


_BY_VALUE: Mapping[Kind, Callable[[Option, OptionValue], OptionValue]] = {
    Kind.INTEGER: _number,
    Kind.GROUP: _group,
    Kind.FILE: check_file,
}
_BY_TEXT: Mapping[Kind, Callable[[Option, str], str]] = {
    Kind.CHOICE: _choice,
    Kind.MODEL: _model,
    Kind.NAME: _name,
}
