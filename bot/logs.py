"""The log in the data folder: what people see is said by the doors, not by the log.

Strangers must not be able to fill it, and so to wipe what stands in it: a record is cut, and what
they send that is no HTTP, or not signed, is noted without a word of it, and not for ever.
"""

import logging
import logging.handlers
from pathlib import Path

from bot.operating.log_limits import Repeated, Strangers
from bot.operating.log_lines import HumanLines, JsonLines, Where

_LOG_BYTES = 5 * 1024 * 1024
_KEPT_FILES = 3
_WORDY = ("aiohttp", "discord", "slack_bolt", "slack_sdk")


def start_log(folder: Path, level: str, *, as_json: bool = False) -> None:
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
    handler.setFormatter(JsonLines() if as_json else HumanLines())
    for each in (Strangers(), Repeated(), Where()):
        handler.addFilter(each)
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for name in _WORDY:  # at DEBUG they write down people's words and the tokens of answers
        logging.getLogger(name).setLevel(max(logging.INFO, logging.getLevelName(level)))
    logging.getLogger("alembic").setLevel(logging.WARNING)  # it tells of every opening
