"""Turns what went wrong into a reply: what it was, what to do, never a traceback."""

import logging
import secrets
from collections.abc import Mapping

from handlers.texts import say
from handlers.types import Failure, Language, Reply, UserError, Visibility
from models.errors import ModelError
from storage.errors import StorageError

_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""Without 0, 1, I and O, which people mix up when they read a reference aloud."""
_LONGEST_FACT = 80

log = logging.getLogger(__name__)

KnownError = UserError | ModelError | StorageError
FORESEEN = (UserError, ModelError, StorageError)
"""The same, for an except clause."""


def known_failure(error: KnownError, language: Language) -> Reply:
    """Say what the user can do about an error that we foresaw."""
    message = explain(error.code, error.facts, language)
    return Reply(text=message, visibility=Visibility.PRIVATE, error=Failure(error.code, message))


def crash(error: Exception, what: str, language: Language) -> Reply:
    """Log what nobody foresaw, and give the user the reference that stands beside it."""
    reference = "".join(secrets.choice(_ALPHABET) for _ in range(6))
    log.error("%s broke, reference %s", what, reference, exc_info=error)
    message = say(language, "error.crash", reference=reference)
    return Reply(
        text=message,
        visibility=Visibility.PRIVATE,
        error=Failure("crash", message, reference),
    )


def explain(code: str, facts: Mapping[str, object], language: Language) -> str:
    """Return the sentence of an error, with the nearest right words where there are some."""
    shown = {key: _shown(value) for key, value in facts.items()}
    message = say(language, f"error.{code}", **shown)
    if facts.get("nearest"):
        message += " " + say(language, "error.nearest", nearest=shown["nearest"])
    return message


def _shown(value: object) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(str(each) for each in value)
    if isinstance(value, int):
        return f"{value:,}"
    text = str(value)
    return text if len(text) <= _LONGEST_FACT else text[: _LONGEST_FACT - 1] + "…"
