"""A script's lines, from whatever bytes."""

import io
import os
from pathlib import Path

import pytest

from bot.on_terminal.scripted.lines import read_lines, script_lines


async def read(path: Path) -> list[str]:
    with path.open(encoding="utf-8") as stream:
        return [line async for line in script_lines(read_lines(stream))]


@pytest.mark.parametrize(
    ("content", "lines"),
    [
        (b"", []),
        (b"/a\n/b\n", ["/a", "/b"]),
        (b"/a\r\n\r\n/b", ["/a", "/b"]),
        (b"# no\n\n   \n/a # yes\n", ["/a # yes"]),
        (b"/a\\\n# b\\\n\n/c", ["/a\n# b\n", "/c"]),
        (b"/a \\\\\n/b\\", ["/a \\\\", "/b"]),
        (b"\xef\xbb\xbf/a", ["/a"]),
        (b"/a \xff\xed\xa0\x80\x00", ["/a \udcff\udced\udca0\udc80\x00"]),
        ("/사랑".encode() * 50_000, ["/사랑" * 50_000]),
        (b"/x\n" * 500, ["/x"] * 500),
    ],
)
async def test_lines_of_a_file(tmp_path: Path, content: bytes, lines: list[str]) -> None:
    path = tmp_path / "script"
    path.write_bytes(content)
    assert await read(path) == lines


async def test_lines_of_a_stream_without_a_file() -> None:
    assert [line async for line in read_lines(io.StringIO("/a\n/b"))] == ["/a", "/b"]


async def test_a_line_is_read_before_the_next_is_written() -> None:
    reading, writing = os.pipe()
    with os.fdopen(reading) as stream, os.fdopen(writing, "w") as pipe:
        lines = read_lines(stream)
        for line in ("/a", "/b"):
            pipe.write(f"{line}\n")
            pipe.flush()
            assert await anext(lines) == line
        pipe.close()
        assert [line async for line in lines] == []
