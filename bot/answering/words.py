"""Words of strangers, before a platform's own markup is thought of."""

import re
import unicodedata

from models.canonical import without_surrogates

ZERO_WIDTH_SPACE = "\u200b"
KEPT_SHARE = 0.75
"""A cut goes back to the end of a word, but never loses more than a quarter for it."""

_LINE_END = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_HARMFUL = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f"  # control characters
    "\u202a-\u202e\u2066-\u2069"  # would turn round the words that follow
    "\ufeff\ufff9-\ufffb\ufffe\uffff]"
)


def clean(text: str) -> str:
    """Return `text` with one kind of line end, and without what hides or turns words round."""
    return _HARMFUL.sub("", _LINE_END.sub("\n", without_surrogates(text)))


def one_line(text: str) -> str:
    """Return `text` cleaned and in one line: ⏎ stands for a line end."""
    return clean(text).strip().replace("\n", "⏎").replace("\t", " ")


def is_visible(text: str) -> bool:
    """Say whether there is anything to see: platforms refuse words that are only white space."""
    return any(unicodedata.category(character)[0] not in "CZ" for character in text)


def length(text: str) -> int:
    """Count as the strictest would: an emoji is two (UTF-16)."""
    return len(text) + sum(character > "\uffff" for character in text)


def whole_words(head: str) -> str:
    """Return the beginning of a text cut behind a word, where one ends near."""
    end = max(head.rfind(" "), head.rfind("\n"))
    return (head[:end] if end > len(head) * KEPT_SHARE else head).rstrip()


def apart(code: str) -> str:
    """Return code in which no two backticks stand together, which would close its fence."""
    return re.sub("`(?=`)", f"`{ZERO_WIDTH_SPACE}", code)
