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


def test_what_only_looks_like_a_command_is_text():
    assert read("a\n/classify b", "tokki-") == [("classify", "a\n/classify b")]
    assert read("a\n/etc/passwd\n /help") == [("classify", "a\n/etc/passwd\n /help")]
    assert read('"a\n/help"') == [("classify", "a\n/help")]
    assert read("") == [("classify", None)]


def test_not_too_many_at_once():
    assert len(read("a" + "\n/help" * 4)) == 5
    with pytest.raises(UserError, match="too_many_commands"):
        read("a" + "\n/help" * 5)
