"""Charts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answering.bars import MOST_BARS, percent
from bot.answering.words import length
from bot.on_discord.drawing.bars import draw_bars
from handlers.types import Bar, Language

EN, KO = Language.ENGLISH, Language.KOREAN


def lines(*bars: Bar, room: int = 4000, language: Language = EN) -> list[str]:
    return draw_bars(bars, room, language).text.replace("\u00a0", " ").split("\n")


def test_bars_and_numbers_are_equally_wide_in_any_script() -> None:
    bars = (Bar("positive", 1.0), Bar("부정", 0.5), Bar("😀", 0.0417), Bar("*", 0.0001))
    assert lines(*bars) == [
        "`████████████ 100.0 %` positive",
        "`██████░░░░░░  50.0 %` 부정",
        "`▓░░░░░░░░░░░   4.2 %` 😀",
        "`░░░░░░░░░░░░ < 0.1 %` \\*",
    ]


def test_no_space_in_a_bar_may_break_its_line() -> None:
    assert " " not in draw_bars([Bar("a", 0.5)], 4000, EN).text.split("` ")[0]


@pytest.mark.parametrize("score", [float("nan"), float("inf"), -1.0, -1e300, 7.0, 1e300])
def test_odd_scores_take_no_more_room(score: float) -> None:
    assert len(percent(score)) <= 7
    assert len(lines(Bar("a", score))[0]) == len("`████████████ 100.0 %` a")


def test_a_label_that_cannot_be_seen() -> None:
    assert lines(Bar("\u200b", 0.5)) == ["`██████░░░░░░  50.0 %` –"]


def test_28_emotions_fit() -> None:
    part = draw_bars([Bar(f"감정 {n}", n / 28) for n in range(28)], 3200, KO)
    assert part.is_whole
    assert part.text.count("\n") == 27


def test_more_are_counted() -> None:
    part = draw_bars([Bar(f"label {n}", 0.1) for n in range(1000)], 3200, KO)
    assert not part.is_whole
    assert part.text.split("\n")[MOST_BARS:] == ["… 970개 더 있어요"]


def test_a_long_label_is_shortened() -> None:
    part = draw_bars([Bar("word " * 100, 0.5)], 4000, EN)
    assert not part.is_whole
    assert part.text.endswith("word…")


@given(st.lists(st.builds(Bar, st.text(), st.floats()), min_size=1), st.integers(60, 4000))
def test_a_chart_stays_in_its_room(bars: list[Bar], room: int) -> None:
    assert length(draw_bars(bars, room, KO).text) <= room
