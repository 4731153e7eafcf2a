"""Several lines at once: those that begin with a command are commands, one each."""

from collections.abc import Callable
from itertools import pairwise

from handlers.reading.grammar import quoted_spans, split_name
from handlers.reading.lookup import CommandTable
from handlers.table import Action
from handlers.types import UserError


def split_commands(typed: str, is_command: Callable[[str], bool]) -> list[str]:
    """Part what was typed before each line that begins with a command, but for what is quoted."""
    begins = [0, *(at for at, line in _later_lines(typed) if is_command(line))]
    pieces = [typed[begin:end].rstrip("\n") for begin, end in pairwise((*begins, len(typed)))]
    return [piece for piece in pieces if piece.strip()] or [typed]


def refuse_commands_in(typed: str, table: CommandTable, prefix: str = "") -> None:
    """Let no command be taken for a text, where only one command can be given at a time.

    Args:
        typed: a line of several lines, or the text of a form.
        table: of all commands.
        prefix: may stand before their names.

    Raises:
        UserError: a line after the first begins with a command.
    """
    for at, line in _later_lines(typed):
        bare = f"/{line.removeprefix(f'/{prefix}')}" if line.startswith("/") else line
        if command := command_of(line, table) or command_of(bare, table):
            number = typed.count("\n", 0, at) + 1
            raise UserError("command_in_text", line=number, command=command.name)


def command_of(line: str, table: CommandTable) -> Action | None:
    """Return the command that a line begins with, if it does."""
    try:
        name, _ = split_name(line)
        return table.find(name)
    except UserError:
        return None


def _later_lines(typed: str) -> list[tuple[int, str]]:
    """Return where each line but the first begins that is not within quotes, and the line."""
    found, at = [], 0
    quoted = quoted_spans(typed) if "\n" in typed else ()
    for line in typed.split("\n"):
        if at and not any(begin < at < end for begin, end in quoted):
            found.append((at, line))
        at += len(line) + 1
    return found
