"""Makes words fit: Discord counts what one message shows, and refuses what is too long."""

from collections.abc import Iterable
from dataclasses import dataclass

from bot.answering.words import length, whole_words
from handlers.texts import say
from handlers.types import Language


@dataclass(frozen=True, slots=True)
class Part:
    """Something drawn, within the room that there was."""

    text: str
    is_whole: bool = True


def shorten(text: str, room: int) -> str:
    """Return at most `room` of `text`, cut behind a word where one ends; may be escaped."""
    if len(text) <= room and length(text) <= room:
        return text
    head = whole_words(cut(text, room - 1))
    if (len(head) - len(head.rstrip("\\"))) % 2:
        head = head[:-1]  # half of an escape would escape what follows
    return f"{head}…" if room > 0 else ""


def cut(text: str, room: int) -> str:
    """Return the first `room` of `text`, never half an emoji."""
    first = text[: max(room, 0)].encode("utf-16-le", "surrogatepass")[: 2 * max(room, 0)]
    return first.decode("utf-16-le", "ignore")


def shortened(text: str, room: int) -> Part:
    """Return the same as a part that knows whether it is whole."""
    fits = shorten(text, room)
    return Part(fits, fits == text)


def fit_lines(lines: Iterable[str], count: int, room: int, language: Language) -> Part:
    """Return as many of `count` lines as fit, and how many more there are."""
    shown: list[str] = []
    left = room - length(_more(count, language)) - 1
    for line in lines:
        left -= length(line) + 1
        if left < 0:
            break
        shown.append(line)
    rest = count - len(shown)
    if rest:
        shown.append(_more(rest, language))
    return Part("\n".join(shown), not rest)


def _more(count: int, language: Language) -> str:
    return say(language, "discord.more", count=f"{count:,}")
