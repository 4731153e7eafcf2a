"""Characters that a terminal would obey are shown; all others stay."""

import sys
import unicodedata

import pytest

from bot.on_terminal.drawing.visible import DANGEROUS, visible, visible_line

HARMLESS_FORMATS = "\u200c\u200d"
"""Joiners: emoji and scripts need them."""


def is_visible_format(character: str) -> bool:
    """Signs that Unicode files under `format` but that are drawn, or only join what is drawn."""
    code = ord(character)
    arabic = 0x600 <= code <= 0x605 or code in (0x6DD, 0x70F, 0x890, 0x891, 0x8E2)
    return arabic or code in (0x110BD, 0x110CD) or 0x13430 <= code <= 0x1343F


def test_every_control_separator_surrogate_and_invisible_format_is_dangerous() -> None:
    for code in range(sys.maxunicode + 1):
        character = chr(code)
        category = unicodedata.category(character)
        if category in ("Cc", "Cs", "Zl", "Zp"):
            assert DANGEROUS.match(character), hex(code)
        if category == "Cf" and character not in HARMLESS_FORMATS:
            assert is_visible_format(character) != bool(DANGEROUS.match(character)), hex(code)
        if category[0] in "LMNPS":
            assert not DANGEROUS.match(character), hex(code)


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("\x1b[2J", "␛[2J"),
        ("a\x00b\x7f", "a␀b␡"),
        ("\x9b31m", r"\x9b31m"),
        ("\u202egnp", r"\u202egnp"),
        ("a\u200fb", r"a\u200fb"),
        ("\ud83d!", r"\ud83d!"),
        ("x\U000e0041", r"x\U000e0041"),
        ("a\rb", "a␍b"),
    ],
)
def test_dangerous_characters_are_shown(given: str, shown: str) -> None:
    assert visible(given) == shown
    assert visible_line(given) == shown


@pytest.mark.parametrize(
    "text",
    [
        "한국어 ㅋㅋ",
        "👨‍👩‍👧 ❤️ 🇰🇷 👍🏽",
        "שלום عليكم می‌خواهم",
        "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
        "e\u0301",
    ],
)
def test_scripts_and_emoji_stay(text: str) -> None:
    assert visible(text) == text
    assert visible_line(text) == text


def test_line_breaks_and_tabs() -> None:
    assert visible("a\r\nb\n\tc") == "a\nb\n\tc"
    assert visible_line("a\r\nb\n\tc") == "a⏎b⏎␉c"
