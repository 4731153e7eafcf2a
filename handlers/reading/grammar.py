"""The grammar of platforms that have no form: `/command free text key:value key:"two words"`.

Free text stays as it was typed. A word that looks like `key:value` must be an option of the
command; what only looks like one (a link, a time, `std::vector`) is text, and so is everything
in quotes. Without quotes a value is one word, but for a list, which goes on behind a comma, and for
prose behind the free text, which goes on to the end of the line. In quotes a backslash makes what
follows literal, or a new line (n) or a tab (t).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from handlers.reading.lookup import CommandTable, find_action
from handlers.reading.options import refuse_former, unknown_option
from handlers.table import Action, Command, Kind, Option
from handlers.types import UserError
from models.canonical import COMMAS, canonical, folded

_QUOTED = r'["“](?:\\.|[^"“”\\])*["”](?!\S)'
_TOKEN = re.compile(
    rf"(?<!\S)(?:(?P<quoted>{_QUOTED})"
    rf'|(?P<key>[^\W\d_][\w-]*)(?P<colon>[:：])(?!//|:)(?P<value>{_QUOTED}|[^\s"“]\S*|(?P<open>["“])|(?=\s|$)))'
    r"[^\S\n]*",
    re.DOTALL,
)
_SLASHES = ("/", "／")
"""The second is what a keyboard in full width types."""
_LISTED = re.compile(rf"(?:[^\s{COMMAS}]*[{COMMAS}][^\S\n]*)*\S+")
"""What goes on behind a comma, to the first word that no comma follows."""
_HELP = ("help", "?", "？", "도움말", "도움", "/?", "/h")
"""What people write who do not know yet that commands begin with a slash."""
_LONGEST_NAME = 2
"""In words, of what help can be asked about; a sentence that begins with “help” is none."""
_LONGEST_SHOWN = 40
"""Characters of a line that is given back as it should have been."""
_ESCAPES = {"n": "\n", "t": "\t", '"': '"', "\\": "\\", "”": "”", "“": "“"}


@dataclass(frozen=True, slots=True)
class Parsed:
    """A line taken apart: the command or its action, and its options as they were typed."""

    command: Action
    options: dict[str, str]


def parse(line: str, table: CommandTable) -> Parsed:
    """Take a typed line apart.

    Raises:
        UserError: no slash, no such command, or as `parse_options` has it.
    """
    word, _ = split_word(line)
    if table.knows(word) and not line.startswith(_SLASHES) and folded(word) not in _HELP:
        raise UserError("slash_missing", line=line.strip()[:_LONGEST_SHOWN])
    name, rest = split_name(line)
    return parse_options(table.find(name), rest)


def parse_options(command: Command, rest: str) -> Parsed:
    """Take apart what was typed after a command's name.

    Raises:
        UserError: no such action or option, an option twice, an open quote.
    """
    run: Action = command
    if command.actions:
        word, rest = split_word(rest)
        run = find_action(command, word)
    options, free = _take_options(rest, run)
    if free:
        _set(options, _free_option(run, free), free)
    return Parsed(run, options)


def split_word(text: str) -> tuple[str, str]:
    """Return the first word, and what stands behind it."""
    word, *rest = text.split(maxsplit=1) or [""]
    return word, "".join(rest)


def split_name(line: str) -> tuple[str, str]:
    """Return the command's name without its slash, and the rest.

    Raises:
        UserError: the line does not begin with a slash, and does not ask for help.
    """
    word, rest = split_word(line)
    if folded(word) in _HELP and len(rest.split()) <= _LONGEST_NAME:
        return "help", rest
    if not line.startswith(_SLASHES):
        raise UserError("not_a_command", example=line.strip()[:_LONGEST_SHOWN] or "…")
    line = f"/{line[1:].lstrip()}"
    name, _, rest = line[1:].partition(_first_space(line))
    return canonical(name), rest


def find_option(key: str, command: Action) -> Option | None:
    """Return the option of an English or Korean name."""
    typed = folded(key)
    return next((o for o in command.options if typed in (o.name.en, o.name.ko)), None)


def quoted_spans(text: str) -> list[tuple[int, int]]:
    """Return where quoted texts begin and end; what stands in them is nothing but text."""
    spans = [
        match.span("quoted" if match["quoted"] else "value") for match in _TOKEN.finditer(text)
    ]
    return [(begin, end) for begin, end in spans if text[begin : begin + 1] in ('"', "“")]


def unquote(text: str) -> str:
    """Return what a quoted text says; a text that is not quoted says itself."""
    if not re.fullmatch(_QUOTED, text, re.DOTALL):
        return text
    escape = re.compile(r'\\([nt"\\“”])')
    return escape.sub(lambda match: _ESCAPES[match[1]], text[1:-1])


def _first_space(line: str) -> str:
    found = re.search(r"\s", line)
    return found[0] if found else "\n"


def _take_options(rest: str, command: Action) -> tuple[dict[str, str], str]:
    options: dict[str, str] = {}
    free: list[str] = []
    position, last = 0, None
    for match in _TOKEN.finditer(rest):
        if not _is_option(match, command):
            continue
        free.append(_own_words(options, last, rest[position : match.start()], free))
        option = find_option(match["key"], command)
        assert option is not None
        if option is command.free_option and _is_bare(match) and not "".join(free).strip():
            position, last = match.start("value"), None
            continue  # "labels:bug, question" names its free text
        position = match.end()
        _set(options, option, _value(match, option))
        last = option if _is_bare(match) else None
    free.append(_own_words(options, last, rest[position:], free))
    return options, unquote("".join(free).strip())


def _own_words(
    options: dict[str, str], option: Option | None, words: str, free: Sequence[str]
) -> str:
    """Give an option what belongs to its bare value of the words behind it; return the others."""
    if option is None or not option.holds_words:
        return words
    value = options[option.name.en]
    end = 0
    if "".join(free).strip():
        end = len(words.partition("\n")[0])
    elif value.endswith(tuple(COMMAS)) and (listed := _LISTED.match(words)):
        end = listed.end()
    options[option.name.en] = f"{value} {words[:end]}".strip()
    return words[end:]


def _is_option(match: re.Match[str], command: Action) -> bool:
    """Tell an option from text that only looks like one.

    Raises:
        UserError: it looks like an option, but the command has none of that name.
    """
    key = match["key"]
    if key is None:
        return False
    if find_option(key, command):
        return True
    if not match["value"] or len(key) == 1 or match["colon"] != ":":
        return False  # "note: this" and "x:1" are how people write
    refuse_former(command, key, f"{key}:")
    keys = [each["key"] for each in _TOKEN.finditer(match.string) if each["key"]]
    given = [option.name.en for each in keys if (option := find_option(each, command))]
    raise unknown_option(key, command, given)


def _is_bare(match: re.Match[str]) -> bool:
    """Tell whether a value stands without quotes."""
    return match["value"][:1] not in ('"', "“")


def _value(match: re.Match[str], option: Option) -> str:
    if match["open"]:
        raise UserError("open_quote", key=match["key"])
    if not match["value"]:
        raise UserError("option_without_value", key=match["key"])
    if option.kind is Kind.FILE:  # a path of Windows is full of what would be escapes
        return _without_quotes(match["value"])
    return unquote(match["value"])


def _without_quotes(text: str) -> str:
    is_quoted = text[:1] in ('"', "“") and len(text) > 1
    return text[1:-1].replace('\\"', '"') if is_quoted else text


def _set(options: dict[str, str], option: Option, value: str) -> None:
    if option.name.en in options:
        raise UserError("option_twice", key=option.name)
    options[option.name.en] = value


def _free_option(command: Action, free: str) -> Option:
    first = free.partition(" ")[0]
    refuse_former(command, first, "".join(first.partition(":")[:2]))
    if command.free_option is None:
        raise UserError(
            "no_free_text",
            command=command.full_name,
            options=[option.name for option in command.options],
            example=command.example,
        )
    return command.free_option
