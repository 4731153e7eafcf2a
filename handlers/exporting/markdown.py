"""Markdown of cards: names that people chose, and tables."""

import re
from collections.abc import Sequence

from models.canonical import one_line

_MARKUP = re.compile(r"([\\`*_{}\[\]()<>#+!|~&:@-])")


def escaped(text: str) -> str:
    """Return what people wrote on one line, cut when very long, and free of markup."""
    return _MARKUP.sub(r"\\\1", one_line(text))


def table(head: Sequence[str], rows: Sequence[Sequence[str]], numbers_from: int) -> str:
    """Return a table; the columns from `numbers_from` on hold numbers."""
    rule = ["---"] * numbers_from + ["---:"] * (len(head) - numbers_from)
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (head, rule, *rows))
