"""What reading somebody's files may take; the system ends the process that takes more."""

import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from models.units import MB

_KB = 1024


@dataclass(frozen=True, slots=True)
class Allowance:
    """For one reading, beyond what the process has taken before."""

    memory_bytes: int
    cpu_s: int
    wall_s: float
    """Much more than that, since the chat goes first on a machine that is busy."""


OF_PLAIN_FILES = Allowance(memory_bytes=256 * MB, cpu_s=10, wall_s=60.0)
"""For what needs neither torch nor transformers."""
OF_NETWORKS = Allowance(memory_bytes=2048 * MB, cpu_s=40, wall_s=180.0)
"""The largest vocabularies take a gigabyte for some seconds."""


def enforce(allowance: Allowance) -> None:
    """Limit the process that this runs in, from now on; where the system has no limits, do nothing.

    Memory is that which the process writes to and shares with nobody, as Linux counts it: of
    addresses alone torch takes gigabytes.
    """
    if sys.platform == "win32":
        return
    import resource  # noqa: PLC0415 - of Unix
    import signal  # noqa: PLC0415

    used = resource.getrusage(resource.RUSAGE_SELF)
    cpu_s = int(used.ru_utime + used.ru_stime) + allowance.cpu_s
    _limit(resource.RLIMIT_CPU, cpu_s)
    _limit(resource.RLIMIT_CORE, 0)
    if data_bytes := _data_bytes():
        _limit(resource.RLIMIT_DATA, data_bytes + allowance.memory_bytes)
    # Should nobody be left to end it, it ends itself.
    signal.setitimer(signal.ITIMER_REAL, allowance.wall_s)


def relax() -> None:
    """Stop the clock of a reading that is over."""
    if sys.platform != "win32":
        import signal  # noqa: PLC0415 - of Unix

        signal.setitimer(signal.ITIMER_REAL, 0)


def _limit(what: int, most: int) -> None:
    import resource  # noqa: PLC0415 - of Unix

    _, hard = resource.getrlimit(what)
    resource.setrlimit(what, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))


def _data_bytes() -> int:
    """How much Linux counts by now; 0 elsewhere."""
    with suppress(OSError):
        for line in Path("/proc/self/status").read_text("ascii", "replace").splitlines():
            if line.startswith("VmData:"):
                return int(line.split()[1]) * _KB
    return 0
