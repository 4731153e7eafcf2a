"""The log in the data folder: what people see is said by the doors, not by the log.

Strangers must not be able to fill it, and so to wipe what stands in it: a record is cut, and what
they send that is no HTTP, or not signed, is noted without a word of it, and not for ever.
"""

import logging
import logging.handlers
import sys
from collections.abc import Callable
from contextlib import suppress
from io import TextIOWrapper
from itertools import count
from pathlib import Path

from filelock import BaseFileLock, FileLock, Timeout

from bot.process.log_limits import Repeated, Strangers
from bot.process.log_lines import HumanLines, JsonLines, Where

_LOG_BYTES = 5 * 1024 * 1024
_KEPT_FILES = 3
Fails = Callable[[OSError], None]
_WORDY = ("aiohttp", "discord", "filelock", "slack_bolt", "slack_sdk")


def _in_silence(error: OSError) -> None:
    """A chat goes on without its log."""


def start_log(
    folder: Path, level: str, *, as_json: bool = False, fails: Fails = _in_silence
) -> None:
    """Log to a file in a folder, from now on; `fails` hears when that is no longer possible."""
    logging.raiseExceptions = False  # a log that cannot be written draws no traceback into the chat
    handler = _LogFile(
        folder / "tokki.log",
        maxBytes=_LOG_BYTES,
        backupCount=_KEPT_FILES,
        encoding="utf-8",
        errors="backslashreplace",
        delay=True,
    )
    handler.fails = fails
    handler.setFormatter(JsonLines() if as_json else HumanLines())
    for each in (Strangers(), Repeated(), Where()):
        handler.addFilter(each)
    for name in _WORDY:  # at DEBUG they write down people's words and the tokens of answers
        logging.getLogger(name).setLevel(max(logging.INFO, logging.getLevelName(level)))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    logging.getLogger("alembic").setLevel(logging.WARNING)  # it tells of every opening


class _LogFile(logging.handlers.RotatingFileHandler):
    """Tells once that it cannot be written, such as on a full disk, and again after it could.

    Each process on a folder has a file of its own, `tokki-2.log` the second: where two write into
    one, either loses what the other moves out of its way.
    """

    fails: Fails = staticmethod(_in_silence)
    _is_told = _fails_now = False
    _lock: BaseFileLock | None = None

    def _open(self) -> TextIOWrapper:
        if self._lock is None:
            path, self._lock = _own_file(Path(self.baseFilename))
            self.baseFilename = str(path)
        return super()._open()

    def emit(self, record: logging.LogRecord) -> None:
        self._fails_now = False
        super().emit(record)
        self._is_told = self._fails_now

    def close(self) -> None:
        with suppress(OSError):  # what is left to be written then, cannot be
            super().close()
        if self._lock:
            self._lock.release()

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - logging's own name
        self._fails_now = True
        error = sys.exc_info()[1]
        if isinstance(error, OSError) and not self._is_told:
            with suppress(OSError):  # where the words go, such as a file on the same disk
                self.fails(error)


def _own_file(first: Path) -> tuple[Path, BaseFileLock]:
    """Return the first file that no other process has, and what keeps them from it."""
    for number in count(1):
        path = first if number == 1 else first.with_stem(f"{first.stem}-{number}")
        lock = FileLock(path.with_suffix(".lock"), blocking=False, thread_local=False)
        with suppress(Timeout):
            lock.acquire()
            return path, lock
    raise AssertionError("numbers do not end")
