"""Draws bars: label, percentage, blocks."""

import math
from collections.abc import Iterator, Sequence

from rich.cells import cell_len, set_cell_size
from rich.text import Text

from bot.on_terminal.drawing.visible import visible_line
from handlers.types import Bar

_LONGEST_BAR = 40
_NUMBER = 7
"""Cells of `100.0 %`."""
_GAP = 2
_EIGHTHS = " ▏▎▍▌▋▊▉"


def draw_bars(bars: Sequence[Bar], width: int) -> Text:
    """Return the chart; labels stand above their bars where both cannot share a line."""
    labels = [visible_line(bar.label) for bar in bars]
    column = max(map(cell_len, labels))
    if column > width // 2:
        return Text("\n").join(_above(label, bar, width) for label, bar in _paired(labels, bars))
    room = width - column - _NUMBER - 2 * _GAP
    return Text("\n").join(
        Text(set_cell_size(label, column) + " " * _GAP) + _score(bar, room)
        for label, bar in _paired(labels, bars)
    )


def _paired(labels: Sequence[str], bars: Sequence[Bar]) -> Iterator[tuple[str, Bar]]:
    return zip(labels, bars, strict=True)


def _above(label: str, bar: Bar, width: int) -> Text:
    indent = " " * _GAP
    return Text(f"{label}\n{indent}") + _score(bar, width - _NUMBER - 2 * _GAP)


def _score(bar: Bar, room: int) -> Text:
    """Draw number before blocks, so the numbers align even where blocks count as two cells."""
    text = Text(_percent(bar.score))
    blocks = _blocks(bar.score, min(room, _LONGEST_BAR))
    return text.append(" " * _GAP).append(blocks, style="cyan") if blocks else text


def _percent(score: float) -> str:
    if not math.isfinite(score):
        return "?".rjust(_NUMBER)
    if 0 < score < 0.0005:  # noqa: PLR2004 - would be rounded to 0.0 %
        return "< 0.1 %".rjust(_NUMBER)
    return f"{score * 100:.1f} %".rjust(_NUMBER)


def _blocks(score: float, room: int) -> str:
    if not math.isfinite(score) or room < 1:
        return ""
    full, rest = divmod(round(min(max(score, 0.0), 1.0) * room * 8), 8)
    return ("█" * full + _EIGHTHS[rest]).rstrip()
