"""The engine's child processes: how one is started, how modest it is, and that it ends with us.

Standard input brings what a child is asked for and then stays open for as long as its parent lives.
"""

import os
import signal
import sys
import threading
from asyncio import create_subprocess_exec
from asyncio.subprocess import PIPE, Process
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import IO

_ROOT = Path(__file__).resolve().parents[1]
_KEPT_VARIABLES = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "LD_LIBRARY_PATH", "SYSTEMROOT")
_STDIN = 0
_CHUNK = 1 << 16
_LONGEST_LINE = 1 << 25
"""What was said of thousands of texts by a hundred labels is one."""
_NICENESS = 10
_FIRST_TO_BE_KILLED = "1000"


async def start(
    module: str, threads: int, *, stdout: int = PIPE, stderr: int | IO[bytes] = PIPE
) -> Process:
    """Run a module of ours, in a session of its own: Ctrl-C is for the parent to handle."""
    process = await create_subprocess_exec(
        sys.executable,
        "-P",  # nothing is imported from the folder that the parent happens to run in
        "-m",
        module,
        stdin=PIPE,
        stdout=stdout,
        stderr=stderr,
        env=environment(threads),
        limit=_LONGEST_LINE,
        start_new_session=True,
    )
    _let_others_go_first(process.pid)
    return process


async def hand_over(child: Process, content: bytes) -> None:
    """Write it and leave the pipe open: its end tells the child that the bot is gone."""
    assert child.stdin is not None
    with suppress(BrokenPipeError, ConnectionResetError):  # a dead child is noticed in reading
        child.stdin.write(content)
        await child.stdin.drain()


def _let_others_go_first(pid: int) -> None:
    """Be modest from the first import on, which takes seconds.

    Where Linux groups processes by session, their niceness counts within the session alone, and
    that of the session beside the chat's: https://man7.org/linux/man-pages/man7/sched.7.html
    """
    with suppress(AttributeError, OSError):  # it has ended, or the system knows no niceness
        os.setpriority(os.PRIO_PROCESS, pid, os.getpriority(os.PRIO_PROCESS, 0) + _NICENESS)
        Path(f"/proc/{pid}/autogroup").write_text(f"{_NICENESS}")


def environment(threads: int) -> dict[str, str]:
    """No secrets, no network, and no more threads than these."""
    kept = {name: os.environ[name] for name in _KEPT_VARIABLES if name in os.environ}
    return kept | {
        "PYTHONPATH": os.pathsep.join(_import_path()),
        "PYTHONUTF8": "1",
        "HF_HUB_OFFLINE": "1",
        "HF_HUB_DISABLE_IMPLICIT_TOKEN": "1",
        "HF_HUB_DISABLE_TELEMETRY": "1",
        "TOKENIZERS_PARALLELISM": "false",
        "CUDA_VISIBLE_DEVICES": "",
        "OMP_NUM_THREADS": str(threads),
        "OMP_WAIT_POLICY": "PASSIVE",  # threads that spin while they wait would stall the chat
    }


def step_back() -> None:
    """In a child: stop when told to, and die first when the machine runs out of memory."""
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text(_FIRST_TO_BE_KILLED)


def read_line() -> bytes:
    """In a child: what it is asked for; without a whole line nobody wants it."""
    line = bytearray()
    while not line.endswith(b"\n"):
        chunk = os.read(_STDIN, _CHUNK)
        if not chunk:
            sys.exit("The line is not whole.")
        line += chunk
    return bytes(line)


def end_with_parent(tidy: Callable[[], None] = lambda: None) -> None:
    """In a child: tidy and end once the parent's end of the pipe is gone, however it died."""

    def wait() -> None:
        while os.read(_STDIN, _CHUNK):
            pass
        tidy()
        os._exit(1)

    threading.Thread(target=wait, daemon=True).start()


def _import_path() -> list[str]:
    """Where the child finds this package, unless it is installed among the others."""
    inherited = os.environ.get("PYTHONPATH", "").split(os.pathsep)
    own = [] if _ROOT.name in {"site-packages", "dist-packages"} else [str(_ROOT)]
    return [*own, *filter(None, inherited)]
