"""Bytes from outside: decoded strictly, told apart by how they begin, never guessed."""

import pytest

from handlers.reading.decoding import TextDecoder, Undecodable, decode, known_encoding

TEXT = "/classify 이 영화 정말 재미있어요\n/history\n"


@pytest.mark.parametrize(
    "encoding",
    ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"],
)
def test_what_says_what_it_is_is_read(encoding):
    content = TEXT.encode(encoding)
    assert decode(content) == TEXT


@pytest.mark.parametrize(
    ("encoding", "text", "looks_like"),
    [
        ("cp949", TEXT, "cp949"),
        ("euc-kr", "재밌다 ㅋㅋㅋ", "cp949"),
        ("cp949", "그는 “좋다”고 했다", "cp949"),
        ("latin-1", "/classify un café très bon", "cp1252"),
        ("cp1252", "it’s “fine” – 5 €", "cp1252"),
        ("shift_jis", "これはペンです", "shift_jis"),
        ("cp437", "█▌▐▀▄", None),
    ],
)
def test_what_does_not_is_named_with_what_it_looks_like(encoding, text, looks_like):
    with pytest.raises(Undecodable) as caught:
        decode(b"first\nsecond " + text.encode(encoding))
    assert caught.value.facts.get("looks_like") == looks_like
    assert (caught.value.line, caught.value.encoding) == (2, "utf-8")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_what_comes_byte_by_byte_is_the_same(encoding):
    decoder, content = TextDecoder(), TEXT.encode(encoding)
    pieces = [decoder.decode(content[at : at + 1]) for at in range(len(content))]
    assert "".join(pieces) + decoder.decode(b"", is_last=True) == TEXT


def test_bytes_that_are_no_text_do_not_pass_for_utf_16():
    with pytest.raises(Undecodable):
        decode(b"\xff\xfe\x00\xff")


def test_what_somebody_says_is_taken_strictly():
    assert decode(TEXT.encode("cp949"), "cp949") == TEXT
    with pytest.raises(Undecodable) as caught:
        decode("a\n좋은 날".encode(), "cp949")
    assert caught.value.facts == {"line": 2, "encoding": "CP949", "looks_like": "utf-8"}


def test_encodings_are_known_by_their_many_names():
    assert {known_encoding(name) for name in ("cp949", "EUC-KR", "uhc", " 949 ")} == {"cp949"}
    assert known_encoding("UTF8") == "utf-8"
    for name in ("", "nothing", "base64", "rot13", "utf-7", "idna", "unicode_escape", "a\0b"):
        with pytest.raises((LookupError, ValueError)):
            known_encoding(name)
