"""Makes words fit: Slack refuses a whole message for one text that is too long."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bot.answering.words import KEPT_SHARE, length, whole_words
from handlers.texts import say
from handlers.types import Language

_JOINER = "\u200d"
_ESCAPED_BY = {"&": len("amp;"), "<": len("lt;"), ">": len("gt;")}
"""What each control character grows by."""


@dataclass(frozen=True, slots=True)
class Lines:
    """Lines in texts of which each fits a section."""

    texts: tuple[str, ...]
    is_whole: bool = True


def escaped_length(text: str) -> int:
    """Count what has not been escaped as if it were."""
    return length(text) + sum(text.count(sign) * more for sign, more in _ESCAPED_BY.items())


def shorten(text: str, room: int) -> str:
    """Return at most `room` of a text that is not escaped yet, cut behind a word if one ends."""
    if len(text) <= room and escaped_length(text) <= room:
        return text
    return f"{whole_words(_head(text, room - 1))}…" if room > 0 else ""


def cut(text: str, room: int) -> str:
    """Return the first `room` characters, which somebody may go on to edit."""
    head = text[:room]
    while length(head) > room:
        head = head[: -max((length(head) - room) // 2, 1)]
    return head


def pieces(text: str, room: int) -> Iterator[str]:
    """Yield a text, not escaped yet, in parts that fit, split where lines or words end."""
    while text:
        head = _head(text, room)
        if head != text:
            head = _whole_lines(head)
        yield head
        text = text[len(head) :]


def pack(lines: Iterable[str], count: int, room: int, each: int, language: Language) -> Lines:
    """Return as many of `count` lines as fit, and how many more there are.

    Args:
        lines: escaped.
        count: how many there are; not all need be drawn.
        room: for all texts.
        each: for each text.
        language: of the one who reads.
    """
    reserve = length(_more(count, language)) + 1
    texts: list[list[str]] = []
    shown, left, left_here = 0, room - reserve, 0
    for line in lines:
        size = length(line) + 1
        if size > min(left, each - reserve):
            break
        if size > left_here:
            texts.append([])
            left_here = each - reserve
        texts[-1].append(line)
        left, left_here, shown = left - size, left_here - size, shown + 1
    if shown < count:
        texts = texts or [[]]
        texts[-1].append(_more(count - shown, language))
    return Lines(tuple("\n".join(each) for each in texts), shown == count)


def _head(text: str, room: int) -> str:
    used = 0
    for index, character in enumerate(text[: max(room, 0)]):
        used += 1 + (character > "\uffff") + _ESCAPED_BY.get(character, 0)
        if used > room:
            return text[:index].rstrip(_JOINER) or text[:index]
    return text[: max(room, 0)]


def _whole_lines(head: str) -> str:
    """Cut behind the last line that ends in the last quarter, or else behind a word."""
    for end in (head.rfind("\n"), head.rfind(" ")):
        if end > len(head) * KEPT_SHARE:
            return head[: end + 1]
    return head


def _more(count: int, language: Language) -> str:
    return say(language, "slack.more", count=f"{count:,}")
