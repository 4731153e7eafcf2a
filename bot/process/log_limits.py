"""What strangers can cause in the log, however often they like, wipes nothing else out of it."""

import logging
import sys
import traceback
from dataclasses import dataclass

MOST_A_MINUTE = 60
_MARK = "is_of_a_stranger"
OF_STRANGERS = {_MARK: True}
"""Goes with a record (`extra`) that anybody can cause, however often they like."""
_AGAIN_AFTER_S = 3600.0
_MOST_KNOWN = 1_000


class Strangers(logging.Filter):
    """Says no more than that of requests that are no HTTP; aiohttp would repeat all of them.

    Of many in one minute the first ones are enough.
    """

    def __init__(self) -> None:
        super().__init__()
        self._minute, self._count = 0, 0

    def filter(self, record: logging.LogRecord) -> bool:
        """Tell whether to write it."""
        error = record.exc_info[1] if record.exc_info else None
        if _is_no_http(error):
            record.msg, record.args = "not HTTP: %s", (type(error).__name__,)
            record.exc_info = record.exc_text = None
        elif not getattr(record, _MARK, False):
            return True
        if self._minute != (minute := int(record.created // 60)):
            self._minute, self._count = minute, 0
        self._count += 1
        return self._count <= MOST_A_MINUTE


def _is_no_http(error: BaseException | None) -> bool:
    """Whether aiohttp says so; where nobody has imported it, it has said nothing."""
    said = sys.modules.get("aiohttp.http_exceptions")
    return said is not None and isinstance(error, said.HttpProcessingError)


@dataclass(slots=True)
class _Count:
    minute: int
    written: int = 0
    left_out: int = 0


class Repeated(logging.Filter):
    """Writes a traceback once an hour, and so many records of one line of code a minute."""

    def __init__(self) -> None:
        super().__init__()
        self._traced_at: dict[tuple[str, str, int], float] = {}
        self._lines: dict[tuple[str, int], _Count] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Tell whether to write it; a traceback that is there already is left out."""
        self._leave_out_a_known_traceback(record)
        key, minute = (record.pathname, record.lineno), int(record.created // 60)
        count = self._lines.setdefault(key, _Count(minute))
        if count.minute != minute:
            if count.left_out:
                record.msg = f"{record.getMessage()} ({count.left_out} more like it left out)"
                record.args = None
            self._lines[key] = count = _Count(minute)
        count.written += 1
        if count.written <= MOST_A_MINUTE:
            return True
        count.left_out += 1
        return False

    def _leave_out_a_known_traceback(self, record: logging.LogRecord) -> None:
        error = record.exc_info[1] if record.exc_info else None
        frames = traceback.extract_tb(error.__traceback__) if error else None
        if not error or not frames:
            return
        kind, last = type(error).__name__, frames[-1]
        key = (kind, last.filename, last.lineno or 0)
        before = self._traced_at.get(key)
        if before is not None and record.created - before < _AGAIN_AFTER_S:
            record.exc_info = record.exc_text = None
            where = f"{last.name}, line {last.lineno}"
            record.msg = f"{record.getMessage()} ({kind} in {where}, as before)"
            record.args = None
            return
        if len(self._traced_at) >= _MOST_KNOWN:
            self._traced_at.clear()
        self._traced_at[key] = record.created
