"""Speaks to the real `tokki chat --json` in a process of its own, as a script does."""

import json
import subprocess
import sys
import threading
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from tests.prepared import find_shared
from tests.waiting import PATIENCE_S

Answer = dict[str, Any]
ROOT = Path(__file__).parents[3]


class JsonChat:
    """One user's terminal. `restart` ends the process and starts another on the same data."""

    def __init__(self, data_dir: Path, *options: str) -> None:
        self.told: list[str] = []
        """Progress: the lines of standard error."""
        self._command = [
            *(sys.executable, "-m", "bot", "chat", "--json", "--language", "en"),
            *("--data", str(data_dir), *options),
        ]
        self._last = ""
        find_shared(data_dir)
        self.process = self._start()

    def say(self, line: str) -> Answer:
        """Give one line and return its reply."""
        self.write(line)
        return self.read()

    def press(self, control: str, value: str | None = None) -> Answer:
        """Press a control of any earlier answer."""
        return self.say(f"!press {control} {value or ''}".strip())

    def write(self, line: str) -> None:
        """Give one line without waiting."""
        assert self.process.stdin
        self._last = line
        self.process.stdin.write(f"{line}\n")
        self.process.stdin.flush()

    def read(self, patience_s: float = PATIENCE_S) -> Answer:
        """Wait for the next reply."""
        assert self.process.stdout
        too_late = threading.Timer(patience_s, self.process.kill)
        too_late.start()
        line = self.process.stdout.readline()
        too_late.cancel()
        ended = f"the chat ended with {self.process.wait()}" if not line else ""
        assert line, f"no reply to {self._last!r} within {patience_s} s; {ended}: {self.told}"
        answer: Answer = json.loads(line)
        return answer

    def restart(self) -> None:
        """End the process as its user would, and start another."""
        self.close()
        self.process = self._start()

    def close(self) -> int:
        """End the input, wait, and return the exit code."""
        assert self.process.stdin and self.process.stdout
        self.process.stdin.close()
        code = self.process.wait(PATIENCE_S)
        self.process.stdout.close()
        self._listening.join()
        return code

    def __enter__(self) -> Self:
        return self

    def end(self) -> None:
        """Kill the process whatever it does, and start another."""
        self._kill()
        self.process = self._start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._kill()

    def _kill(self) -> None:
        self.process.kill()
        self.process.wait()
        self._listening.join()
        for stream in (self.process.stdin, self.process.stdout):
            if stream:
                stream.close()

    def _start(self) -> "subprocess.Popen[str]":
        process = subprocess.Popen(
            self._command,
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )
        # It must be read, lest the process waits for room.
        self._listening = threading.Thread(target=self._listen, args=(process,), daemon=True)
        self._listening.start()
        return process

    def _listen(self, process: "subprocess.Popen[str]") -> None:
        assert process.stderr
        with process.stderr:
            self.told.extend(process.stderr)
