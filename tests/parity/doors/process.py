"""`tokki run` in a process of its own, and a loop in a thread for the server that it speaks to."""

import asyncio
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Coroutine, Mapping
from pathlib import Path
from typing import Any, TypeVar

from tests.prepared import find_shared
from tests.waiting import PATIENCE_S, story

ROOT = Path(__file__).parents[3]
LONG_S = 2 * PATIENCE_S
"""For what was begun: a training gives way to all else, so on a busy machine it hardly moves."""
_TO_SAY_WHY_S = 10

Result = TypeVar("Result")


class LoopThread:
    """Runs coroutines for code that is not asynchronous."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()

    def do(self, work: Coroutine[Any, Any, Result], patience_s: float = PATIENCE_S) -> Result:
        """Return what comes of some work, which may itself give up after `patience_s` and say why.

        Raises:
            AssertionError: it has not ended by then.
        """
        doing = asyncio.run_coroutine_threadsafe(work, self._loop)
        try:
            return doing.result(patience_s + _TO_SAY_WHY_S)
        except TimeoutError:
            if doing.done():
                raise
            raise AssertionError(story(work.__qualname__, patience_s)) from None

    def close(self) -> None:
        """Stop the loop."""
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


class TokkiRun:
    """The command as its operator runs it, in English."""

    def __init__(self, data_dir: Path, settings: Mapping[str, str], *options: str) -> None:
        fixed = {
            "TOKKI_DATA_DIR": str(data_dir),
            "TOKKI_LANGUAGE": "en",
            "TOKKI_COMMANDS_A_MINUTE": "600",  # nobody here takes time to read
        }
        find_shared(data_dir)
        self._process = subprocess.Popen(
            [sys.executable, "-m", "bot", "run", *options],
            cwd=ROOT,
            env=os.environ | fixed | settings,
            stdout=subprocess.DEVNULL,
        )

    @property
    def pid(self) -> int:
        """The number of its process."""
        return self._process.pid

    def stop(self) -> None:
        """End it by SIGTERM; it has to end well."""
        self._process.send_signal(signal.SIGTERM)
        assert self._process.wait(PATIENCE_S) == 0

    def kill(self) -> None:
        """End it whatever it does."""
        self._process.kill()
        self._process.wait()
