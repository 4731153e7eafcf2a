"""Limits of commands."""

import unicodedata
from collections.abc import Iterator

from tests.servers.discord_server import kinds
from tests.servers.discord_server.checks.problem import Path, Problem, repeated, too_long, too_many
from tests.servers.discord_server.kinds import Json

MOST = {kinds.CHAT_INPUT: 100, kinds.USER_COMMAND: 15, kinds.MESSAGE_COMMAND: 15}
SIZE = 8000
"""Characters of a command: names, descriptions and values, with all options."""

_LOCALES = """id da de en-GB en-US es-ES es-419 fr hr it lt hu nl no pl pt-BR ro fi sv-SE vi tr
cs el bg ru uk hi th zh-CN ja zh-TW ko"""

LOCALES = frozenset(_LOCALES.split())


def table_problems(commands: list[Json]) -> list[Problem]:
    """Find what is wrong with commands that are registered together."""
    problems = []
    for number, command in enumerate(commands):
        problems += command_problems(command, (number,))
    by_kind = [(command.get("type") or 1, command.get("name")) for command in commands]
    for kind, most in MOST.items():
        same = [name for one, name in by_kind if one == kind]
        if len(same) > most:
            problems.append(Problem((), f"{len(same)} commands of type {kind}, {most} may be"))
    names = "APPLICATION_COMMANDS_DUPLICATE_NAME"
    return problems + repeated((), by_kind, "Application command names", names)


def command_problems(command: Json, at: Path = ()) -> list[Problem]:
    """Find what is wrong with a command."""
    is_chat = (command.get("type") or 1) == kinds.CHAT_INPUT
    problems = _text_problems(command, at, is_strict=is_chat)
    if not is_chat and (command.get("description") or command.get("options")):
        problems.append(Problem((*at, "description"), "only slash commands have them"))
    problems += _options_problems(command.get("options") or [], at, depth=0)
    size = _size(command)
    if size > SIZE:
        message = f"a command has at most {SIZE} characters ({size})"
        problems.append(Problem(at, message, "APPLICATION_COMMAND_TOO_LARGE"))
    return problems


def _options_problems(options: list[Json], at: Path, depth: int) -> list[Problem]:
    where = (*at, "options")
    names = [option.get("name") for option in options]
    problems = [
        *too_many(where, options, 25),
        *repeated(where, names, "Option names", "APPLICATION_COMMAND_OPTIONS_NAME_DUPLICATE"),
    ]
    was_optional = False
    for number, option in enumerate(options):
        if option.get("required") and was_optional:
            message = "required options come before those that are not"
            code = "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID"
            problems.append(Problem((*where, number), message, code))
        was_optional |= not option.get("required")
        problems += _option_problems(option, (*where, number), depth)
    nested = [option.get("type") in (kinds.SUBCOMMAND, kinds.GROUP) for option in options]
    if any(nested) and not all(nested):
        problems.append(Problem(where, "subcommands and options do not mix"))
    return problems


def _option_problems(option: Json, at: Path, depth: int) -> list[Problem]:
    problems = _text_problems(option, at, is_strict=True)
    kind = option.get("type")
    choices = option.get("choices") or []
    problems += too_many((*at, "choices"), choices, 25)
    if choices and option.get("autocomplete"):
        problems.append(Problem((*at, "autocomplete"), "choices and autocomplete exclude each"))
    for number, choice in enumerate(choices):
        problems += _choice_problems(choice, kind, (*at, "choices", number))
    for what in ("length", "value"):
        least, most = option.get(f"min_{what}"), option.get(f"max_{what}")
        if least is not None and most is not None and least > most:
            problems.append(Problem((*at, f"min_{what}"), f"{least} is over {most}"))
    if kind in (kinds.SUBCOMMAND, kinds.GROUP):
        deepest = 1 if kind == kinds.SUBCOMMAND else 0
        if depth > deepest:
            problems.append(Problem((*at, "type"), "nested too deep"))
        problems += _options_problems(option.get("options") or [], at, depth + 1)
    return problems


def _choice_problems(choice: Json, kind: int | None, at: Path) -> list[Problem]:
    problems = too_long((*at, "name"), choice.get("name"), 100, 1)
    for locale, name in (choice.get("name_localizations") or {}).items():
        problems += too_long((*at, "name_localizations", locale), name, 100, 1)
    value = choice.get("value")
    if kind == kinds.STRING:
        problems += too_long((*at, "value"), value, 100, 1)
    elif not isinstance(value, int | float):
        problems.append(Problem((*at, "value"), f"{value!r} is no number"))
    return problems


def _text_problems(named: Json, at: Path, *, is_strict: bool) -> list[Problem]:
    """Find what is wrong with the names and descriptions of a command or option."""
    problems = []
    localized = named.get("name_localizations") or {}
    for where, name in [(("name",), named.get("name")), *_localized("name", localized)]:
        problems += _name_problems(name, (*at, *where), is_strict=is_strict)
    if is_strict:
        problems += too_long((*at, "description"), named.get("description"), 100, 1)
    described = named.get("description_localizations") or {}
    for where, text in _localized("description", described):
        problems += too_long((*at, *where), text, 100, 1)
    for locale in sorted({*localized, *described} - LOCALES):
        problems.append(Problem((*at, "name_localizations"), f"there is no locale {locale}"))
    return problems


def _localized(what: str, texts: Json) -> Iterator[tuple[Path, str]]:
    for locale, text in texts.items():
        yield (f"{what}_localizations", locale), text


def _name_problems(name: object, at: Path, *, is_strict: bool) -> list[Problem]:
    problems = too_long(at, name, 32, 1)
    if not is_strict or not isinstance(name, str):
        return problems
    strange = sorted({letter for letter in name if not _may_be_in_names(letter)})
    if strange or name != name.lower():
        message = rf"Must match ^[-_'\p{{L}}\p{{N}}]{{1,32}}$ and be lower case: {name!r}"
        problems.append(Problem(at, message, "APPLICATION_COMMAND_INVALID_NAME"))
    return problems


def _may_be_in_names(letter: str) -> bool:
    return letter in "-_'" or unicodedata.category(letter)[0] in "LN"


def _size(named: Json) -> int:
    """Count as Discord does: of each text, the longest of its localizations."""
    size = 0
    for what in ("name", "description"):
        texts = [named.get(what) or "", *(named.get(f"{what}_localizations") or {}).values()]
        size += max(map(len, texts))
    size += len(named["value"]) if isinstance(named.get("value"), str) else 0
    for key in ("options", "choices"):
        size += sum(_size(one) for one in named.get(key) or [])
    return size
