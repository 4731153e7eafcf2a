"""Files beside a message: what Discord takes."""

import re

from bot.answering.words import clean, is_visible
from bot.on_discord.drawing.fitting import shorten
from handlers.types import File, Picture

MOST_BYTES = 10 * 1024 * 1024
_LONGEST_NAME = 64
_UNSAFE = re.compile(r"[^A-Za-z0-9_.-]+")
"""Discord takes no other characters in a name that a component refers to."""
_HIDDEN = re.compile(r"^(?:SPOILER_|[._-])+")
"""Discord blurs a file whose name begins so."""
_LONGEST_ALT = 1_024
_PICTURES = (".png", ".jpg", ".jpeg", ".gif", ".webp")


def is_picture(name: str) -> bool:
    """Say whether Discord shows a file as a picture."""
    return name.lower().endswith(_PICTURES)


def safe_name(name: str) -> str:
    """Return a name that Discord takes, in a component too."""
    last = re.split(r"[/\\]", name)[-1]
    stem, dot, ending = _UNSAFE.sub("_", last).rpartition(".")
    if not stem:
        stem, dot, ending = ending, "", ""
    stem = _HIDDEN.sub("", stem).rstrip("._-")[: _LONGEST_NAME - 16]
    return f"{stem or 'file'}{dot}{ending[:10]}".rstrip(".")


def alt_text(file: File) -> str | None:
    """Return what a screen reader says of a picture."""
    said = clean(file.alt) if isinstance(file, Picture) else ""
    return shorten(said, _LONGEST_ALT) if is_visible(said) else None
