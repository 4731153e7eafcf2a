"""Draws bars: blocks and percentage in code, which is as wide for every bar, then the label."""

from collections.abc import Sequence

from bot.answering.bars import MOST_BARS, bar
from bot.answering.words import is_visible, one_line
from bot.on_discord.drawing.fitting import Part, fit_lines, shorten
from bot.on_discord.drawing.markdown import escape
from handlers.types import Bar, Language

_LONGEST_LABEL = 100


def draw_bars(bars: Sequence[Bar], room: int, language: Language) -> Part:
    """Return the chart; what does not fit is counted."""
    lines = map(_line, bars[:MOST_BARS])
    part = fit_lines(lines, len(bars), room, language)
    is_cut = any(_label(each) != one_line(each.label) for each in bars[:MOST_BARS])
    return Part(part.text, part.is_whole and not is_cut)


def _line(drawn: Bar) -> str:
    label = _label(drawn)
    return f"`{bar(drawn.score)}` {escape(label if is_visible(label) else '–')}"


def _label(drawn: Bar) -> str:
    return shorten(one_line(drawn.label), _LONGEST_LABEL)
