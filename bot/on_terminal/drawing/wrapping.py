"""Breaks and shortens lines between words; a Hangul syllable takes two cells."""

from rich.cells import cell_len, set_cell_size

_LONGEST_TAIL = 16
"""Cells of a word that may be given up so as not to cut it."""


def wrapped(text: str, width: int) -> str:
    """Return `text` in lines of no more than `width` cells; a word that is longer has its own."""
    return "\n".join(line for each in text.split("\n") for line in _lines(each, width))


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
