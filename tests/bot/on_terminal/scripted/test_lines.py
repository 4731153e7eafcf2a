"""A script's lines, from whatever bytes."""

import io
import os
from pathlib import Path

import pytest

from bot.on_terminal.scripted.lines import read_lines, script_lines
from handlers.reading.decoding import Undecodable


async def read(path: Path, encoding: str | None = None) -> list[str]:
    with path.open(encoding="utf-8") as stream:
        return [line async for line in script_lines(read_lines(stream, encoding))]


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
        (b"/a\x00b", ["/a\x00b"]),
        ("/사랑\r\n/b\r\n".encode("utf-16"), ["/사랑", "/b"]),
        ("/사랑\n/b".encode("utf-16-le"), ["/사랑", "/b"]),
        ("/사랑\n/b".encode("utf-16-be"), ["/사랑", "/b"]),
        ("/사랑".encode() * 50_000, ["/사랑" * 50_000]),
        (b"/x\n" * 500, ["/x"] * 500),
    ],
)
async def test_lines_of_a_file(tmp_path: Path, content: bytes, lines: list[str]) -> None:
    path = tmp_path / "script"
    path.write_bytes(content)
    assert await read(path) == lines


async def test_a_line_in_another_encoding_is_read_if_somebody_says_so(tmp_path: Path) -> None:
    path = tmp_path / "script"
    path.write_bytes("/분류 재미있어요\n/b\n".encode("cp949"))
    assert await read(path, "cp949") == ["/분류 재미있어요", "/b"]
    path.write_bytes("/사랑\n".encode("utf-8-sig"))
    assert await read(path, "cp949") == ["/사랑"]  # its mark says it better


@pytest.mark.parametrize(
    ("content", "line", "looks_like"),
    [
        ("/분류 재미있어요\n".encode("cp949"), 1, "cp949"),
        (b"/a\n" * 30_000 + "/분류 최악\n".encode("cp949"), 30_001, "cp949"),
        ("/a 좋아\n".encode() + "/b 싫어".encode("cp949"), 2, "cp949"),
        ("/a très bon\n".encode("latin-1"), 1, "cp1252"),
        ("/a 좋아".encode()[:-1], 1, None),
        ("/a\n/b".encode("utf-16") + b"\x00", 2, None),
    ],
)
async def test_a_line_that_cannot_be_decoded_is_named_and_nothing_is_given(
    tmp_path: Path, content: bytes, line: int, looks_like: str | None
) -> None:
    path, given = tmp_path / "script", []
    path.write_bytes(content)
    with path.open(encoding="utf-8") as stream, pytest.raises(Undecodable) as caught:
        async for each in read_lines(stream):
            given.append(each)
    assert (caught.value.line, caught.value.looks_like) == (line, looks_like)
    assert given == []


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
