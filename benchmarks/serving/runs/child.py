"""A contender's process: a line of JSON in, a line of JSON out. See `contestant`, its parent."""

import asyncio
import ctypes
import json
import os
import signal
import sys
from collections.abc import AsyncIterator
from dataclasses import asdict
from pathlib import Path
from typing import IO, Any

from benchmarks.serving.askers import Options, opened
from benchmarks.serving.machine import peak_bytes
from benchmarks.serving.runs.closed_loop import Asker, Load, run

_PR_SET_PDEATHSIG = 1


def main() -> None:
    """Open the contender, then serve loads until the input ends."""
    _end_with_parent()
    kind, options = sys.argv[1], Options(**json.loads(sys.argv[2]))
    with os.fdopen(os.dup(1), "w", encoding="utf-8") as out:
        os.dup2(2, 1)  # what libraries print is no answer
        try:
            asyncio.run(_serve(kind, options, out))
        except Exception as error:
            _say(out, {"failed": f"{type(error).__name__}: {error}"[:300]})


def _end_with_parent() -> None:
    """Ask Linux to: who was halted when the parent was killed would stay for ever."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


async def _serve(kind: str, options: Options, out: IO[str]) -> None:
    async with opened(kind, options) as asker:
        _say(out, {"about": asker.about()})
        async for order in _orders():
            _say(out, await _carry_out(asker, order))


async def _carry_out(asker: Asker, order: dict[str, Any]) -> dict[str, Any]:
    texts = _read(Path(order.pop("file")))
    outcome = await run(asker, Load(texts=texts, **order))
    about = {"about": asker.about(), "peak_bytes": peak_bytes()}
    return asdict(outcome) | about


def _read(path: Path) -> list[str]:
    texts: list[str] = json.loads(path.read_text("utf-8"))
    return texts


async def _orders() -> AsyncIterator[dict[str, Any]]:
    # In a thread: an engine may prepare itself while nobody asks.
    while line := await asyncio.to_thread(sys.stdin.readline):
        yield json.loads(line)


def _say(out: IO[str], message: dict[str, Any]) -> None:
    out.write(json.dumps(message) + "\n")
    out.flush()


if __name__ == "__main__":
    main()
