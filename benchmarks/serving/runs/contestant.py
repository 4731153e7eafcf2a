"""A contender's process, from its parent's side."""

import json
import os
import signal
import subprocess
import threading
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

from benchmarks.serving.askers import Options
from benchmarks.serving.plan import Contender

ROOT = Path(__file__).parents[3]
_LONGEST_S = 900.0


class Failed(Exception):
    """The contender cannot take part; the message says why."""


class Contestant:
    """A contender that runs. Between its turns the process is halted, so that it takes no time."""

    def __init__(self, contender: Contender, options: Options) -> None:
        """Start it. It takes part from when `wait_until_ready` returns."""
        self.contender = contender
        self.about: dict[str, Any] = {}
        command = [contender.python, "-m", "benchmarks.serving.runs.child", contender.kind]
        self._process = subprocess.Popen(
            [*command, json.dumps(asdict(options))],
            cwd=ROOT,
            env=environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )

    def wait_until_ready(self) -> None:
        """Return when it has loaded, or raise Failed."""
        self.about = self._listen()["about"]
        self._halt()

    def run(self, **order: object) -> dict[str, Any]:
        """Let it answer a load (`closed_loop.Load`, with `file` for the texts)."""
        self._go_on()
        assert self._process.stdin
        with suppress(BrokenPipeError):  # what it said last tells why
            self._process.stdin.write(json.dumps(order) + "\n")
            self._process.stdin.flush()
        outcome = self._listen()
        self.about = outcome["about"]
        self._halt()
        return outcome

    def close(self) -> None:
        """End the process."""
        self._go_on()
        assert self._process.stdin and self._process.stdout
        with suppress(BrokenPipeError):
            self._process.stdin.close()
        self._process.stdout.close()
        try:
            self._process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _listen(self) -> dict[str, Any]:
        assert self._process.stdout
        watch = threading.Timer(_LONGEST_S, self._process.kill)
        watch.start()
        line = self._process.stdout.readline()
        watch.cancel()
        said: dict[str, Any] = json.loads(line) if line else {"failed": "its process ended"}
        if "failed" in said:
            self.close()
            raise Failed(said["failed"])
        return said

    def _halt(self) -> None:
        if hasattr(signal, "SIGSTOP"):
            self._process.send_signal(signal.SIGSTOP)

    def _go_on(self) -> None:
        if hasattr(signal, "SIGCONT"):
            self._process.send_signal(signal.SIGCONT)


def environment() -> dict[str, str]:
    """Return the environment of processes that are measured: the code is here, the Hub is not."""
    return os.environ | {"PYTHONPATH": str(ROOT), "HF_HUB_OFFLINE": "1", "DO_NOT_TRACK": "1"}
