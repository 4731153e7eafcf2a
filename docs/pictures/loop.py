"""Draws the loop closing, at a terminal, from the answers that the tutorial was given.

What it shows are the blocks of docs/tutorial.md behind `<!-- loop -->`: of each answer what it says
first, its longest bar, and the small print.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import takewhile

from docs.pictures.ink import Page, Theme
from docs.tutorial.transcript import SMALL_PRINT, steps

WIDTH = 640
_SIZE, _LINE, _LEFT, _TOP = 12.5, 18, 18, 44
_BASELINE = 0.7
_LIGHTS = ("#ff5f57", "#febc2e", "#28c840")
_MARKED = re.compile(r"^<!-- loop -->\n```text\n(.*?)^```$", re.DOTALL | re.MULTILINE)
_MOST = 3
"""Lines of what an answer says first."""


def draw(half: str, theme: Theme) -> str:
    """Return the picture of the tutorial's half in a language as SVG."""
    page = Page(theme)
    for place, colour in enumerate(_LIGHTS):
        page.add("circle", cx=_LEFT + 6 + 20 * place, cy=20, r=6, fill=colour)
    shown = list(_shown(half))
    for place, (line, is_given) in enumerate(shown):
        base = _TOP + (place + _BASELINE) * _LINE
        page.code(_LEFT, base, _SIZE, line, theme.link if is_given else None)
    high = _TOP + len(shown) * _LINE + 12
    return page.framed(WIDTH, high, "\n".join(line for line, _ in shown))


def _shown(half: str) -> Iterator[tuple[str, bool]]:
    """Yield each line, and whether somebody gave it."""
    for number, block in enumerate(_MARKED.findall(half)):
        if number:
            yield "", False
        for given, answered in steps(block):
            yield given, True
            yield from ((line, False) for line in _in_short(answered))


def _in_short(answered: Sequence[str]) -> list[str]:
    first = list(takewhile(bool, answered))[:_MOST]
    bars = [line for line in answered if "█" in line][:1]
    small = [line for line in answered if SMALL_PRINT.match(line)][:1]
    return list(dict.fromkeys([*first, *bars, *small]))
