"""A command's options as the fields of a form; pure."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from bot.answering.words import clean
from handlers.reading.files import most_bytes
from handlers.table import Action, Kind, Option
from handlers.types import Group, Language

PERSON = ":person"
"""Stands behind a group's name in the field where a person is named instead."""
_LONGEST_LINE = 200
"""A text that may be longer is written in a field of several lines."""
_LONGEST_NAME = 32


@dataclass(frozen=True, slots=True)
class Field:
    """One field; `shape` is that of its template."""

    name: str
    label: str
    hint: str
    shape: str
    """area, line, number, choice, names, group or file."""
    value: str = ""
    is_required: bool = False
    is_more: bool = False
    minimum: int | None = None
    maximum: int | None = None
    choices: Sequence[tuple[str, str]] = ()
    """What may be chosen, with what it is called; or the names that are offered."""
    accept: str = ""
    error: str = ""


def fields_of(
    command: Action,
    given: Mapping[str, str],
    language: Language,
    names_of: Callable[[Option], Sequence[str]],
    groups: Sequence[Group],
    error: tuple[str, str] = ("", ""),
) -> list[Field]:
    """Return the fields of a form.

    Args:
        command: whose options they are.
        given: what has been filled in already, by the options' English names.
        language: of the one who fills it in.
        names_of: the names that an option offers.
        groups: of the community.
        error: the name of an option, and what is wrong with it.
    """

    def field(option: Option) -> Field:
        name = option.name.en
        return Field(
            name=name,
            label=option.name.to(language),
            hint=option.description.to(language),
            shape=_shape(option),
            value=clean(given.get(name, "")),
            is_required=option.is_required and not option.unless,
            is_more=option.is_more and name not in given,
            minimum=option.minimum if option.kind is Kind.INTEGER else None,
            maximum=_maximum(option),
            choices=_choices(option, language, names_of, groups),
            accept=",".join(f".{one}" for one in option.file_types),
            error=error[1] if error[0] == name else "",
        )

    return [field(option) for option in command.options]


def _shape(option: Option) -> str:
    match option.kind:
        case Kind.TEXT:
            return "line" if (option.maximum or _LONGEST_LINE + 1) <= _LONGEST_LINE else "area"
        case Kind.NAME | Kind.COMMAND:
            return "line"
        case Kind.MODEL | Kind.DATASET:
            return "names"
        case Kind.INTEGER:
            return "number"
        case _:
            return str(option.kind)


def _maximum(option: Option) -> int | None:
    if option.kind is Kind.FILE:
        return most_bytes(option)
    return _LONGEST_NAME if option.kind is Kind.NAME else option.maximum


def _choices(
    option: Option,
    language: Language,
    names_of: Callable[[Option], Sequence[str]],
    groups: Sequence[Group],
) -> Sequence[tuple[str, str]]:
    if option.kind is Kind.CHOICE:
        return [(each.en, each.to(language)) for each in option.choices]
    if option.kind is Kind.GROUP:
        return [(each.id, each.name) for each in groups]
    return [(name, name) for name in names_of(option)] if option.is_of_names else ()
