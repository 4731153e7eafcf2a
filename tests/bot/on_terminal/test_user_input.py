"""What lines ask for."""

import pytest

from bot.on_terminal.user_input import CommandLine, Leave, Push, UserInput, read_input


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
        ("!press", Push("", None)),
        ("!pressed", CommandLine("!pressed")),
    ],
)
def test_read_order(line: str, order: UserInput) -> None:
    assert read_input(line) == order
