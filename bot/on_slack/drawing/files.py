"""Files beside a message: how Slack has them named."""

import re

from bot.answering.words import clean, is_visible, one_line
from bot.on_slack.drawing.fitting import shorten
from handlers.types import File, Picture

_LONGEST_ALT = 1_000
_LONGEST_STEM = 80
_LONGEST_ENDING = 10
_UNSAFE = re.compile(r"[^\w.-]+")


def safe_name(name: str) -> str:
    """Return a name that Slack shows as it is."""
    last = re.split(r"[/\\]", clean(name))[-1]
    stem, dot, ending = _UNSAFE.sub("_", last).rpartition(".")
    if not stem:
        stem, dot, ending = ending, "", ""
    return f"{stem.strip('._-')[:_LONGEST_STEM] or 'file'}{dot}{ending[:_LONGEST_ENDING]}".rstrip(
        "."
    )


def alt_text(file: File) -> str:
    """Return what a screen reader says of a file: never nothing."""
    said = one_line(file.alt) if isinstance(file, Picture) else ""
    return shorten(said, _LONGEST_ALT) if is_visible(said) else file.name
