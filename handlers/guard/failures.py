"""Turns what went wrong into a reply: what it was, what to do, never a traceback."""

import logging
import secrets
from collections.abc import Callable, Mapping, Sequence

from handlers.table import Bilingual
from handlers.texts import say, sentences
from handlers.texts.reasons import translate_reason
from handlers.types import Failure, Language, Reply, UserError
from handlers.writing.languages import by_fame, name_of
from models.canonical import shortened
from models.errors import ModelError
from storage.errors import StorageError

_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""Without 0, 1, I and O, which people mix up when they read a reference aloud."""
_LONGEST_FACT = 80
_NAMED_LANGUAGES = 40

log = logging.getLogger(__name__)

KnownError = UserError | ModelError | StorageError
FORESEEN = (UserError, ModelError, StorageError)
"""The same, for an except clause."""


def known_failure(error: KnownError, language: Language) -> Reply:
    """Say what the user can do about an error that we foresaw."""
    message = explain(error.code, error.facts, language)
    return Reply(text=message, error=Failure(error.code, message))


def crash(error: BaseException, what: str, language: Language) -> Reply:
    """Log what nobody foresaw, and give the user the reference that stands beside it."""
    reference = "".join(secrets.choice(_ALPHABET) for _ in range(6))
    beside = {"reference": reference}
    log.error("%s broke, reference %s", what, reference, exc_info=error, extra=beside)
    return crashed(reference, language)


def crashed(reference: str, language: Language) -> Reply:
    """Give the user the reference of what stands in the log."""
    message = say(language, "error.crash", reference=reference)
    return Reply(text=message, error=Failure("crash", message, reference))


def explain(code: str, facts: Mapping[str, object], language: Language) -> str:
    """Return the sentence of an error, with the nearest right words where there are some."""
    shown = {key: _in_words(key, value, language) for key, value in facts.items()}
    said = [say(language, f"error.{code}", **shown)]
    said += [say(language, f"error.{key}", **shown) for key in _PROPOSALS if facts.get(key)]
    return " ".join(said)


def _in_words(key: str, value: object, language: Language) -> str:
    if key == "languages" and isinstance(value, list):
        return _languages(value, language)
    translate = _TRANSLATED.get(key)
    return translate(str(value), language) if translate else _shown(value, language)


def _languages(codes: Sequence[str], language: Language) -> str:
    names = [name_of(code, language) for code in by_fame(codes)[:_NAMED_LANGUAGES]]
    return ", ".join([*names, "…"] if len(codes) > _NAMED_LANGUAGES else names)


def _task(name: str, language: Language) -> str:
    """Name a task in a sentence; one that Tokki has no words for keeps its name on the Hub."""
    return sentences(language).get(f"task.{name or 'none'}", _shown(name, language))


def _whole(text: str, _: Language) -> str:
    return text


def _shown(value: object, language: Language) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(_shown(each, language) for each in value)
    if isinstance(value, Bilingual):
        return value.to(language)
    if isinstance(value, int):
        return f"{value:,}"
    text = str(value)
    return shortened(text, _LONGEST_FACT)


_PROPOSALS = ("nearest", "instead")
"""Facts that may be empty, so they have a sentence of their own."""
_TRANSLATED: Mapping[str, Callable[[str, Language], str]] = {
    "reason": translate_reason,
    "can": _task,
    "wanted": _task,
    "language": name_of,
    "path": _whole,
    "why": _whole,
}
"""Facts that are not the user's words: they are never cut."""
