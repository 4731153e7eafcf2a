"""Draws bars: blocks and percentage in code, which is as wide for every bar, then the label."""

import math
from collections.abc import Sequence

from bot.on_slack.fitting import Lines, pack, shorten
from bot.on_slack.mrkdwn import is_visible, literal, one_line
from handlers.types import Bar, Language

MOST_BARS = 30
"""Longer charts are no pleasure on a phone; a file has them all."""
_LONGEST_LABEL = 100
_CELLS = 12
_SHADES = "░▒▓█"
"""Every font that has one of these has all, equally wide; finer blocks come from other fonts."""
_NUMBER = 8
"""Characters of `100.0 %`, and a space before it."""
_NO_BREAK_SPACE = "\u00a0"


def draw_bars(bars: Sequence[Bar], room: int, each: int, language: Language) -> Lines:
    """Return the chart in texts of at most `each`; what does not fit is counted."""
    shown = bars[:MOST_BARS]
    lines = pack(map(_line, shown), len(bars), room, each, language)
    is_cut = any(_label(bar) != one_line(bar.label) for bar in shown)
    return Lines(lines.texts, lines.is_whole and not is_cut)


def percent(score: float) -> str:
    """Return a score as people read it."""
    if not math.isfinite(score):
        return "?"
    if 0 < score < 0.0005:  # noqa: PLR2004 - would be rounded to 0.0 %
        return "< 0.1 %"
    return f"{min(max(score, -9.99), 9.99) * 100:.1f} %"


def _line(bar: Bar) -> str:
    number = percent(bar.score).rjust(_NUMBER).replace(" ", _NO_BREAK_SPACE)
    label = _label(bar)
    return f"`{_blocks(bar.score)}{literal(number)}` {literal(label if is_visible(label) else '–')}"


def _label(bar: Bar) -> str:
    return shorten(one_line(bar.label), _LONGEST_LABEL)


def _blocks(score: float) -> str:
    steps = len(_SHADES) - 1
    share = min(max(score, 0.0), 1.0) if math.isfinite(score) else 0.0
    full, rest = divmod(round(share * _CELLS * steps), steps)
    blocks = _SHADES[-1] * full + (_SHADES[rest] if rest else "")
    return blocks.ljust(_CELLS, _SHADES[0])
