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
_ACTING = re.compile(
    "|".join(
        rf"(?<![\w{mark}]){mark}(?![\s{mark}])[^\n]*?(?<![\s{mark}]){mark}(?![\w{mark}])"
        for mark in (r"\*", "_", "~")
    )
    + r"|`[^\n]*`"
    + r"|:[\w+-]{1,64}:(?!\w)"  # an :emoji:
)
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
    shown = _ACTING.sub(_lookalike, clean(text))
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


def _lookalike(found: re.Match[str]) -> str:
    """Replace the marks at both ends; a backtick within a span would end it early."""
    text = found[0]
    mark = text[0]
    if mark == "`":
        return text.replace(mark, _LOOKALIKES[mark])
    return f"{_LOOKALIKES[mark]}{text[1:-1]}{_LOOKALIKES[mark]}"
