"""The log in the data folder: what people see is said by the doors, not by the log.

Strangers must not be able to fill it, and so to wipe what stands in it: a record is cut, and what
they send that is no HTTP is noted in a short line, and not for ever.
"""

import logging
import logging.handlers
from pathlib import Path

from aiohttp.http_exceptions import HttpProcessingError

_LOG_BYTES = 5 * 1024 * 1024
_KEPT_FILES = 3
_LONGEST_RECORD = 16_000
_LONGEST_EXCERPT = 200
_MOST_A_MINUTE = 60
_WORDY = ("aiohttp", "aiosqlite", "discord", "slack_bolt", "slack_sdk")


def start_log(folder: Path, level: str) -> None:
    """Log to a file in a folder, from now on."""
    logging.raiseExceptions = False  # a log that cannot be written draws no traceback into the chat
    handler = logging.handlers.RotatingFileHandler(
        folder / "tokki.log",
        maxBytes=_LOG_BYTES,
        backupCount=_KEPT_FILES,
        encoding="utf-8",
        errors="backslashreplace",
        delay=True,
    )
    handler.setFormatter(_Short("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    handler.addFilter(_MalformedRequests())
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for name in _WORDY:  # at DEBUG they write down people's words and the tokens of answers
        logging.getLogger(name).setLevel(max(logging.INFO, logging.getLevelName(level)))
    logging.getLogger("alembic").setLevel(logging.WARNING)  # it tells of every opening


class _Short(logging.Formatter):
    """Cuts the middle out of a record that is too long: a traceback says at its end what it was."""

    def format(self, record: logging.LogRecord) -> str:
        text = super().format(record)
        left_out = len(text) - _LONGEST_RECORD
        if left_out <= 0:
            return text
        half = _LONGEST_RECORD // 2
        return f"{text[:half]}\n… {left_out} characters left out …\n{text[-half:]}"


class _MalformedRequests(logging.Filter):
    """Shortens what aiohttp says of requests that are no HTTP, which repeats all of them.

    Of many in one minute the first ones are enough.
    """

    def __init__(self) -> None:
        super().__init__()
        self._minute, self._count = 0, 0

    def filter(self, record: logging.LogRecord) -> bool:
        error = record.exc_info[1] if record.exc_info else None
        if not isinstance(error, HttpProcessingError):
            return True
        said = repr(error.message)[:_LONGEST_EXCERPT]
        record.msg, record.args = "not HTTP: %s %s", (type(error).__name__, said)
        record.exc_info = record.exc_text = None
        if self._minute != (minute := int(record.created // 60)):
            self._minute, self._count = minute, 0
        self._count += 1
        return self._count <= _MOST_A_MINUTE
