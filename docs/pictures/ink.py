"""What pictures are drawn with: colours, fonts, how wide words are, and a page that grows."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape

from rich.cells import cell_len

SANS = (
    "-apple-system,'Segoe UI',Roboto,'Noto Sans','Apple SD Gothic Neo','Malgun Gothic',"
    "'Noto Sans KR','Noto Sans CJK KR',NanumGothic,Helvetica,Arial,sans-serif"
)
MONO = "Consolas,Menlo,'Roboto Mono','DejaVu Sans Mono','Liberation Mono',monospace"
CELL = 0.58
"""How wide a character in code is, in font sizes: between Consolas and DejaVu."""

_WIDE = 1.0
_WIDTHS = {0.29: " \u00a0iljI.,:;'|!", 0.4: "frt()[]{}-/", 0.95: "mwMW%@—…"}
_WIDTH_OF = {character: width for width, all_ in _WIDTHS.items() for character in all_}
_CAPITAL, _OTHER, _BOLD = 0.72, 0.58, 1.07
"""A little more than the widest of the fonts takes: words then never run over an edge."""
_NOT_XML = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

Value = str | float


@dataclass(frozen=True, slots=True)
class Theme:
    """The colours of a platform, dark or light."""

    page: str
    private: str
    card: str
    edge: str
    code: str
    strong: str
    text: str
    faint: str
    link: str
    buttons: Mapping[int | str, str]
    """By the platform's name of the style; Discord has numbers."""
    button_text: Mapping[int | str, str]
    code_text: str


_BLUE, _GREEN, _RED = "#5865f2", "#248046", "#da373c"
ACCENT_LABEL = ("#ffffff", _BLUE)
DARK = Theme(
    page="#313338",
    private="#363846",
    card="#2b2d31",
    edge="#3f4147",
    code="#1e1f22",
    strong="#f2f3f5",
    text="#dbdee1",
    faint="#949ba4",
    link="#00a8fc",
    buttons={1: _BLUE, 2: "#4e5058", 3: _GREEN, 4: _RED, 5: "#4e5058"},
    button_text=dict.fromkeys(range(1, 6), "#ffffff"),
    code_text="#dbdee1",
)
LIGHT = Theme(
    page="#ffffff",
    private="#f0f1fe",
    card="#f7f7f9",
    edge="#e0e2e6",
    code="#e6e8ec",
    strong="#060607",
    text="#2e3338",
    faint="#5c5e66",
    link="#0067e0",
    buttons={1: _BLUE, 2: "#dcdee3", 3: _GREEN, 4: _RED, 5: "#dcdee3"},
    button_text={1: "#ffffff", 2: "#2e3338", 3: "#ffffff", 4: "#ffffff", 5: "#2e3338"},
    code_text="#2e3338",
)
THEMES = {"dark": DARK, "light": LIGHT}


def width(text: str, size: float, *, is_bold: bool = False) -> float:
    """Estimate how wide words are."""
    return sum(map(_character_width, text)) * size * (_BOLD if is_bold else 1)


def code_width(text: str, size: float) -> float:
    """Return how wide code is drawn."""
    return cell_len(text) * size * CELL


def _character_width(character: str) -> float:
    if unicodedata.combining(character) or character in "\u200b\u200d\ufe0f":
        return 0.0
    if unicodedata.east_asian_width(character) in "WF":
        return _WIDE
    known = _WIDTH_OF.get(character)
    return known or (_CAPITAL if character.isupper() else _OTHER)


@dataclass
class Page:
    """Elements of a picture; who draws keeps track of where."""

    theme: Theme
    elements: list[str] = field(default_factory=list)

    def add(self, tag: str, text: str | None = None, /, **attributes: Value | None) -> None:
        """Add an element; `text` is words, and None for what has none."""
        inner = None if text is None else quoted(text)
        self.elements.append(element(tag, inner, **attributes))

    def rectangle(
        self, x: float, y: float, wide: float, high: float, **attributes: Value | None
    ) -> None:
        """Add a rectangle."""
        self.add("rect", x=x, y=y, width=wide, height=high, **attributes)

    def words(
        self, x: float, y: float, size: float, text: str, fill: str, **attributes: Value | None
    ) -> None:
        """Add words; `y` is the line that they stand on."""
        self.add("text", text, x=x, y=y, font_size=size, fill=fill, **attributes)

    def code(self, x: float, y: float, size: float, text: str, fill: str | None = None) -> None:
        """Add code: whatever the font, each word has the place that it has in a grid."""
        for found in re.finditer(r"\S+(?: \S+)*", text):
            start = x + code_width(text[: found.start()], size)
            is_wide = cell_len(found[0]) > len(found[0])  # Hangul is spaced out, not drawn broad
            self.words(
                start,
                y,
                size,
                found[0],
                fill or self.theme.code_text,
                font_family=MONO,
                textLength=code_width(found[0], size),
                lengthAdjust="spacing" if is_wide else "spacingAndGlyphs",
            )

    def portrait(self, x: float, y: float) -> None:
        """Draw Tokki, who is a rabbit."""
        for lean, cx in ((-10, 12.5), (10, 19.5)):
            turned = f"rotate({lean} {x + cx} {y + 18})"
            self.add(
                "ellipse", cx=x + cx, cy=y + 10, rx=2.6, ry=7, fill="#ffffff", transform=turned
            )
        self.add("circle", cx=x + 16, cy=y + 20, r=7, fill="#ffffff")
        for cx in (13.5, 18.5):
            self.add("circle", cx=x + cx, cy=y + 19, r=1.1, fill="#2b2d31")

    def framed(self, wide: float, high: float, title: str) -> str:
        """Return the whole as SVG. `title` says in words what is to be seen."""
        theme = self.theme
        background = element(
            "rect", None, width=wide, height=high, rx=8, fill=theme.page, stroke=theme.edge
        )
        inner = "\n".join([element("title", quoted(title)), background, *self.elements])
        return element(
            "svg",
            f"\n{inner}\n",
            xmlns="http://www.w3.org/2000/svg",
            viewBox=f"0 0 {_short(wide)} {_short(high)}",
            width=wide,
            height=high,
            role="img",
            font_family=SANS,
            **{"xml:space": "preserve"},
        )


def element(tag: str, inner: str | None, /, **attributes: Value | None) -> str:
    """Return an element as XML; `inner` is XML, names like font_size become font-size."""
    said = "".join(
        f' {name.replace("_", "-")}="{quoted(_short(value))}"'
        for name, value in attributes.items()
        if value is not None
    )
    return f"<{tag}{said}/>" if inner is None else f"<{tag}{said}>{inner}</{tag}>"


def quoted(text: str) -> str:
    """Return words as XML takes them."""
    return escape(_NOT_XML.sub("", text))


def _short(value: Value) -> str:
    return value if isinstance(value, str) else f"{value:.1f}".removesuffix(".0")
