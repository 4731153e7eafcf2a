"""Lets words stand in Slack as they were written.

Words come from strangers: their mentions, links and markup are shown, never obeyed. Slack takes
three characters as control characters, and those alone are escaped; it knows no way to escape its
markup, so `literal` gives a mark that would act the look of itself.
https://docs.slack.dev/messaging/formatting-message-text
"""

import re

from bot.answering.words import apart, clean
from handlers.types import Group

_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
_CHARACTERS = {entity: character for character, entity in _ENTITIES.items()}
_LOOKALIKES = {"*": "∗", "_": "ˍ", "~": "∼", "`": "ˋ", ":": "∶"}
_OPENS, _CLOSES = r"(?<![\w{0}]){0}(?![\s{0}])", r"(?<![\s{0}]){0}(?![\w{0}])"
_SPANS = {
    mark: tuple(re.compile(side.format(re.escape(mark))) for side in (_OPENS, _CLOSES))
    for mark in "*_~"
}
_EMOJI = re.compile(r":[\w+-]{1,64}:(?!\w)")
_QUOTE = re.compile(r"^([ \t]*)>", re.MULTILINE)
_MENTION = re.compile(
    r"<(?:@(?P<person>[UW]\w+)|!subteam\^(?P<group>S\w+))(?:\|@?(?P<name>[^>]*))?>"
)

_SEQUENCE = re.compile(r"<(?P<what>[@#!]?)(?P<target>[^<>|]*)(?:\|(?P<label>[^<>]*))?>")


def escape(text: str) -> str:
    """Return `text` without control characters: neither mention nor link acts."""
    return re.sub("[&<>]", lambda found: _ENTITIES[found[0]], clean(text))


def unescape(text: str) -> str:
    """Return what was typed: Slack escapes the text of a command."""
    return re.sub("&(?:amp|lt|gt);", lambda found: _CHARACTERS[found[0]], text)


def as_read(text: str) -> str:
    """Return a message as people read it: its mentions and links as words."""
    return unescape(_SEQUENCE.sub(_words, text))


def literal(text: str) -> str:
    """Return `text` escaped, and so that it formats nothing."""
    shown = "\n".join(map(_plain, clean(text).split("\n")))
    return escape(_QUOTE.sub(r"\1›", shown))


def escape_code(code: str) -> str:
    """Return code escaped, in which no two backticks stand together and would close its fence."""
    return apart(escape(code))


def fenced(code: str) -> str:
    """Return escaped code in a fence."""
    return f"```\n{code}\n```"


def mentioned(text: str) -> Group | None:
    """Return the person or the user group that a mention names, such as `<@U1|mina>`."""
    found = _MENTION.fullmatch(text.strip())
    if not found:
        return None
    group = found["person"] or found["group"]
    return Group(group, unescape(found["name"] or "") or group)


def _words(found: re.Match[str]) -> str:
    """Say a control sequence in words, such as `@mina` for `<@U1|mina>`."""
    said = found["label"] or found["target"]
    is_named = found["what"] and not found["target"].startswith("date^")
    sign = "#" if found["what"] == "#" else "@"
    return f"{sign}{said.removeprefix(sign)}" if is_named else said


def _plain(line: str) -> str:
    """Give what would act in a line the look of itself; the time grows as the line does."""
    if line.count("`") > 1:
        line = line.replace("`", _LOOKALIKES["`"])
    for mark in _SPANS:
        if mark in line:
            line = _without_span(line, mark)
    return _EMOJI.sub(lambda found: found[0].replace(":", _LOOKALIKES[":"]), line)


def _without_span(line: str, mark: str) -> str:
    """Replace the marks that can open or close something, from the first such to the last."""
    opens, closes = _SPANS[mark]
    first = opens.search(line)
    if first is None:
        return line
    begins = {found.start() for found in opens.finditer(line)}
    ends = {found.start() for found in closes.finditer(line, first.end() + 1)}
    if not ends:
        return line
    acting = {at for at in begins | ends if at <= max(ends)}
    return "".join(_LOOKALIKES[mark] if at in acting else sign for at, sign in enumerate(line))
