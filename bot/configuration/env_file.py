"""The file .env: what it says, and what may be wrong with the file itself."""

import codecs
import logging
import os
import stat
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

from dotenv.parser import Binding, parse_stream

logging.getLogger("dotenv").setLevel(logging.ERROR)  # of odd lines we tell ourselves

ENV_FILE = Path(".env")
ENCODING = "utf-8-sig"
"""UTF-8; editors on Windows put a mark before it."""
_OTHERS = stat.S_IRWXG | stat.S_IRWXO
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


class BadEnvFile(Exception):
    """It cannot be read; `env_file.<code>` in texts/ says why, with these facts."""

    def __init__(self, code: str, **facts: object) -> None:
        super().__init__(code, facts)
        self.code = code
        self.facts = facts


@dataclass(frozen=True, slots=True)
class EnvFile:
    """What stands in the file."""

    values: dict[str, str]
    odd_lines: tuple[int, ...] = ()
    """Lines that are neither NAME=value nor a comment."""
    open_mode: int | None = None
    """The rights of a file that others may read or write, where the system has such rights."""


def read_env_file() -> EnvFile:
    """Return what stands in .env, or nothing where there is none.

    Raises:
        BadEnvFile: it cannot be read.
    """
    try:
        if not ENV_FILE.is_file():
            return EnvFile({})
        content = ENV_FILE.read_bytes()
        mode = stat.S_IMODE(ENV_FILE.stat().st_mode)
    except OSError as error:
        raise BadEnvFile("unreadable", reason=error) from error
    found = list(parse_stream(StringIO(_decoded(content))))
    values = {each.key: each.value for each in found if each.key and each.value is not None}
    odd = [_line(each) for each in found if each.error or (each.key and each.value is None)]
    is_open = os.name == "posix" and mode & _OTHERS
    return EnvFile(values, tuple(odd), mode if is_open else None)


def _line(found: Binding) -> int:
    """Return where it stands; empty lines before it count as its own."""
    written = found.original.string
    before = written[: len(written) - len(written.lstrip())]
    return found.original.line + before.count("\n")


def _decoded(content: bytes) -> str:
    try:
        return content.decode(ENCODING)
    except UnicodeDecodeError as error:
        if content.startswith(_UTF_16):
            raise BadEnvFile("utf_16") from error
        line = content.count(b"\n", 0, error.start) + 1
        raise BadEnvFile(_looks_like(content), line=line) from error


def _looks_like(content: bytes) -> str:
    try:
        content.decode("cp949")
    except UnicodeDecodeError:
        return "not_utf_8"
    return "cp949"
