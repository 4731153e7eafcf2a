"""Reads a script's lines without blocking the event loop."""

import asyncio
import io
import os
import threading
from collections.abc import AsyncIterator, Iterator
from typing import TextIO

_CHUNK_BYTES = 65_536
_READ_AHEAD = 64
"""Lines that wait at the most; the rest of a large file stays in the file."""


async def read_lines(stream: TextIO) -> AsyncIterator[str]:
    """Yield the lines of a stream, without their ends."""
    loop = asyncio.get_running_loop()
    arrived: asyncio.Queue[str | None] = asyncio.Queue()
    room = threading.Semaphore(_READ_AHEAD)

    def read() -> None:
        try:
            for line in _raw_lines(stream):
                room.acquire()
                loop.call_soon_threadsafe(arrived.put_nowait, line)
            loop.call_soon_threadsafe(arrived.put_nowait, None)
        except RuntimeError:
            return  # the loop is closed: nobody listens any more

    # A daemon, since nothing can wake a thread that waits for a line when we have to stop.
    threading.Thread(target=read, name="stdin", daemon=True).start()
    while (line := await arrived.get()) is not None:
        room.release()
        yield line


def _raw_lines(stream: TextIO) -> Iterator[str]:
    """Read the file beneath the stream: a thread blocked inside `sys.stdin` breaks shutdown."""
    try:
        handle = stream.fileno()
    except io.UnsupportedOperation:
        yield from (line.removesuffix("\n") for line in stream)
        return
    rest = b""
    is_first = True
    while chunk := os.read(handle, _CHUNK_BYTES):
        *whole, rest = (rest + chunk).split(b"\n")
        for line in whole:
            yield _decoded(line, is_first)
            is_first = False
    if rest:
        yield _decoded(rest, is_first)


def _decoded(line: bytes, is_first: bool) -> str:
    """Decode whatever comes; a byte that is not UTF-8 becomes a lone surrogate."""
    text = line.removesuffix(b"\r").decode("utf-8", "surrogateescape")
    return text.removeprefix("\ufeff") if is_first else text


async def script_lines(lines: AsyncIterator[str]) -> AsyncIterator[str]:
    r"""Yield what a script says: no blank lines, no comments, and `\` at an end continues.

    A continued line keeps its line break, so that a text of several lines can be given.
    """
    begun: list[str] = []
    async for line in lines:
        if not begun and (not line.strip() or line.startswith("#")):
            continue
        if _is_continued(line):
            begun.append(line[:-1])
            continue
        yield "\n".join((*begun, line))
        begun = []
    if begun:
        yield "\n".join(begun)


def _is_continued(line: str) -> bool:
    r"""Whether an odd number of `\` ends the line; an even number is just text."""
    return (len(line) - len(line.rstrip("\\"))) % 2 == 1
