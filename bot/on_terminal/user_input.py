"""What a typed line asks for: a command, a press of a control, or to leave."""

import re
from dataclasses import dataclass

from handlers.reading.decoding import Undecodable, decode_typed
from handlers.types import UserError

_UNSEEN = "\ufeff\u200b\u2060"
"""What may stand before a line that was copied from somewhere, and is seen by nobody."""
_LEAVE = ("/quit", "/exit", "exit", "quit", "/나가기", "나가기")


@dataclass(frozen=True, slots=True)
class CommandLine:
    """A line for the dispatcher."""

    line: str


@dataclass(frozen=True, slots=True)
class Push:
    """A press of a control, by its id; `control` is empty where the line did not say which."""

    control: str
    value: str | None


@dataclass(frozen=True, slots=True)
class Leave:
    """The end of the chat."""


@dataclass(frozen=True, slots=True)
class Unreadable:
    """What cannot be decoded, so that nobody knows what it asks for."""

    error: UserError


_CONTROL = re.compile(r'"[^"]+"|\S+')
"""In quotes where a name within it has spaces."""
UserInput = CommandLine | Push | Unreadable | Leave


def read_input(line: str, encoding: str | None = None) -> UserInput:
    """Return what a line asks for.

    Args:
        line: as it was typed; bytes that the system could not decode are surrogates in it.
        encoding: of those, where the one who types says so.
    """
    try:
        line = decode_typed(line, encoding)
    except Undecodable as error:
        return unreadable(error)
    line = line.lstrip(_UNSEEN)
    plain = line.strip()
    if plain in _LEAVE:
        return Leave()
    first, *rest = plain.split(maxsplit=1)[:2] or [""]
    return _push("".join(rest)) if first == "!press" else CommandLine(line)


def unreadable(error: Undecodable) -> Unreadable:
    """Say what is wrong with a line or a script that cannot be decoded."""
    code = "line_looks_like" if error.looks_like else "line_encoding"
    return Unreadable(UserError(code, **error.facts))


def _push(rest: str) -> Push:
    found = _CONTROL.match(rest)
    control, value = (found[0], rest[found.end() :].strip()) if found else ("", "")
    return Push(_unquoted(control), _unquoted(value) if value else None)


def _unquoted(value: str) -> str:
    is_quoted = len(value) > 1 and value[0] == value[-1] == '"'
    return value[1:-1] if is_quoted else value
