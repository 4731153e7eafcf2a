"""What lines ask for."""

import pytest

from bot.on_terminal.orders import Command, Leave, Order, Push, read_order


@pytest.mark.parametrize(
    ("line", "order"),
    [
        ("/classify I love this", Command("/classify I love this")),
        (" /help ", Command(" /help ")),
        ("", Command("")),
        ("/quit", Leave()),
        (" /exit ", Leave()),
        ("exit", Leave()),
        ("exit now", Command("exit now")),
        ("!press fb:1:right", Push("fb:1:right", None)),
        ("!press  fb:1:label   매우 좋음 ", Push("fb:1:label", "매우 좋음")),
        ('!press fb:1:label "two words"', Push("fb:1:label", "two words")),
        ("!press", Push("", None)),
        ("!pressed", Command("!pressed")),
    ],
)
def test_read_order(line: str, order: Order) -> None:
    assert read_order(line) == order
