"""Text out of bytes from outside: decoded strictly, or refused at the line that is something else.

UTF-8 unless the bytes begin as only UTF-16 or UTF-32 does, or whoever gives them says otherwise.
Nothing is ever guessed and gone on with: a guess only tells people what to say.
"""

import codecs
import re
import unicodedata
from collections.abc import Mapping

UTF_8 = "utf-8"
_MARKS: Mapping[bytes, str] = {
    codecs.BOM_UTF8: UTF_8,
    codecs.BOM_UTF32_LE: "utf-32-le",  # before UTF-16, whose mark it begins with
    codecs.BOM_UTF32_BE: "utf-32-be",
    codecs.BOM_UTF16_LE: "utf-16-le",
    codecs.BOM_UTF16_BE: "utf-16-be",
}
"""Marks of the order of bytes."""
_BARE = {re.compile(rb"[\x01-\x7f]\x00"): "utf-16-le", re.compile(rb"\x00[\x01-\x7f]"): "utf-16-be"}
"""How UTF-16 begins without a mark: with a letter of English, a slash or a line's end."""
_MARK = "\ufeff"
_EMOJI = "\U00010000"
"""From here on Unicode grows faster than Python learns of it."""
_WIDER = {"euc_kr": "cp949", "ascii": UTF_8}
"""What holds all of another, and is what is meant by its name."""
_NO_TEXT = ("idna", "punycode", "raw-unicode-escape", "undefined", "unicode-escape", "utf-7")
"""Encodings of the standard library in which what looks like text means something else."""
_LOOKS = {
    UTF_8: re.compile("."),
    "shift_jis": re.compile("[ぁ-ヿ]"),
    "cp949": re.compile("[ㄱ-ㅣ가-힣]"),
    "cp1252": re.compile("[À-ÿŒœŠšŽžŸ‘’“”–—…€£°·]"),
}
"""Encodings that people still write, and what most of a text is in each, but for ASCII."""
_NO_WORD = re.compile(r"[^\x00-\x7f]{4}")
"""So many letters with accents in a row are a word of another script."""


class Undecodable(Exception):
    """A line that is not what it was taken for, counted from 1, and what it looks like."""

    def __init__(self, line: int, encoding: str, looks_like: str | None) -> None:
        super().__init__(line, encoding, looks_like)
        self.line = line
        self.encoding = encoding
        self.looks_like = looks_like

    @property
    def facts(self) -> dict[str, object]:
        """What a sentence may say of it."""
        looks_like = {"looks_like": self.looks_like} if self.looks_like else {}
        return {"line": self.line, "encoding": self.encoding.upper(), **looks_like}


class TextDecoder:
    """Decodes what comes piece by piece; the first bytes tell how it is encoded."""

    def __init__(self, encoding: str | None = None) -> None:
        """`encoding` is what somebody says of it, by a name that `known_encoding` returned."""
        self._said = encoding
        self._decoder: codecs.IncrementalDecoder | None = None
        self._encoding = encoding or UTF_8
        self._begun = b""
        self._line = 1

    def decode(self, content: bytes, *, is_last: bool = False) -> str:
        """Return the text of the next piece, without the mark that may stand before the first.

        Raises:
            Undecodable: it is not what it was taken for; nothing of the piece is given.
        """
        is_first = self._decoder is None
        if self._decoder is None:
            content = self._begun + content
            if not is_last and any(mark.startswith(content) for mark in _MARKS):
                self._begun = content  # or else half a mark would be taken for text
                return ""
            self._encoding = encoding_of(content, self._said)
            self._decoder = codecs.getincrementaldecoder(self._encoding)("strict")
        try:
            text = self._decoder.decode(content, is_last)
        except UnicodeDecodeError as error:
            raise self._undecodable(error) from error
        if self._encoding.startswith("utf-16"):
            self._look_for_no_letters(text)
        self._line += text.count("\n")
        return text.removeprefix(_MARK) if is_first else text

    def _look_for_no_letters(self, text: str) -> None:
        """Nearly all bytes are UTF-16 by its rules, so what is no text shows by what it spells."""
        for place, each in enumerate(text):
            if each < _EMOJI and unicodedata.category(each) == "Cn":
                line = self._line + text.count("\n", 0, place)
                raise Undecodable(line, self._encoding, None)

    def _undecodable(self, error: UnicodeDecodeError) -> Undecodable:
        before = error.object[: error.start].decode(self._encoding, "replace")
        begin = error.object.rfind(b"\n", 0, error.start) + 1
        end = error.object.find(b"\n", error.start)
        line = error.object[begin:] if end < 0 else error.object[begin:end]
        return Undecodable(self._line + before.count("\n"), self._encoding, _guess(line))


def decode(content: bytes, encoding: str | None = None) -> str:
    """Return the text of some bytes.

    Raises:
        Undecodable: they are not what they were taken for.
    """
    return TextDecoder(encoding).decode(content, is_last=True)


def decode_typed(typed: str, encoding: str | None = None) -> str:
    """Return what was typed, where Python holds bytes that it could not decode as surrogates.

    Raises:
        Undecodable: there are such bytes, and they are not in the encoding.
    """
    if typed.isascii() or not any("\ud800" <= each <= "\udfff" for each in typed):
        return typed
    try:
        return decode(typed.encode(UTF_8, "surrogateescape"), encoding)
    except UnicodeEncodeError as error:  # half a character, which stands for no byte
        line = typed.count("\n", 0, error.start) + 1
        raise Undecodable(line, UTF_8, None) from error


def encoding_of(content: bytes, said: str | None = None) -> str:
    """Return how bytes are encoded: by their mark, as was said, or by how they begin."""
    for mark, encoding in _MARKS.items():
        if content.startswith(mark):
            return encoding
    if said:
        return said
    return next((name for begin, name in _BARE.items() if begin.match(content)), UTF_8)


def known_encoding(name: str) -> str:
    """Return the usual name of an encoding of text.

    Raises:
        LookupError: there is none of that name.
    """
    found = codecs.lookup(name.strip())
    usual = _WIDER.get(found.name, found.name)
    if usual.replace("_", "-") in _NO_TEXT or not isinstance(_decoded(b"a\n", usual), str):
        raise LookupError(name)
    return usual


def _decoded(content: bytes, encoding: str) -> object:
    """Some codecs turn bytes into bytes, and refuse to be used as an encoding."""
    try:
        return content.decode(encoding)
    except UnicodeError:
        return ""  # of two or four bytes a character
    except LookupError:
        return None


def _guess(line: bytes) -> str | None:
    """Name the encoding in which a line would be a text of its language."""
    for encoding, usual in _LOOKS.items():
        try:
            text = line.decode(encoding)
        except UnicodeDecodeError:
            continue
        others = [each for each in text if not each.isascii()]
        is_usual = 2 * sum(map(bool, map(usual.match, others))) > len(others)
        if is_usual and not (encoding == "cp1252" and _NO_WORD.search(text)):
            return encoding
    return None
