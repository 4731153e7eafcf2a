import itertools
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answering.words import clean, is_visible, one_line
from bot.on_slack.drawing import mrkdwn
from bot.on_slack.drawing.mrkdwn import escape, literal, mentioned, unescape
from handlers.types import Group
from tests.bot.on_slack.limits import assert_inert
from tests.bot.on_slack.replies import TEXT
from tests.regex_steps import steps


@given(TEXT)
def test_what_is_escaped_acts_no_more_and_comes_back_whole(text: str) -> None:
    assert_inert(escape(text))
    assert_inert(literal(text))
    assert unescape(escape(text)) == clean(text)


@given(TEXT, st.sampled_from("*_~"))
def test_no_span_is_left_to_format(text: str, mark: str) -> None:
    assert f"{mark}x{mark}" not in literal(f"{mark}x{mark} {text}")[:3]


_ACTING = re.compile(
    "|".join(
        rf"(?<![\w{mark}]){mark}(?![\s{mark}])[^\n]*?(?<![\s{mark}]){mark}(?![\w{mark}])"
        for mark in (r"\*", "_", "~")
    )
    + r"|`[^\n]*`|:[\w+-]{1,64}:(?!\w)"
)
"""All that acts; it takes a second for each ten thousand characters of some words."""


@given(st.text("*_~`:ab \n.", max_size=40))
def test_nothing_acts_any_more(text: str) -> None:
    assert not _ACTING.search(literal(text))
    if not _ACTING.search(text):
        assert literal(text) == text


@pytest.mark.parametrize("mark", ["*", "_", "~", "`", "*a ", " *a", "_a* ", ":a", "~a *b _c "])
@pytest.mark.parametrize("pattern", [*itertools.chain(*mrkdwn._SPANS.values()), mrkdwn._EMOJI])
def test_twice_as_many_marks_take_twice_as_long(mark: str, pattern: re.Pattern[str]) -> None:
    some, more = (steps(pattern, (mark * n)[: 4 * n]) for n in (200, 400))
    assert more <= 2.1 * some + 100


def test_what_is_written_between_names_stays() -> None:
    assert literal("snake_case_name 2*3*4 a~b") == "snake_case_name 2*3*4 a~b"
    assert literal("*bold* and 2*3") == "∗bold∗ and 2*3"
    assert literal("*a " * 40_000) == "*a " * 40_000


def test_entities_are_unescaped_once() -> None:
    assert unescape("&amp;lt;b&amp;gt; &lt;b&gt; &quot; &#60;") == "&lt;b&gt; <b> &quot; &#60;"


def test_a_quote_mark_quotes_nothing() -> None:
    assert literal("> a\n >b > c") == "› a\n ›b &gt; c"


def test_cleaning_keeps_what_people_write() -> None:
    kept = "한국어 👨‍👩‍👧 ❤️ שלום\n\tتجربة"
    assert clean(kept) == kept
    assert clean("a\r\nb\u2028c\x00\u202ed\ud83d") == "a\nb\ncd\ufffd"
    assert one_line(" a\tb\nc ") == "a b⏎c"
    assert not is_visible(" \u200b\n")


def test_mentions_name_people_and_user_groups() -> None:
    assert mentioned("<@U012AB|mina>") == Group("U012AB", "mina")
    assert mentioned(" <@W012AB> ") == Group("W012AB", "W012AB")
    assert mentioned("<!subteam^S012|@nlp &amp; co>") == Group("S012", "nlp & co")
    for other in ("mina", "<#C1|general>", "<!channel>", "<https://x|y>", "<@U1|a> b", ""):
        assert mentioned(other) is None
