"""What lines ask for."""

import pytest

from bot.on_terminal.user_input import (
    CommandLine,
    Leave,
    Push,
    Unreadable,
    UserInput,
    read_input,
)


@pytest.mark.parametrize(
    ("line", "order"),
    [
        ("/classify I love this", CommandLine("/classify I love this")),
        (" /help ", CommandLine(" /help ")),
        ("", CommandLine("")),
        ("/quit", Leave()),
        (" /exit ", Leave()),
        ("exit", Leave()),
        ("exit now", CommandLine("exit now")),
        ("!press fb:1:right", Push("fb:1:right", None)),
        ("!press  fb:1:label   매우 좋음 ", Push("fb:1:label", "매우 좋음")),
        ('!press fb:1:label "two words"', Push("fb:1:label", "two words")),
        ('!press "set:mina kim:member"', Push("set:mina kim:member", None)),
        ("!press", Push("", None)),
        ("!pressed", CommandLine("!pressed")),
        ("\ufeff/classify \u200bhi", CommandLine("/classify \u200bhi")),
        ("\u200b!press fb:1:right", Push("fb:1:right", None)),
    ],
)
def test_read_order(line: str, order: UserInput) -> None:
    assert read_input(line) == order


def test_what_the_system_could_not_decode_is_not_taken_for_text() -> None:
    typed = "/분류 재미있어요".encode("cp949").decode("utf-8", "surrogateescape")
    refused = read_input(typed)
    assert isinstance(refused, Unreadable)
    assert refused.error.code == "line_looks_like"
    assert refused.error.facts == {"line": 1, "encoding": "UTF-8", "looks_like": "cp949"}
    assert read_input(typed, "cp949") == CommandLine("/분류 재미있어요")
    assert isinstance(read_input("!press fb:1:label \udcff"), Unreadable)
