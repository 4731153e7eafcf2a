"""Reads a script's lines without blocking the event loop.

What has come by the time that it is read is decoded as a whole before its first line is given, so
that nothing of a script in another encoding is run.
"""

import asyncio
import io
import os
import select
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from typing import TextIO

from handlers.reading.decoding import TextDecoder, Undecodable

_CHUNK_BYTES = 65_536
_MOST_AT_ONCE = 16_000_000
"""Bytes; of a larger script the rest is decoded when its turn comes."""
_READ_AHEAD = 64
"""Lines that wait at the most; the rest of a large file stays in the file."""


async def read_lines(stream: TextIO, encoding: str | None = None) -> AsyncIterator[str]:
    """Yield the lines of a stream, without their ends.

    Args:
        stream: where they come from.
        encoding: of what is not in UTF-8, where somebody says so.

    Raises:
        Undecodable: a line is not in the encoding.
    """
    loop = asyncio.get_running_loop()
    arrived: asyncio.Queue[str | Undecodable | None] = asyncio.Queue()
    room = threading.Semaphore(_READ_AHEAD)

    def read() -> None:
        end: Undecodable | None = None
        with suppress(RuntimeError):  # the loop is closed: nobody listens any more
            try:
                for line in _lines(stream, encoding):
                    room.acquire()
                    loop.call_soon_threadsafe(arrived.put_nowait, line)
            except Undecodable as error:
                end = error
            loop.call_soon_threadsafe(arrived.put_nowait, end)

    # A daemon, since nothing can wake a thread that waits for a line when we have to stop.
    threading.Thread(target=read, name="stdin", daemon=True).start()
    while (line := await arrived.get()) is not None:
        if isinstance(line, Undecodable):
            raise line
        room.release()
        yield line


def _lines(stream: TextIO, encoding: str | None) -> Iterator[str]:
    """Read the file beneath the stream: a thread blocked inside `sys.stdin` breaks shutdown."""
    try:
        handle = stream.fileno()
    except io.UnsupportedOperation:
        yield from (line.removesuffix("\n") for line in stream)
        return
    decoder, rest = TextDecoder(encoding), ""
    for content, is_last in _chunks(handle):
        *whole, rest = (rest + decoder.decode(content, is_last=is_last)).split("\n")
        yield from (line.removesuffix("\r") for line in whole)
    if rest:
        yield rest.removesuffix("\r")


def _chunks(handle: int) -> Iterator[tuple[bytes, bool]]:
    """Wait for something to read, and yield all that is there then, and whether it is the end."""
    is_end = False
    while not is_end:
        found = bytearray()
        while not is_end and (not found or (len(found) < _MOST_AT_ONCE and _has_more(handle))):
            content = os.read(handle, _CHUNK_BYTES)
            is_end = not content
            found += content
        yield bytes(found), is_end


def _has_more(handle: int) -> bool:
    """Tell whether reading would not wait; Windows can say so of sockets only."""
    return os.name == "posix" and bool(select.select([handle], [], [], 0)[0])


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
