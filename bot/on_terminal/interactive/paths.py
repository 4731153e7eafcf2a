"""Completion of a file's path, in quotes where it has spaces."""

import os
from collections.abc import Iterator
from pathlib import Path

from prompt_toolkit.completion import Completion

from bot.on_terminal.drawing.visible import visible_line

_MOST = 200


def paths(typed: str) -> Iterator[Completion]:
    """Yield the files and folders that a path could go on with; `typed` may have an open quote."""
    begun = typed.removeprefix('"')
    folder, name = os.path.split(begun)
    for entry in _entries(folder, name):
        whole = os.path.join(folder, entry.name)  # noqa: PTH118 - as it was typed, such as ~/
        end = os.sep if entry.is_dir() else ""
        is_quoted = typed.startswith('"') or " " in whole
        quoted = f'"{whole}{end}' if is_quoted else f"{whole}{end}"
        closed = quoted + '"' if is_quoted and not end else quoted
        yield Completion(closed, -len(typed), display=visible_line(entry.name + end))


def _entries(folder: str, name: str) -> list[Path]:
    """Return what is in a folder and begins like that; hidden ones only if asked for."""
    try:
        found = sorted(Path(folder or ".").expanduser().iterdir())
    except (OSError, ValueError, RuntimeError):
        return []
    fitting = (each for each in found if each.name.startswith(name))
    return [each for each in fitting if name or not each.name.startswith(".")][:_MOST]
