"""How a record of the log is written: a line for people, or JSON for a collector of logs.

Both name the community and the door for which somebody worked. No text that people gave is put into
a record; should a token get into one, such as by a library's exception, it is not written.
"""

import json
import logging
import re
from datetime import UTC, datetime

from handlers.guard.log_context import ASKED_IN

_LONGEST_RECORD = 16_000
_TOKENS = re.compile(
    r"xox[a-z](?:\.xox[a-z])?-[\w-]{6,}|xapp-[\w-]{6,}|\bhf_\w{8,}"
    r"|\b[\w-]{23,28}\.[\w-]{6,7}\.[\w-]{27,}|(?<=Bearer )\S+|(?<=Bot )\S{20,}"
)


class Where(logging.Filter):
    """Adds to each record where it belongs."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let everything pass."""
        place = ASKED_IN.get()
        record.community = place.community if place else None
        record.door = place.platform if place else None
        return True


class HumanLines(logging.Formatter):
    """A line, with its community in brackets; what is too long is cut in the middle."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s%(where)s: %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        """Write one."""
        community = getattr(record, "community", None)
        record.where = f" [{community}]" if community else ""
        return bounded(without_tokens(super().format(record)))


class JsonLines(logging.Formatter):
    """An object a line: time, level, logger, message, and what there is of the rest."""

    def format(self, record: logging.LogRecord) -> str:
        """Write one."""
        said: dict[str, str] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": bounded(without_tokens(record.getMessage())),
        }
        for name in ("reference", "community", "door"):
            if value := getattr(record, name, None):
                said[name] = str(value)
        if record.exc_info:
            said["error"] = bounded(without_tokens(self.formatException(record.exc_info)))
        return json.dumps(said, ensure_ascii=False)


def without_tokens(text: str) -> str:
    """Return the text with stars in the place of tokens."""
    return _TOKENS.sub("***", text)


def bounded(text: str) -> str:
    """Cut the middle out of what is too long: a traceback says at its end what it was."""
    left_out = len(text) - _LONGEST_RECORD
    if left_out <= 0:
        return text
    half = _LONGEST_RECORD // 2
    return f"{text[:half]}\n… {left_out} characters left out …\n{text[-half:]}"
