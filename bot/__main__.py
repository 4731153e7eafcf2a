"""Entry point of `tokki` and of `python -m bot`: nothing slow is imported before `main`."""

import gc
import os
import signal
from types import FrameType

INTERRUPTED = 130


def main() -> None:
    """Run the command line. Ctrl-C ends it at once while nothing but imports has begun."""
    signal.signal(signal.SIGINT, _leave)
    gc.disable()  # what is imported is no garbage; `outcome.py` goes on once all of it is there
    from bot.command_line.cli import cli  # noqa: PLC0415 - what it imports takes a while

    cli()


def _leave(number: int, frame: FrameType | None) -> None:
    """An exception would be a traceback, or be swallowed by whatever is being imported."""
    os._exit(INTERRUPTED)


if __name__ == "__main__":
    main()
