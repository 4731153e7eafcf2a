"""Draws what Slack was sent as Slack shows it: the blocks of messages in, SVG out.

It knows the blocks that bot/on_slack/drawing/render.py uses, and refuses what it does not know.
https://docs.slack.dev/reference/block-kit/blocks
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from docs.pictures import ink
from docs.pictures.ink import Page, Theme
from docs.pictures.markdown import Kind
from docs.pictures.mrkdwn import lines, plain
from docs.pictures.typeset import draw_lines

Block = Mapping[str, Any]

WIDTH = 460
_LEFT, _TEXT_LEFT, _RIGHT = 16, 60, 16
_GAP = 8
_BUTTON_HEIGHT, _BUTTON_PADDING, _BUTTON_GAP, _BUTTON_SIZE = 34, 13, 8, 14

DARK = Theme(
    page="#1a1d21",
    private="#1a1d21",
    card="#222529",
    edge="#4a4d52",
    code="#2c2f33",
    strong="#f8f8f8",
    text="#d1d2d3",
    faint="#ababad",
    link="#1d9bd1",
    buttons={"": "#1a1d21", "primary": "#007a5a", "danger": "#c01343"},
    button_text={"": "#f8f8f8", "primary": "#ffffff", "danger": "#ffffff"},
    code_text="#e8912d",
)
LIGHT = Theme(
    page="#ffffff",
    private="#ffffff",
    card="#ffffff",
    edge="#bbbbbc",
    code="#f4f4f4",
    strong="#1d1c1d",
    text="#1d1c1d",
    faint="#616061",
    link="#1264a3",
    buttons={"": "#ffffff", "primary": "#007a5a", "danger": "#c01343"},
    button_text={"": "#1d1c1d", "primary": "#ffffff", "danger": "#ffffff"},
    code_text="#c01343",
)
THEMES = {"dark": DARK, "light": LIGHT}


@dataclass(frozen=True, slots=True)
class Words:
    """What Slack itself says in a language."""

    app: str
    only_you: str


WORDS = {"en": Words("APP", "Only visible to you"), "ko": Words("앱", "나에게만 표시")}


@dataclass(frozen=True, slots=True)
class Typed:
    """A command as it stands in the box where people write."""

    line: str


@dataclass(frozen=True, slots=True)
class Posted:
    """A message of the bot."""

    blocks: Sequence[Block]
    is_private: bool
    name: str = "Tokki"


def draw(conversation: Sequence[Typed | Posted], theme: Theme, words: Words, title: str) -> str:
    """Return a conversation as SVG. `title` says in words what is to be seen."""
    page = Page(theme)
    y = 12.0
    for each in conversation:
        y = _typed(page, each, y) if isinstance(each, Typed) else _posted(page, each, words, y)
    return page.framed(WIDTH, round(y + 2), title)


def _typed(page: Page, typed: Typed, y: float) -> float:
    theme, wide = page.theme, WIDTH - _LEFT - _RIGHT
    page.rectangle(_LEFT, y, wide, 42, rx=8, fill=theme.card, stroke=theme.edge)
    page.words(_LEFT + 14, y + 26, 15, typed.line, theme.text)
    return y + 56


def _posted(page: Page, posted: Posted, words: Words, y: float) -> float:
    if posted.is_private:
        y = _only_you(page, words, y)
    page.rectangle(_LEFT, y, 32, 32, rx=6, fill="#3ba58b")
    page.portrait(_LEFT, y)
    page.words(_TEXT_LEFT, y + 13, 15, posted.name, page.theme.strong, font_weight=700)
    _app(page, words, _TEXT_LEFT + ink.width(posted.name, 15, is_bold=True) + 4, y)
    y += 22
    for number, block in enumerate(posted.blocks):
        drawn = _DRAWN.get(block["type"])
        if drawn is None:
            raise ValueError(f"a picture of a block of type {block['type']} is not known")
        y = drawn(page, block, y + (_GAP if number else 0))
    return y + 14


def _only_you(page: Page, words: Words, y: float) -> float:
    """Draw the line above a private message, and the eye before it."""
    faint, x = page.theme.faint, _TEXT_LEFT
    eye = f"M{x} {y + 8}q6 -8 12 0q-6 8 -12 0z"
    page.add("path", d=eye, fill="none", stroke=faint, stroke_width=1.3)
    page.add("circle", cx=x + 6, cy=y + 8, r=1.8, fill=faint)
    page.words(x + 18, y + 12, 12.5, words.only_you, faint)
    return y + 20


def _app(page: Page, words: Words, x: float, y: float) -> None:
    theme = page.theme
    wide = ink.width(words.app, 10, is_bold=True) + 8
    page.rectangle(x, y + 1.5, wide, 14, rx=2, fill=theme.code)
    page.words(
        *(x + wide / 2, y + 12, 10, words.app, theme.faint), font_weight=700, text_anchor="middle"
    )


# Blocks.


def _header(page: Page, block: Block, y: float) -> float:
    return _lines(page, plain(block["text"]["text"], Kind.LARGER), y)


def _section(page: Page, block: Block, y: float) -> float:
    if block.keys() - {"type", "block_id", "text"}:
        raise ValueError(f"a picture of a section with {sorted(block)} is not known")
    read = lines if block["text"]["type"] == "mrkdwn" else plain
    return _lines(page, read(block["text"]["text"]), y)


def _context(page: Page, block: Block, y: float) -> float:
    said = " ".join(each["text"] for each in block["elements"])
    return _lines(page, plain(said, Kind.SMALL), y)


def _lines(page: Page, said: Any, y: float) -> float:  # noqa: ANN401 - an iterator of lines
    return draw_lines(page, said, _TEXT_LEFT, y, WIDTH - _TEXT_LEFT - _RIGHT)


def _actions(page: Page, block: Block, y: float) -> float:
    """Draw buttons beside each other, and selects as wide as what stands in them."""
    left, end = float(_TEXT_LEFT), WIDTH - _RIGHT
    for element in block["elements"]:
        label, is_select = _label(element), element["type"] == "static_select"
        wide = ink.width(label, _BUTTON_SIZE, is_bold=True) + 2 * _BUTTON_PADDING + 20 * is_select
        if left > _TEXT_LEFT and left + wide > end:
            left, y = float(_TEXT_LEFT), y + _BUTTON_HEIGHT + _BUTTON_GAP
        _control(page, element, label, left, y, min(wide, end - _TEXT_LEFT))
        left += wide + _BUTTON_GAP
    return y + _BUTTON_HEIGHT + 2


def _control(page: Page, element: Block, label: str, x: float, y: float, wide: float) -> None:
    theme, style = page.theme, str(element.get("style", ""))
    edge = None if style else theme.edge
    page.rectangle(x, y, wide, _BUTTON_HEIGHT, rx=8, fill=theme.buttons[style], stroke=edge)
    middle, size = x + wide / 2, _BUTTON_SIZE
    if element["type"] == "static_select":
        middle -= 10
        arrow = f"M{x + wide - 22} {y + 15}l5 5l5 -5"
        page.add("path", d=arrow, fill="none", stroke=theme.faint, stroke_width=2)
    fill = theme.button_text[style]
    page.words(middle, y + 22, size, label, fill, font_weight=700, text_anchor="middle")


def _label(element: Block) -> str:
    shown = element.get("text") or element.get("placeholder")
    if shown is None or element["type"] not in ("button", "static_select"):
        raise ValueError(f"a picture of a control of type {element['type']} is not known")
    return str(shown["text"])


def _divider(page: Page, _block: Block, y: float) -> float:
    page.rectangle(_TEXT_LEFT, y + 3, WIDTH - _TEXT_LEFT - _RIGHT, 1, fill=page.theme.edge)
    return y + 8


_DRAWN: dict[str, Callable[[Page, Block, float], float]] = {
    "actions": _actions,
    "context": _context,
    "divider": _divider,
    "header": _header,
    "section": _section,
}
