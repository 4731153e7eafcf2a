"""Keeps the files of replies in a folder, under names that cannot do harm."""

import os
import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from itertools import count
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from bot.on_terminal.drawing.visible import DANGEROUS, visible_line
from handlers.texts import say
from handlers.texts.reasons import explain_system_error
from handlers.types import File, Language

_LONGEST_NAME = 120
"""In bytes; file systems allow 255, and a number may follow."""
_FORBIDDEN = re.compile(r'[<>:"|?*/\\]')
_RESERVED = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\..*)?")
"""Names that Windows takes for devices."""


@dataclass(frozen=True, slots=True)
class SavedFiles:
    """A folder to save files in; nothing there is ever overwritten."""

    folder: Path

    def save(self, file: File) -> Path:
        """Save a file under its own name, or one with a number where that is taken.

        Raises:
            OSError: the folder cannot be written to.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        with self._opened(PurePosixPath(safe_name(file.name))) as stream:
            stream.write(file.content)
            return Path(stream.name)

    def keep(self, file: File, language: Language, complain: Callable[[str], None]) -> str | None:
        """Save a file and return its path; where that fails, say why and return None."""
        try:
            return str(self.save(file).absolute())
        except OSError as error:
            name, reason = file.name, explain_system_error(error, language)
            complain(visible_line(say(language, "terminal.not_saved", name=name, reason=reason)))
            return None

    def _opened(self, name: PurePosixPath) -> BinaryIO:
        for number in count(1):
            numbered = name.name if number == 1 else f"{name.stem}-{number}{name.suffix}"
            with suppress(FileExistsError):
                return open(self.folder / numbered, "xb", opener=_private)
        raise AssertionError("count() never ends")


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def safe_name(name: str) -> str:
    """Return the last part of `name` as a plain file name."""
    last = re.split(r"[/\\]", name)[-1]
    plain = _FORBIDDEN.sub("_", DANGEROUS.sub("_", last)).strip(" .")
    if not plain or _RESERVED.fullmatch(plain):
        plain = f"file_{plain}".rstrip("_")
    suffix = PurePosixPath(plain).suffix if len(PurePosixPath(plain).suffix) <= 16 else ""  # noqa: PLR2004
    return _cut(plain.removesuffix(suffix), _LONGEST_NAME - len(suffix.encode())) + suffix


def _cut(text: str, limit_bytes: int) -> str:
    return text.encode()[:limit_bytes].decode(errors="ignore")
