"""What could be typed next: commands, options, choices and model names, instantly, from memory."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from handlers.reading.grammar import find_option, split_name, split_word
from handlers.reading.lookup import CommandTable, find_action
from handlers.table import Action, Bilingual, Command, Kind, Option
from handlers.types import Actor, Language, UserError
from models.canonical import folded

_OPEN_VALUE = re.compile(r'(?<!\S)(?P<key>[^\W\d_][\w-]*):(?P<value>"[^"]*|[^\s"]*)$')

NamesOf = Callable[[Option], Sequence[str]]
"""Gives the names of what there is: of models or of datasets."""


@dataclass(frozen=True, slots=True)
class Completion:
    """A word that fits at the cursor. `start` (0 or less) is where it begins to replace."""

    text: str
    start: int
    description: str = ""
    is_path: bool = False
    """What is typed of a file's path; the door, which sees the files, knows how it goes on."""


def complete(line: str, actor: Actor, table: CommandTable, names_of: NamesOf) -> list[Completion]:
    """Return what fits at the end of `line`; nothing inside free text.

    Args:
        line: what stands before the cursor.
        actor: only commands of this role or less are offered.
        table: of all commands.
        names_of: gives the names that an option takes.
    """
    if not line.startswith("/"):
        return []
    try:
        begun = _begun(line, actor, table)
        return begun if isinstance(begun, list) else _behind(*begun, actor, table, names_of)
    except UserError:
        return []


def commands_begun(typed: str, actor: Actor, table: CommandTable) -> list[tuple[str, Command]]:
    """Return the commands that somebody may give and whose name begins so, by that name."""
    return [
        (name, command)
        for command in table.commands
        if actor.role >= command.least_role
        for name in _names(command.name, actor.language, folded(typed))
    ]


def _begun(line: str, actor: Actor, table: CommandTable) -> list[Completion] | tuple[Action, str]:
    """Return how the name of a command or of its action goes on; behind them, which, and the rest.

    Raises:
        UserError: there is none of that name.
    """
    if not any(character.isspace() for character in line):
        return [
            Completion(f"/{name} ", -len(line), command.description.to(actor.language))
            for name, command in commands_begun(line[1:], actor, table)
        ]
    name, rest = split_name(line)
    command = table.find(name)
    if not command.actions:
        return command, rest
    word, behind = split_word(rest)
    if word and (behind or rest[-1].isspace()):
        return find_action(command, word), behind
    return _action_names(command, word, actor)


def _behind(
    run: Action, rest: str, actor: Actor, table: CommandTable, names_of: NamesOf
) -> list[Completion]:
    if run.free_option and run.free_option.kind is Kind.COMMAND:
        return _named_command(rest.lstrip(), actor, table)
    return _options(run, rest, actor.language, names_of)


def _named_command(typed: str, actor: Actor, table: CommandTable) -> list[Completion]:
    """Return how the name goes on that somebody wants to know of, with a slash or without."""
    slashed = f"/{typed.removeprefix('/')}"
    begun = _begun(slashed, actor, table)
    is_name = not any(character.isspace() for character in slashed)
    return [
        replace(one, text=one.text.removeprefix("/"), start=-len(typed)) if is_name else one
        for one in (begun if isinstance(begun, list) else ())
    ]


def _options(run: Action, rest: str, language: Language, names_of: NamesOf) -> list[Completion]:
    if path := _path(run, rest):
        return [path]
    if names := _begun_name(run, rest, names_of):
        return names
    word = "" if not rest or rest[-1].isspace() else rest.rsplit(maxsplit=1)[-1]
    key, colon, value = word.partition(":")
    option = find_option(key, run)
    if colon and option:
        return _values(option, value, names_of, language)
    return _option_names(run, rest, word, language, names_of)


def _path(run: Action, rest: str) -> Completion | None:
    """Return the path that is being typed, behind an open quote if it has one."""
    found = _OPEN_VALUE.search(rest)
    option = find_option(found["key"], run) if found else None
    if found is None or option is None or option.kind is not Kind.FILE:
        return None
    return Completion(found["value"], -len(found["value"]), is_path=True)


def _begun_name(run: Action, rest: str, names_of: NamesOf) -> list[Completion]:
    """Return what goes on with a name behind an open quote, which may have spaces in it."""
    found = _OPEN_VALUE.search(rest)
    option = find_option(found["key"], run) if found else None
    if found is None or option is None or not option.is_of_names or found["value"][:1] != '"':
        return []
    return _values(option, found["value"], names_of, Language.ENGLISH)


def _action_names(command: Command, word: str, actor: Actor) -> list[Completion]:
    return [
        Completion(f"{name} ", -len(word), action.description.to(actor.language))
        for action in command.actions
        if actor.role >= action.role
        for name in _names(action.name, actor.language, folded(word))
    ]


def _option_names(
    command: Action, rest: str, word: str, language: Language, names_of: NamesOf
) -> list[Completion]:
    given = {each.partition(":")[0] for each in rest.split()}
    found = [
        Completion(f"{name}:", -len(word), option.description.to(language))
        for option in command.options
        if not given & {option.name.en, option.name.ko}
        for name in _names(option.name, language, folded(word))
    ]
    free = command.free_option
    if free and (free.kind is Kind.CHOICE or free.is_of_names):
        found = _values(free, word, names_of, language) + found
    return found


def _values(option: Option, typed: str, names_of: NamesOf, language: Language) -> list[Completion]:
    values: Iterable[str] = ()
    if option.is_of_names:
        values = names_of(option)
    elif option.kind is Kind.CHOICE:
        values = [choice.to(language) for choice in option.choices]
    begun = folded(typed.removeprefix('"'))
    return [
        Completion(_as_value(value, option), -len(typed))
        for value in values
        if folded(value).startswith(begun)
    ]


def _as_value(value: str, option: Option) -> str:
    """Return what is typed: free text goes to the end of the line, another stops at a space."""
    needs_quotes = not option.takes_free_text and any(sign.isspace() for sign in value)
    return f'"{value}"' if needs_quotes else value


def _names(name: Bilingual, language: Language, typed: str) -> list[str]:
    """The name in the user's language first; the other one only once it is being typed."""
    own = name.to(language)
    if own.startswith(typed):
        return [own]
    return [each for each in (name.en, name.ko) if typed and each.startswith(typed)]
