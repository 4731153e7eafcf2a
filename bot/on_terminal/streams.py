"""Facts about the streams that we read and write: what they can show, and how wide they are."""

import io
import os
import shutil
from contextlib import suppress
from pathlib import Path
from typing import TextIO

_FALLBACK = (100, 24)
"""Columns and rows where there is no terminal to ask."""


def is_dumb() -> bool:
    """Whether the terminal cannot move its cursor."""
    return os.environ.get("TERM", "").lower() in ("dumb", "unknown")


def may_color(stream: TextIO) -> bool:
    """Whether colours may be written: to a terminal that has them, unless NO_COLOR is set."""
    return stream.isatty() and not is_dumb() and not os.environ.get("NO_COLOR")


def width() -> int:
    """Return the columns to draw for."""
    return shutil.get_terminal_size(_FALLBACK).columns


def be_safe(stream: TextIO, encoding: str | None = None) -> None:
    """Let a character that the stream's encoding lacks be escaped rather than raise."""
    reconfigure = getattr(stream, "reconfigure", None)
    if reconfigure:
        reconfigure(encoding=encoding, errors="backslashreplace")


def silence(stream: TextIO) -> None:
    """Send what is still buffered nowhere, since the reader has gone.

    Otherwise the interpreter would complain when it flushes the stream at exit.
    """
    with suppress(io.UnsupportedOperation), Path(os.devnull).open("wb") as nowhere:
        os.dup2(nowhere.fileno(), stream.fileno())
