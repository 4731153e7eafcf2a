"""A cluster of Ray on loopback that can be let die, part by part; it needs `tokki[ray]`."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from tests.servers.ports import free_port

ROOT = Path(__file__).parents[2]
_PROCESS = Path(__file__).with_name("ray_process.py")


class RayNodes:
    """A head and two nodes that compute."""

    def __init__(self, process: "subprocess.Popen[str]", port: int, log: Path) -> None:
        self._process = process
        self._log = log
        self.address = f"http://127.0.0.1:{port}"

    def do(self, what: str) -> None:
        """Let something happen to them, a method of `ray_process.Nodes`, and wait until it has."""
        assert self._process.stdin
        self._process.stdin.write(f"{what}\n")
        self._process.stdin.flush()
        self.answered()

    def answered(self) -> None:
        """Wait until they have done as told."""
        assert self._process.stdout
        assert self._process.stdout.readline().strip() == "done", self._log.read_text()


@contextmanager
def running_nodes(**settings: str) -> Iterator[RayNodes]:
    """Start them, with more in their environment, and let nothing be left of them."""
    folder = Path(tempfile.mkdtemp(prefix="ray-", dir="/tmp"))  # the names of sockets are short
    port, log = free_port(), folder / "log"
    try:
        with log.open("w") as said, _started(port, folder, settings, said) as process:
            nodes = RayNodes(process, port, log)
            nodes.answered()
            yield nodes  # at the end their input is closed, and all is waited for
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _started(
    port: int, folder: Path, settings: Mapping[str, str], said: IO[str]
) -> "subprocess.Popen[str]":
    own = {
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
        "PYTHONPATH": str(ROOT),
        "XDG_CACHE_HOME": str(folder / "cache"),
        "RAY_TMPDIR": str(folder),
        "RAY_USAGE_STATS_ENABLED": "0",
    }
    return subprocess.Popen(
        [sys.executable, _PROCESS, str(port)],
        cwd=folder,
        env=os.environ | own | settings,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=said,
        text=True,
    )
