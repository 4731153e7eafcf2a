"""Draws what Discord was sent as Discord shows it: a message's JSON in, SVG out."""

from collections.abc import Sequence
from dataclasses import dataclass

from docs.pictures import ink
from docs.pictures.components import Sent, stack
from docs.pictures.ink import Page, Theme

WIDTH = 460
_LEFT, _TEXT_LEFT, _RIGHT = 12, 56, 12
_EPHEMERAL = 1 << 6


@dataclass(frozen=True, slots=True)
class Words:
    """What Discord itself says in a language."""

    app: str
    used: str
    only_you: str


WORDS = {
    "en": Words("APP", "{person} used", "Only you can see this"),
    "ko": Words("앱", "{person} 님이 사용한 명령어:", "나만 볼 수 있어요"),
}


@dataclass(frozen=True, slots=True)
class Typed:
    """A command as it stands in the box where people write."""

    command: str
    option: str
    text: str


def draw(conversation: Sequence[Typed | Sent], theme: Theme, words: Words, title: str) -> str:
    """Return a conversation as SVG. `title` says in words what is to be seen."""
    page = Page(theme)
    y = 10.0
    for each in conversation:
        y = _typed(page, each, y) if isinstance(each, Typed) else _sent(page, each, words, y)
    return page.framed(WIDTH, round(y + 4), title)


def _typed(page: Page, typed: Typed, y: float) -> float:
    """Draw the box with a command, its option and the text in it."""
    theme = page.theme
    page.rectangle(_LEFT, y, WIDTH - _LEFT - _RIGHT, 40, rx=8, fill=theme.card, stroke=theme.edge)
    x, base = _LEFT + 14.0, y + 25
    page.words(x, base, 15, f"/{typed.command}", theme.strong, font_weight=600)
    x += ink.width(f"/{typed.command}", 15, is_bold=True) + 8
    named = ink.width(typed.option, 13) + 12
    wide = named + ink.width(typed.text, 14) + 14
    page.rectangle(x, y + 7, wide, 26, rx=5, fill=theme.code)
    page.words(x + named / 2, base - 0.5, 13, typed.option, theme.faint, text_anchor="middle")
    page.words(x + named + 4, base, 14, typed.text, theme.text)
    return y + 52


def _sent(page: Page, sent: Sent, words: Words, y: float) -> float:
    is_private = bool(sent.message.get("flags", 0) & _EPHEMERAL)
    place = len(page.elements)
    top = y
    y = _author(page, sent, words, y + 6)
    wide = WIDTH - _TEXT_LEFT - _RIGHT
    y = stack(page, sent, sent.message["components"], _TEXT_LEFT, y, wide)
    if is_private:
        y = _only_you(page, words, y)
        behind = Page(page.theme)
        behind.rectangle(1, top, WIDTH - 2, y - top + 4, fill=page.theme.private)
        behind.rectangle(1, top, 2, y - top + 4, fill=ink.ACCENT_LABEL[1])
        page.elements[place:place] = behind.elements
    return y + 10


def _author(page: Page, sent: Sent, words: Words, y: float) -> float:
    theme = page.theme
    if sent.command:
        _used(page, sent, words, y)
        y += 22
    name = sent.message["author"]["username"]
    page.add("circle", cx=_LEFT + 16, cy=y + 16, r=16, fill="#3ba58b")
    page.portrait(_LEFT, y)
    page.words(_TEXT_LEFT, y + 13, 15, name, theme.strong, font_weight=600)
    x = _TEXT_LEFT + ink.width(name, 15, is_bold=True) + 3
    text, fill = ink.ACCENT_LABEL
    wide = ink.width(words.app, 10.5, is_bold=True) + 9
    page.rectangle(x, y + 0.5, wide, 15, rx=4, fill=fill)
    page.words(x + wide / 2, y + 11.7, 10.5, words.app, text, font_weight=600, text_anchor="middle")
    return y + 22


def _used(page: Page, sent: Sent, words: Words, y: float) -> None:
    """Draw the line that says who asked, and its hook down to the bot."""
    theme = page.theme
    middle = _LEFT + 16
    path = f"M{middle} {y + 17}v-4q0 -5 5 -5h{_TEXT_LEFT - middle - 9}"
    page.add("path", d=path, fill="none", stroke=theme.faint, stroke_width=1.6)
    said = ink.quoted(f"{words.used.format(person=sent.person)} ")
    command = ink.element("tspan", ink.quoted(f"/{sent.command}"), fill=theme.link)
    page.elements.append(
        ink.element("text", said + command, x=_TEXT_LEFT, y=y + 12, font_size=13, fill=theme.faint)
    )


def _only_you(page: Page, words: Words, y: float) -> float:
    page.words(_TEXT_LEFT, y + 15, 12, words.only_you, page.theme.faint)
    return y + 18
