"""The lines of a file, decoded strictly in an encoding that is found first, in bounded memory."""

from collections.abc import Iterator
from io import IncrementalNewlineDecoder
from typing import BinaryIO

from handlers.reading.decoding import TextDecoder, Undecodable, encoding_of
from handlers.types import UserError

PIECE_BYTES = 1 << 16
MOST_LINE_CHARACTERS = 1_000_000


def encoding_in(source: BinaryIO) -> str:
    """Return how a file is encoded: all of it is read, so that nothing turns up later.

    What is not UTF-8 or UTF-16 may be in the encoding that its first strange line looks like, if
    all of it is.

    Raises:
        UserError: it is in none of them; the line is named.
    """
    wrong = _undecodable(source, None)
    if wrong is None:
        source.seek(0)
        return encoding_of(source.read(PIECE_BYTES))
    guess = wrong.looks_like
    if guess and not _has_zeros(source) and _undecodable(source, guess) is None:
        return guess
    raise UserError("import_encoding", line=wrong.line, encoding=wrong.encoding.upper())


def pieces_of(source: BinaryIO, encoding: str) -> Iterator[str]:
    """Yield the text of a file piece by piece, every end of a line as one character."""
    decoder = TextDecoder(encoding)
    newlines = IncrementalNewlineDecoder(None, translate=True)
    source.seek(0)
    while content := _next(source):
        yield newlines.decode(decoder.decode(content))
    yield newlines.decode(decoder.decode(b"", is_last=True), final=True)


def lines_of(source: BinaryIO, encoding: str) -> Iterator[str]:
    """Yield the lines of a file with their ends.

    Raises:
        UserError: one is so long that it is none.
    """
    number, rest = 1, ""
    for piece in pieces_of(source, encoding):
        whole, end, rest = (rest + piece).rpartition("\n")
        for line in (whole + end).split("\n")[:-1]:
            _check(line, number)
            number += 1
            yield line + "\n"
        _check(rest, number)
    if rest:
        yield rest


def _check(line: str, number: int) -> None:
    if len(line) > MOST_LINE_CHARACTERS:
        raise UserError("import_line_too_long", line=number, maximum=MOST_LINE_CHARACTERS)


def _next(source: BinaryIO) -> bytes:
    """Whole lines where they are short, since a guess looks at the line that is wrong."""
    return source.read(PIECE_BYTES) + source.readline(PIECE_BYTES)


def _has_zeros(source: BinaryIO) -> bool:
    """No text in an encoding of one or two bytes has them: it is something else altogether."""
    source.seek(0)
    return any(b"\0" in content for content in iter(lambda: source.read(PIECE_BYTES), b""))


def _undecodable(source: BinaryIO, encoding: str | None) -> Undecodable | None:
    decoder = TextDecoder(encoding)
    source.seek(0)
    try:
        while content := _next(source):
            decoder.decode(content)
        decoder.decode(b"", is_last=True)
    except Undecodable as wrong:
        return wrong
    return None
