"""The one form in which text from outside is compared, and what makes it fit to be used at all.

What is shown, and what a model reads, is what was typed; only keys and comparisons are canonical.
It stands in models because the catalog's names need it and handlers may import models; storage is
given keys that are canonical already.
"""

import re
import unicodedata
from collections.abc import Callable, Sequence

_UNSEEN = re.compile("[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
"""Soft hyphen, joiners, zero-width spaces, marks and overrides of the direction of writing."""
_EMOJI_JOINER = "\u200d"
_LONGEST_LINE = 80
_MOST_READ = 1_000


def without_surrogates(text: str) -> str:
    """Return the text with lone surrogates replaced: neither a tokenizer nor SQLite takes them."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def canonical(text: str) -> str:
    """Return the text in NFC, without zero-width and bidirectional controls, its spaces folded."""
    return " ".join(unicodedata.normalize("NFC", _UNSEEN.sub("", text)).split())


def one_line(name: str) -> str:
    """Return a stranger's name to be shown: without invisible characters, cut when very long."""
    begin = name[:_MOST_READ]
    visible = "".join(c if c.isprintable() or c == _EMOJI_JOINER else " " for c in begin)
    line = " ".join(visible.split())
    return line if len(line) <= _LONGEST_LINE else line[: _LONGEST_LINE - 1] + "…"


def folded(text: str) -> str:
    """Return the canonical form in which upper and lower case are the same."""
    # Folding can take a composed letter apart, such as ΐ.
    return unicodedata.normalize("NFC", canonical(text).casefold())


def lowered(name: str) -> str:
    """Return the canonical name of a model: it is kept and shown like this, so ß stays ß."""
    return canonical(name).lower()


def find_label(typed: str, labels: Sequence[str]) -> str | None:
    """Return the label that was meant: by its exact name first, by its folded name if only one."""
    forms: tuple[Callable[[str], str], ...] = (str, canonical, folded)
    for form in forms:
        wanted = form(typed)
        found = {label for label in labels if form(label) == wanted}
        if len(found) == 1:
            return found.pop()
    return None
