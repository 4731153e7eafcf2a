"""Several lines at once: which of them are commands."""

import pytest

from handlers.commands import TABLE
from handlers.reading.pasted import command_of, refuse_commands_in, split_commands
from handlers.types import UserError


@pytest.mark.parametrize(
    ("typed", "pieces"),
    [
        ("/classify a", ["/classify a"]),
        (
            "/classify a\n/classify b\n\n/tokenize c\n",
            ["/classify a", "/classify b", "/tokenize c"],
        ),
        ("/classify a\nb\n/도움말", ["/classify a\nb", "/도움말"]),
        ("/classify a\n/etc/passwd\n / b\n/nothing", ["/classify a\n/etc/passwd\n / b\n/nothing"]),
        ('/classify "a\n/classify b"\n/help', ['/classify "a\n/classify b"', "/help"]),
        ('/tokenize pair:"a\n/help" b', ['/tokenize pair:"a\n/help" b']),
        ("hello\n/help", ["hello", "/help"]),
        ("", [""]),
        ("\n", ["\n"]),
    ],
)
def test_a_line_that_begins_with_a_command_is_one(typed, pieces):
    assert split_commands(typed, lambda line: command_of(line, TABLE) is not None) == pieces


def refuse(typed: str) -> int | None:
    """Return the line at which a text is refused."""
    try:
        refuse_commands_in(typed, TABLE)
    except UserError as error:
        assert error.code == "command_in_text"
        return error.facts["line"]
    return None


def test_a_command_within_a_text_is_refused_by_its_line():
    assert refuse("/classify a\n/etc/passwd\nb") is None
    assert refuse("a\n\n/분류 b") == 3
    assert refuse('"a\n/분류 b"') is None
