"""The components of Discord's messages, drawn as Discord shows them.

Those are known that bot/on_discord/drawing/render.py uses; what is not known is refused.
https://docs.discord.com/developers/components/reference
"""

import base64
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from docs.pictures import ink
from docs.pictures.ink import Page
from docs.pictures.markdown import lines
from docs.pictures.typeset import draw_lines

Json = Mapping[str, Any]

_CARD_PADDING, _GAP, _ACCENT = 14, 9, 4
_BUTTON_HEIGHT, _BUTTON_PADDING, _BUTTON_GAP, _BUTTON_SIZE = 32, 14, 8, 14
_BOX_HEIGHT, _FILE_HEIGHT, _PICTURE_HEIGHT = 40, 52, 180
_LINK_BUTTON = 5
_PNG = b"\x89PNG\r\n\x1a\n"
_TYPES = {b"\x89PNG": "png", b"\xff\xd8\xff": "jpeg", b"GIF8": "gif", b"RIFF": "webp"}


@dataclass(frozen=True, slots=True)
class Sent:
    """A message of the bot."""

    message: Json
    files: Mapping[str, bytes] = field(default_factory=dict)
    person: str = ""
    command: str = ""
    """Who used which command, for the line above it."""


def stack(
    page: Page, sent: Sent, components: Sequence[Json], x: float, y: float, wide: float
) -> float:
    """Draw components one below the other; return where they end."""
    for number, component in enumerate(components):
        drawn = _DRAWN.get(component["type"])
        if drawn is None:
            raise ValueError(f"a picture of a component of type {component['type']} is not known")
        y = drawn(page, sent, component, x, y + (_GAP if number else 0), wide)
    return y


def _container(page: Page, sent: Sent, component: Json, x: float, y: float, wide: float) -> float:
    place, pad = len(page.elements), _CARD_PADDING
    inner = x + _ACCENT + pad
    within = component["components"]
    end = stack(page, sent, within, inner, y + pad, wide - _ACCENT - 2 * pad) + pad
    theme, accent = page.theme, component.get("accent_color")
    card = Page(theme)
    colour = theme.edge if accent is None else f"#{accent:06x}"
    card.rectangle(x, y, wide, end - y, rx=6, fill=colour)
    path = (
        f"M{x + _ACCENT} {y + 0.5}h{wide - _ACCENT - 6}q5.5 0 5.5 5.5v{end - y - 12:.1f}"
        f"q0 5.5 -5.5 5.5h{-(wide - _ACCENT - 6)}z"
    )
    card.add("path", d=path, fill=theme.card, stroke=theme.edge)
    card.rectangle(x, y, wide, end - y, rx=6, fill="none", stroke=theme.edge, stroke_width=0.5)
    page.elements[place:place] = card.elements
    return end


def _text(page: Page, sent: Sent, component: Json, x: float, y: float, wide: float) -> float:
    return draw_lines(page, lines(str(component["content"])), x, y, wide)


def _separator(page: Page, sent: Sent, component: Json, x: float, y: float, wide: float) -> float:
    if component.get("divider", True):
        page.rectangle(x, y + 3, wide, 1, fill=page.theme.edge)
    return y + 8.0 * int(component.get("spacing", 1))


def _row(page: Page, sent: Sent, component: Json, x: float, y: float, wide: float) -> float:
    """Draw buttons beside each other; those that do not fit go below."""
    left = x
    for control in component["components"]:
        if control["type"] != _BUTTON:
            return stack(page, sent, component["components"], x, y, wide)
        needed = _button_width(control)
        if left > x and left + needed > x + wide:
            left, y = x, y + _BUTTON_HEIGHT + _BUTTON_GAP
        _button(page, sent, control, left, y, needed)
        left += needed + _BUTTON_GAP
    return y + _BUTTON_HEIGHT


def _button(page: Page, sent: Sent, component: Json, x: float, y: float, wide: float) -> float:
    theme, style = page.theme, component["style"]
    needed = min(wide, _button_width(component))
    faded = 0.5 if component.get("disabled") else None
    page.rectangle(x, y, needed, _BUTTON_HEIGHT, rx=7, fill=theme.buttons[style], opacity=faded)
    page.words(
        x + needed / 2,
        y + 21,
        _BUTTON_SIZE,
        _label(component),
        theme.button_text[style],
        font_weight=600,
        text_anchor="middle",
        opacity=faded,
    )
    return y + _BUTTON_HEIGHT


def _button_width(component: Json) -> float:
    return ink.width(_label(component), _BUTTON_SIZE, is_bold=True) + 2 * _BUTTON_PADDING


def _label(component: Json) -> str:
    label = str(component.get("label") or "…")
    return f"{label} ↗" if component["style"] == _LINK_BUTTON else label


def _select(page: Page, sent: Sent, component: Json, x: float, y: float, wide: float) -> float:
    theme = page.theme
    page.rectangle(x, y, wide, _BOX_HEIGHT, rx=7, fill=theme.code, stroke=theme.edge)
    chosen = [str(one["label"]) for one in component.get("options", ()) if one.get("default")]
    label = ", ".join(chosen) or str(component.get("placeholder") or "…")
    page.words(x + 12, y + 25, 14, label, theme.text if chosen else theme.faint)
    arrow = f"M{x + wide - 24} {y + 17}l5 5l5 -5"
    page.add("path", d=arrow, fill="none", stroke=theme.faint, stroke_width=2)
    return y + _BOX_HEIGHT


def _file(page: Page, sent: Sent, component: Json, x: float, y: float, wide: float) -> float:
    theme, name = page.theme, _name(component["file"])
    page.rectangle(x, y, wide, _FILE_HEIGHT, rx=7, fill=theme.card, stroke=theme.edge)
    sheet = f"M{x + 14} {y + 12}h12l6 6v22h-18z"
    page.add("path", d=sheet, fill="none", stroke=theme.faint, stroke_width=1.6)
    page.words(x + 44, y + 23, 14, name, theme.link)
    size = len(sent.files.get(name, b""))
    page.words(x + 44, y + 40, 12, _bytes(size), theme.faint)
    return y + _FILE_HEIGHT


def _gallery(page: Page, sent: Sent, component: Json, x: float, y: float, wide: float) -> float:
    """Draw pictures: a single one as high as it is, several side by side in twos."""
    items = component["items"]
    columns = min(len(items), 2)
    one = (wide - 4 * (columns - 1)) / columns
    for start in range(0, len(items), columns):
        row = [_name(item["media"]) for item in items[start : start + columns]]
        high = max(_picture_height(sent.files.get(name, b""), one) for name in row)
        for number, name in enumerate(row):
            _picture(page, name, sent.files.get(name), x + number * (one + 4), y, one, high)
        y += high + 4
    return y - 4


def _picture(
    page: Page, name: str, body: bytes | None, x: float, y: float, wide: float, high: float
) -> None:
    theme = page.theme
    page.rectangle(x, y, wide, high, rx=7, fill=theme.code)
    kind = next((kind for start, kind in _TYPES.items() if (body or b"").startswith(start)), None)
    if body is None or kind is None:
        page.words(x + wide / 2, y + high / 2, 13, name, theme.faint, text_anchor="middle")
        return
    data = f"data:image/{kind};base64,{base64.b64encode(body).decode()}"
    page.add("image", href=data, x=x, y=y, width=wide, height=high)


def _picture_height(body: bytes, wide: float) -> float:
    if not body.startswith(_PNG):
        return _PICTURE_HEIGHT
    its_width, its_height = int.from_bytes(body[16:20]), int.from_bytes(body[20:24])
    return wide * its_height / max(its_width, 1)


def _name(media: Json) -> str:
    return str(media["url"]).split("?")[0].rsplit("/", 1)[-1]


def _bytes(size: int) -> str:
    return f"{size:,} B" if size < 1000 else f"{size / 1000:,.1f} kB"  # noqa: PLR2004


_BUTTON = 2
_DRAWN: dict[int, Callable[[Page, Sent, Json, float, float, float], float]] = {
    1: _row,
    _BUTTON: _button,
    3: _select,
    10: _text,
    12: _gallery,
    13: _file,
    14: _separator,
    17: _container,
}
"""By Discord's number of the component."""
