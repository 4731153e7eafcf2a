"""Strangers' words never break out of Discord's markdown, and are shown as they were written."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answering.words import clean, is_visible, one_line
from bot.on_discord.drawing.markdown import _LINE_START, _SPECIAL, code_block, escape, escape_line
from tests.regex_steps import steps

ANY = st.text(st.characters(), max_size=60)
TRICKY = st.text(st.sampled_from("*_~`|[]()<>@#-+.:\\/ \n1a가everyoneherehttps"), max_size=80)


def unescaped(text: str) -> str:
    """Take away the backslashes that Discord takes away."""
    return re.sub(r"\\([^0-9A-Za-z\s])", r"\1", text)


@pytest.mark.parametrize(
    ("attack", "shown"),
    [
        ("**bold** *i* __u__", r"\*\*bold\*\* \*i\* \_\_u\_\_"),
        ("TOKKI_MODELS", r"TOKKI\_MODELS"),
        ("~~gone~~ ||spoiler||", r"\~\~gone\~\~ \|\|spoiler\|\|"),
        ("`code` ```js\nx```", "\\`code\\` \\`\\`\\`js\nx\\`\\`\\`"),
        ("[free nitro](https://evil.example)", r"\[free nitro](https\://evil.example)"),
        ("<https://evil.example>", r"\<https\://evil.example>"),
        ("<@1> <@!1> <@&2> <#3>", r"\<@1> \<@!1> \<@&2> \<#3>"),
        ("</ban:5> <:e:6> <a:e:7>", r"\</ban:5> \<\:e:6> \<a\:e:7>"),
        ("<t:0:R> <id:guide>", r"\<t\:0:R> \<id:guide>"),
        ("@everyone @here @HERE me@home", r"\@everyone \@here \@HERE me@home"),
        ("# big\n## less\n-# small", "\\# big\n\\## less\n\\-# small"),
        ("C# and #1", "C# and #1"),
        ("I like C#", "I like C\\#"),
        ("> quote\n>>> all", "\\> quote\n\\>>> all"),
        ("- a\n  * b\n+ c", "\\- a\n  \\* b\n\\+ c"),
        ("1. one\n 20) two\n3.5\n-5\n#1", "1\\. one\n 20\\) two\n3.5\n-5\n#1"),
        (":smile: 10:30 it: yes", r"\:smile: 10:30 it: yes"),
        ("see https://a.example/b?c=d now", "see https://a.example/b?c=d now"),
        ("https://a.example/**b**", r"https\://a.example/\*\*b\*\*"),
        ("¯\\_(ツ)_/¯", "¯\\\\\\_(ツ)\\_/¯"),
        ("C:\\new", "C:\\\\new"),
        ("\u202egnp.exe\u2066 \u2069x", "gnp.exe x"),
        ("a\x00\x1b[0m\x9b", "a\\[0m"),
        ("\ud83d half", "\ufffd half"),
        ("a\r\nb\rc\u2028d", "a\nb\nc\nd"),
        ("👨‍👩‍👧 한국어 שלום", "👨‍👩‍👧 한국어 שלום"),
    ],
)
def test_an_attack_is_shown(attack: str, shown: str) -> None:
    assert escape(attack) == shown
    assert unescaped(shown) == clean(attack)


@given(ANY | TRICKY)
def test_nothing_but_backslashes_is_added_and_each_is_taken_away(text: str) -> None:
    assert unescaped(escape(text)) == clean(text)


@given(TRICKY)
def test_no_sign_of_markdown_stays_bare(text: str) -> None:
    bare = re.sub(r"\\[^0-9A-Za-z\s]", "", escape(text))
    assert not re.search(r"[*_~`|\[<\\]|@(everyone|here)", bare)
    assert not re.search(
        r"^[ \t]*(>|#+[ \t]|[+-]([ \t#]|$)|\d+[.)]([ \t]|$))",
        re.sub(r"\\(.)", "x", escape(text)),
        re.M,
    )


@given(TRICKY)
def test_an_address_is_a_link_only_where_it_stands_alone(text: str) -> None:
    for address in re.finditer(r"https?://\S*", escape(text)):
        assert re.fullmatch(r"https?://[\w./?=&%+,;$-]+(:\d{1,5}(/[\w./?=&%+,;$-]*)?)?", address[0])


@pytest.mark.parametrize("sign", "#*:<@-1`[\\ ")
def test_long_runs_are_quick(sign: str) -> None:
    assert len(escape(sign * 100_000)) <= 200_001
    for pattern in (_SPECIAL, _LINE_START):
        once, twice = (steps(pattern, sign * count) for count in (200, 400))
        assert twice < 2.1 * once


def test_a_line() -> None:
    assert escape_line(" a\n*b*\t") == "a⏎\\*b\\*"
    assert one_line("a\tb\r\nc") == "a b⏎c"


@given(ANY | TRICKY)
def test_code_cannot_close_its_fence(code: str) -> None:
    block = code_block(code)
    assert block.startswith("```\n")
    assert block.endswith("\n```")
    assert "``" not in block[3:-3]


def test_what_can_be_seen() -> None:
    assert is_visible("a")
    assert is_visible("가")
    assert is_visible("😀")
    assert not any(map(is_visible, ("", " \n", "\u200b", "\u2060\ufeff", "\u3000")))
