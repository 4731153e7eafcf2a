"""Breaks and shortens lines between words; a Hangul syllable takes two cells."""

import re

from rich.cells import cell_len, set_cell_size
from rich.text import Text

_LINK = re.compile(r"https?://\S+")
_LONGEST_TAIL = 16
"""Cells of a word that may be given up so as not to cut it."""


def wrapped(text: str, width: int) -> str:
    """Return `text` in lines of no more than `width` cells; a word that is longer has its own."""
    return "\n".join(line for each in text.split("\n") for line in _lines(each, width))


def prose(text: str, width: int, style: str = "") -> Text:
    """Return `text` to be drawn so wide; where a link is too long, the terminal itself breaks it.

    A line feed of ours within it would make it two, of which neither opens anything.
    """
    if has_long_link(text, width):
        return Text(wrapped(text, width), style=style, no_wrap=True, overflow="ignore")
    return Text(text, style=style, overflow="fold")


def has_long_link(text: str, width: int) -> bool:
    """Whether a link in it takes more than `width` cells."""
    return any(cell_len(link) > width for link in _LINK.findall(text))


def _lines(text: str, width: int) -> list[str]:
    lines = [""]
    for word in text.split(" "):
        longer = f"{lines[-1]} {word}" if lines[-1] else word
        if lines[-1] and cell_len(longer) > width:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines


def shortened(text: str, width: int) -> str:
    """Return `text` in no more than `width` cells, cut between words where that costs little."""
    if cell_len(text) <= width:
        return text
    cut = set_cell_size(text, max(width - 1, 0))
    whole, _, tail = cut.rpartition(" ")
    is_inside = not text[len(cut) : len(cut) + 1].isspace()
    if is_inside and whole.strip() and cell_len(tail) <= _LONGEST_TAIL:
        cut = whole.rstrip()
    return cut + "…"
