"""Sets markdown on a page: wraps its lines, and draws them."""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from docs.pictures import ink
from docs.pictures.ink import Page
from docs.pictures.markdown import Kind, Line, Run, Style

_SIZES = {Kind.LARGEST: 22, Kind.LARGER: 19, Kind.LARGE: 16, Kind.SMALL: 12.5}
_SIZE = 15
_CODE_SIZE, _CODE_LINE = 12.5, 17
_INLINE_CODE = 0.87
_PADDING, _FENCE_PADDING = 4, 8
_LEADING = 1.45
_BASELINE = 0.73
"""Of a line's height."""


def draw_lines(page: Page, said: Iterable[Line], x: float, y: float, wide: float) -> float:
    """Draw lines below `y`, and return where they end."""
    for is_code, lines_of_a_kind in groupby(said, lambda line: line.kind is Kind.CODE):
        draw = _block if is_code else _lines
        y = draw(page, list(lines_of_a_kind), x, y, wide)
    return y


def _lines(page: Page, group: Sequence[Line], x: float, y: float, wide: float) -> float:
    for line in group:
        size = _SIZES.get(line.kind, _SIZE)
        if line.kind is Kind.LARGE:
            y += 2
        for row in _wrapped(_styled(line), size, wide):
            _row(page, row, x, y, size, _colour(page, line.kind))
            y += size * _LEADING
    return y


def _block(page: Page, group: Sequence[Line], x: float, y: float, wide: float) -> float:
    """Draw a fence; what is too long goes on in the next line, as in Discord."""
    room = int((wide - 2 * _FENCE_PADDING) / (_CODE_SIZE * ink.CELL))
    rows = [row for line in group for row in _cut("".join(run.text for run in line.runs), room)]
    high = len(rows) * _CODE_LINE + 2 * _FENCE_PADDING
    page.rectangle(x, y + 4, wide, high, rx=4, fill=page.theme.code, stroke=page.theme.edge)
    for number, row in enumerate(rows):
        base = y + 4 + _FENCE_PADDING + (number + _BASELINE) * _CODE_LINE
        page.code(x + _FENCE_PADDING, base, _CODE_SIZE, row)
    return y + high + 8


def _cut(text: str, cells: int) -> Iterator[str]:
    row = ""
    for character in text:
        if ink.code_width(row + character, 1) > cells * ink.CELL:
            yield row
            row = ""
        row += character
    yield row


def _styled(line: Line) -> Sequence[Run]:
    if line.kind in (Kind.BODY, Kind.SMALL):
        return line.runs
    return [Run(r.text, Style.BOLD if r.style is Style.PLAIN else r.style) for r in line.runs]


def _colour(page: Page, kind: Kind) -> str:
    if kind is Kind.SMALL:
        return page.theme.faint
    return page.theme.text if kind is Kind.BODY else page.theme.strong


def _wrapped(runs: Iterable[Run], size: float, wide: float) -> Iterator[list[Run]]:
    """Yield rows that fit; an empty line is a row, too."""
    row: list[Run] = []
    used = 0.0
    for word in _words(runs, size, wide):
        taken = _width(word, size)
        if row and used + _width(Run(word.text.rstrip(" "), word.style), size) > wide:
            yield row
            row, used = [], 0.0
        if row or word.text.strip(" "):
            row.append(word)
            used += taken
    yield row


def _words(runs: Iterable[Run], size: float, wide: float) -> Iterator[Run]:
    """Yield what stays together: a word with the space behind it, a piece of code."""
    for run in runs:
        if run.style is Style.CODE and _width(run, size) <= wide:
            yield run
            continue
        for word in re.findall(r"[^ ]* ?", run.text):
            if word and _width(Run(word, run.style), size) > wide:
                yield from (Run(character, run.style) for character in word)
            elif word:
                yield Run(word, run.style)


def _width(run: Run, size: float) -> float:
    if run.style is Style.CODE:
        return ink.code_width(run.text, size * _INLINE_CODE) + 2 * _PADDING
    return ink.width(run.text, size, is_bold=run.style is Style.BOLD)


def _row(page: Page, row: Sequence[Run], x: float, y: float, size: float, fill: str) -> None:
    base = y + size * _LEADING * _BASELINE
    groups = [list(g) for _, g in groupby(row, lambda run: run.style is Style.CODE)]
    for number, group in enumerate(groups):
        is_last = number == len(groups) - 1
        if group[0].style is Style.CODE:
            for run in group:
                _inline_code(page, run, x, y, size)
                x += _width(run, size)
        else:
            x += _flow(page, group, x, base, size, fill, is_last=is_last)


def _inline_code(page: Page, run: Run, x: float, y: float, size: float) -> None:
    high = size * _LEADING
    page.rectangle(x, y + 1.5, _width(run, size), high - 3, rx=3.5, fill=page.theme.code)
    page.code(x + _PADDING, y + high * _BASELINE - 0.5, size * _INLINE_CODE, run.text)


def _flow(
    page: Page, runs: Sequence[Run], x: float, y: float, size: float, fill: str, *, is_last: bool
) -> float:
    """Let words follow each other; only where code follows must they be as wide as estimated."""
    wide = sum(_width(run, size) for run in runs)
    pieces = [(style, "".join(r.text for r in g)) for style, g in groupby(runs, lambda r: r.style)]
    inner = "".join(
        ink.element("tspan", ink.quoted(text), font_weight=700)
        if style is Style.BOLD
        else ink.quoted(text)
        for style, text in pieces
    )
    fixed = None if is_last else wide
    page.elements.append(
        ink.element("text", inner, x=x, y=y, font_size=size, fill=fill, textLength=fixed)
    )
    return wide
