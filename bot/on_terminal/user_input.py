"""What a typed line asks for: a command, a press of a control, or to leave."""

from dataclasses import dataclass

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


UserInput = CommandLine | Push | Leave


def read_input(line: str) -> UserInput:
    """Return what a line asks for."""
    plain = line.strip()
    if plain in _LEAVE:
        return Leave()
    first, *rest = plain.split(maxsplit=1)[:2] or [""]
    return _push("".join(rest)) if first == "!press" else CommandLine(line)


def _push(rest: str) -> Push:
    control, *value = rest.split(maxsplit=1) or [""]
    return Push(control, _unquoted(value[0].strip()) if value else None)


def _unquoted(value: str) -> str:
    is_quoted = len(value) > 1 and value[0] == value[-1] == '"'
    return value[1:-1] if is_quoted else value
