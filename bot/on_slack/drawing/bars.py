"""Draws bars: blocks and percentage in code, which is as wide for every bar, then the label."""

from collections.abc import Sequence

from bot.answering.bars import MOST_BARS, bar
from bot.answering.words import is_visible, one_line
from bot.on_slack.drawing.fitting import Lines, pack, shorten
from bot.on_slack.drawing.mrkdwn import literal
from handlers.types import Bar, Language

_LONGEST_LABEL = 100


def draw_bars(bars: Sequence[Bar], room: int, each: int, language: Language) -> Lines:
    """Return the chart in texts of at most `each`; what does not fit is counted."""
    shown = bars[:MOST_BARS]
    lines = pack(map(_line, shown), len(bars), room, each, language)
    is_cut = any(_label(each) != one_line(each.label) for each in shown)
    return Lines(lines.texts, lines.is_whole and not is_cut)


def _line(drawn: Bar) -> str:
    label = _label(drawn)
    return f"`{literal(bar(drawn.score))}` {literal(label if is_visible(label) else '–')}"


def _label(drawn: Bar) -> str:
    return shorten(one_line(drawn.label), _LONGEST_LABEL)
