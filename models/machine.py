"""What this process may use of the machine: cores and memory, as its control groups allow.

A container sees the cores and the memory of the whole machine, but is stopped at its own limits:
by being made to wait, and by being killed. Linux writes them into files, in one tree of folders
(version 2 of control groups) or in one for each resource (version 1). Elsewhere there are none.

Source: https://docs.kernel.org/admin-guide/cgroup-v2.html, and cgroup-v1/memory.html there
"""

import os
import platform
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path, PurePosixPath

import psutil

_NO_LIMIT = 1 << 60
"""Version 1 writes a number as large as this where there is none."""
_CALCULATING = ("amx", "asimd", "avx", "bf16", "fma", "i8mm", "sse4", "sve")
"""How the names of what counts there begin, as Linux writes them."""


@lru_cache(1)
def processor() -> str:
    """Name what the processor can do: numbers of one kind may come out otherwise on another.

    Where it multiplies bytes without VNNI, sums in between are cut at 16 bits.
    """
    features: set[str] = set()
    with suppress(OSError), Path("/proc/cpuinfo").open(encoding="ascii", errors="replace") as file:
        line = next((each for each in file if each.startswith(("flags", "Features"))), "")
        features = {each for each in line.split() if each.startswith(_CALCULATING)}
    # Elsewhere the name must do; on Linux asking for it would start a process.
    return " ".join([platform.machine(), *(sorted(features) or [platform.processor()])])


@dataclass(frozen=True, slots=True)
class Machine:
    """The machine that we are on; tests give one whose files are their own."""

    groups: Path = Path("/sys/fs/cgroup")
    own_groups: Path = Path("/proc/self/cgroup")

    def cores(self) -> int:
        """Return on how many cores threads may run at once, one at least."""
        if hasattr(os, "sched_getaffinity"):
            allowed = len(os.sched_getaffinity(0))
        else:
            allowed = os.cpu_count() or 1
        # A share of a core is left out: who has used up a quota is stopped with all its threads.
        return max(1, min([allowed, *(int(quota) for quota in self._core_quotas())]))

    def memory_bytes(self) -> int:
        """Return how much memory there is for this process and those that share its limits."""
        limits = (limit for limit, _ in self._memory_groups())
        return min([psutil.virtual_memory().total, *limits])

    def free_bytes(self) -> int:
        """Return how much of it nobody uses: what is kept of files counts as free."""
        free = (limit - used for limit, used in self._memory_groups())
        return max(0, min([psutil.virtual_memory().available, *free]))

    def _core_quotas(self) -> Iterator[float]:
        for folder in self._folders("cpu"):
            for files in _CORE_FILES:
                match [word for name in files for word in _words(folder / name)]:
                    case [quota, period] if quota.isdecimal() and period.isdecimal():
                        yield int(quota) / int(period)

    def _memory_groups(self) -> Iterator[tuple[int, int]]:
        """Yield the limit of each group that we are in, and what it uses beyond files."""
        for folder in self._folders("memory"):
            for limit_file, used_file, files_key in _MEMORY_FILES:
                limit, used = _number(folder / limit_file), _number(folder / used_file)
                if limit is not None and used is not None and limit < _NO_LIMIT:
                    yield limit, max(0, used - _kept_of_files(folder, files_key))

    def _folders(self, controller: str) -> Iterator[Path]:
        """Yield our group's folders and those above, which limit it as well."""
        for line in _lines(self.own_groups):
            _, controllers, path = line.split(":", 2)
            if controllers and controller not in controllers.split(","):
                continue
            root = self.groups / controllers if controllers else self.groups
            own = PurePosixPath(path.lstrip("/"))
            yield from (root / each for each in (own, *own.parents))


_CORE_FILES = (("cpu.max",), ("cpu.cfs_quota_us", "cpu.cfs_period_us"))
_MEMORY_FILES = (
    ("memory.max", "memory.current", "inactive_file"),
    ("memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file"),
)


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text("ascii").splitlines()
    except (OSError, ValueError):
        return []


def _words(path: Path) -> list[str]:
    return [word for line in _lines(path) for word in line.split()]


def _number(path: Path) -> int | None:
    words = _words(path)
    return int(words[0]) if words and words[0].isdecimal() else None


def _kept_of_files(folder: Path, key: str) -> int:
    """The part of a group's use that the kernel gives back when somebody needs it."""
    facts = dict(line.split(" ", 1) for line in _lines(folder / "memory.stat") if " " in line)
    value = facts.get(key, "")
    return int(value) if value.isdecimal() else 0
