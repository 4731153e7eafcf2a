"""Files that somebody names by their path: looked at first, read when the command wants them."""

import asyncio
import os
import stat
from pathlib import Path

from handlers.types import Attachment, UserError


async def attachment_at(typed: str, encoding: str | None = None) -> Attachment:
    """Return the file at a path as it can be looked at before it is read.

    Args:
        typed: the path.
        encoding: of its text, where the one who gives it says so.

    Raises:
        UserError: there is none, it may not be read, or it is a folder or a device.
    """
    path, size = await asyncio.to_thread(_look_at, typed)

    async def fetch(most_bytes: int) -> bytes:
        return await asyncio.to_thread(_read, path, typed, most_bytes)

    return Attachment(path.name, size, fetch, encoding)


def _look_at(typed: str) -> tuple[Path, int]:
    try:
        path = Path(typed).expanduser()
        return path, _size_of_file(path.stat(), typed)
    except (OSError, ValueError, RuntimeError) as error:  # the last: nobody has that home
        raise _unreadable(error, typed) from error


def _read(path: Path, typed: str, most_bytes: int) -> bytes:
    """Read a file; what was one when it was looked at may be a pipe now, which would never end."""
    try:
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
        with open(descriptor, "rb") as file:  # noqa: PTH123 - what was opened, not what is there
            _size_of_file(os.fstat(descriptor), typed)
            return file.read(most_bytes + 1)
    except (OSError, ValueError) as error:
        raise _unreadable(error, typed) from error


def _size_of_file(found: os.stat_result, typed: str) -> int:
    if not stat.S_ISREG(found.st_mode):
        raise UserError("file_not_regular", name=typed)
    return found.st_size


def _unreadable(error: Exception, typed: str) -> UserError:
    is_forbidden = isinstance(error, PermissionError)
    return UserError("file_forbidden" if is_forbidden else "file_not_there", name=typed)
