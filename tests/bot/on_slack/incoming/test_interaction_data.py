"""What was typed behind a command, of one or of several that were pasted."""

import pytest

from bot.on_slack.incoming.interaction_data import read_commands
from handlers.commands import TABLE
from handlers.types import UserError


def read(text: str, prefix: str = "", command: str = "classify") -> list[tuple[str, object]]:
    body = {"command": f"/{prefix}{command}", "text": text}
    found = read_commands(body, prefix, TABLE)
    return [(each.command.full_name.en, each.options.get("text")) for each in found]


@pytest.mark.parametrize("prefix", ["", "tokki-"])
def test_each_line_that_begins_with_a_command_is_one(prefix):
    text = f"a\nb\n/{prefix}classify c &amp; d\n/{prefix}토큰 e"
    assert read(text, prefix) == [
        ("classify", "a\nb"),
        ("classify", "c & d"),
        ("tokenize", "e"),
    ]


@pytest.mark.parametrize("prefix", ["", "tokki-"])
def test_a_first_command_without_a_text_does_not_take_the_next_one(prefix):
    found = [("classify", None), ("tokenize", "hello")]
    assert read(f"\n/{prefix}tokenize hello", prefix) == found


def test_what_stands_beside_a_command_is_its_text():
    assert read("/tokenize hello") == [("classify", "/tokenize hello")]
    assert read("  a ") == [("classify", "a")]
    assert read("\na\nb\n") == [("classify", "a\nb")]


def test_what_only_looks_like_a_command_is_text():
    assert read("a\n/classify b", "tokki-") == [("classify", "a\n/classify b")]
    assert read("a\n/etc/passwd\n /help") == [("classify", "a\n/etc/passwd\n /help")]
    assert read('"a\n/help"') == [("classify", "a\n/help")]
    assert read("") == [("classify", None)]


def test_not_too_many_at_once():
    assert len(read("a" + "\n/help" * 4)) == 5
    with pytest.raises(UserError, match="too_many_commands"):
        read("a" + "\n/help" * 5)
