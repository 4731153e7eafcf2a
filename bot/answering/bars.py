"""A bar of a chart in blocks, with its percentage, as wide for every score."""

import math

MOST_BARS = 30
"""Longer charts are no pleasure on a phone; a file has them all."""
_CELLS = 12
_SHADES = "░▒▓█"
"""Every font that has one of these has all, equally wide; finer blocks come from other fonts."""
_NUMBER = 8
"""Characters of ` 100.0 %`."""
_NO_BREAK_SPACE = "\u00a0"


def bar(score: float) -> str:
    """Return blocks and percentage, without a character that could break the line."""
    number = percent(score).rjust(_NUMBER).replace(" ", _NO_BREAK_SPACE)
    return f"{_blocks(score)}{number}"


def percent(score: float) -> str:
    """Return a score as people read it."""
    if not math.isfinite(score):
        return "?"
    if 0 < score < 0.0005:  # noqa: PLR2004 - would be rounded to 0.0 %
        return "< 0.1 %"
    return f"{min(max(score, -0.999), 9.999) * 100:.1f} %"


def _blocks(score: float) -> str:
    steps = len(_SHADES) - 1
    share = min(max(score, 0.0), 1.0) if math.isfinite(score) else 0.0
    full, rest = divmod(round(share * _CELLS * steps), steps)
    blocks = _SHADES[-1] * full + (_SHADES[rest] if rest else "")
    return blocks.ljust(_CELLS, _SHADES[0])
