"""How long loading has usually taken on this machine, kept over restarts in a small file."""

import json
import logging
import os
import threading
from collections import OrderedDict, deque
from contextlib import suppress
from pathlib import Path
from statistics import median

_REMEMBERED_LOADS = 5
_MOST_ENTRIES = 256
_LARGEST_FILE_BYTES = 1_000_000

_Entry = tuple[str, str, bool]
"""Full name, engine, and whether it was the first load of its process, which imports a lot."""

log = logging.getLogger(__name__)


class LoadTimes:
    """The latest load times of each checkpoint; without a path they are forgotten at the end.

    A file that cannot be read or written costs the memory, never an answer.
    """

    def __init__(self, path: Path | None = None) -> None:
        self._path = path
        self._writing = threading.Lock()
        self._is_first = True
        self._times = _read(path) if path else OrderedDict()

    def usual_s(self, full_name: str) -> float | None:
        """Return how long the next load will probably take, whichever engine was the latest."""
        known = [entry for entry in reversed(self._times) if entry[0] == full_name]
        alike = [entry for entry in known if entry[2] == self._is_first]
        best = next(iter((*alike, *known)), None)
        return median(self._times[best]) if best else None

    def note(self, full_name: str, engine: str, seconds: float) -> None:
        """Remember a load; `save` writes it down."""
        entry = (full_name, engine, self._is_first)
        self._is_first = False
        self._times.setdefault(entry, deque(maxlen=_REMEMBERED_LOADS)).append(round(seconds, 3))
        self._times.move_to_end(entry)
        while len(self._times) > _MOST_ENTRIES:
            self._times.popitem(last=False)

    def save(self) -> None:
        """Write the file in one step. Blocks: call it in a thread."""
        if self._path is None:
            return
        with self._writing:
            rows = [[*entry, list(seconds)] for entry, seconds in self._times.copy().items()]
            beside = self._path.with_name(f"{self._path.name}.{os.getpid()}")
            try:
                self._path.parent.mkdir(parents=True, exist_ok=True)
                beside.write_text(json.dumps(rows, ensure_ascii=False), "utf-8")
                beside.replace(self._path)
            except OSError as error:
                log.warning("load times are not kept: %s", error)
                with suppress(OSError):
                    beside.unlink()


def _read(path: Path) -> OrderedDict[_Entry, deque[float]]:
    times: OrderedDict[_Entry, deque[float]] = OrderedDict()
    try:
        if path.stat().st_size > _LARGEST_FILE_BYTES:
            raise ValueError("too large")
        for name, engine, is_first, seconds in json.loads(path.read_text("utf-8")):
            kept = [float(each) for each in seconds if each >= 0]
            if kept:
                entry = (str(name), str(engine), bool(is_first))
                times[entry] = deque(kept, maxlen=_REMEMBERED_LOADS)
    except FileNotFoundError:
        pass
    except (OSError, ValueError, TypeError, RecursionError) as error:
        log.warning("load times are forgotten: %s cannot be read: %s", path.name, error)
        times.clear()
    while len(times) > _MOST_ENTRIES:
        times.popitem(last=False)
    return times
