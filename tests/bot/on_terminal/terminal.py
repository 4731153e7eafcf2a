"""A person at a terminal: a real pty, with a screen that shows what people would see."""

import os
import signal
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import pexpect
import pyte

from tests.waiting import PATIENCE_S, story

COMMAND = ["-m", "tests.bot.on_terminal.run_echo"]
ROOT = Path(__file__).parents[3]
_PASTE_BYTES = 1024

CTRL_C, CTRL_D, CTRL_L = "\x03", "\x04", "\x0c"
ALT_ENTER, UP, TAB = "\x1b\r", "\x1b[A", "\t"


def environment(**changes: str) -> dict[str, str]:
    """Return an environment that does not depend on who runs the tests."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return kept | {"LANG": "C.UTF-8", "PYTHONPATH": str(ROOT), "TERM": "xterm-256color"} | changes


class Terminal:
    """A chat in a terminal of 80 by 24 cells."""

    def __init__(
        self,
        data_dir: Path,
        *arguments: str,
        command: Sequence[str] = COMMAND,
        answers: bool = True,
        **changes: str,
    ) -> None:
        self.screen = pyte.Screen(80, 24)
        self._stream = pyte.ByteStream(self.screen)
        self.raw = b""
        self._child: pexpect.spawn[bytes] = pexpect.spawn(
            sys.executable,
            [*command, str(data_dir), *arguments],
            env=environment(**changes),
            cwd=str(ROOT),
            dimensions=(24, 80),
        )
        self._child.delaybeforesend = None
        # Programs ask a terminal where its cursor is; a good one answers.
        if answers:
            setattr(self.screen, "write_process_input", self.type)  # noqa: B010 - a hook of pyte

    @property
    def lines(self) -> list[str]:
        """What is on the screen."""
        return [line.rstrip() for line in self.screen.display]

    @property
    def input_line(self) -> str:
        """The line that the cursor stands in."""
        return self.lines[self.screen.cursor.y]

    def type(self, keys: str | bytes) -> None:
        """Press keys; of a long paste, as many at a time as a pty takes."""
        rest = keys if isinstance(keys, bytes) else keys.encode()
        while rest:
            rest = rest[self._child.send(rest[:_PASTE_BYTES]) :]
            if rest:
                self._read(wait_s=0)

    def signal(self, number: int) -> None:
        """Send a signal to the chat's process."""
        self._child.kill(number)

    def wait_for(self, *texts: str) -> None:
        """Read until all the texts are on the screen."""
        self.wait_until(
            lambda: all(any(text in line for line in self.lines) for text in texts),
            " and ".join(map(repr, texts)),
        )

    def wait_gone(self, text: str) -> None:
        """Read until a text is on the screen no more."""
        self.wait_until(lambda: not any(text in line for line in self.lines), f"{text!r} to go")

    def wait_input(self, text: str) -> None:
        """Read until the input line is `text`."""
        self.wait_until(lambda: self.input_line == text, f"the input line {text!r}")

    def wait_until(self, is_so: Callable[[], bool], what: str) -> None:
        """Read until something holds of the screen."""
        deadline = time.monotonic() + PATIENCE_S
        while not is_so():
            assert time.monotonic() < deadline, story(what, PATIENCE_S, self._screen)
            self._read()

    def exit_code(self) -> int:
        """Read to the end, and return the exit code."""
        deadline = time.monotonic() + PATIENCE_S
        while self._read():
            assert time.monotonic() < deadline, story("the end", PATIENCE_S, self._screen)
        self._child.close()
        status = self._child.exitstatus
        return -1 if status is None else status

    def close(self) -> None:
        """End the chat, however it is; pexpect itself waits for its end a tenth of a second."""
        if self._child.isalive():
            self._child.kill(signal.SIGKILL)
            self._child.wait()
        self._child.close(force=True)

    def _screen(self) -> str:
        return "\n".join(("", *self.lines))

    def _read(self, wait_s: float = 0.05) -> bool:
        """Read what has come; false once the chat has ended."""
        try:
            data: bytes = self._child.read_nonblocking(65_536, timeout=wait_s)
        except pexpect.TIMEOUT:
            return True
        except pexpect.EOF:
            return False
        self.raw += data
        self._stream.feed(data)
        return True
