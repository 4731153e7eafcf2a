import ast
import string
from itertools import chain
from pathlib import Path

import pytest

import bot
import handlers
import models.errors
import storage.errors
from handlers.texts import say, sentences
from handlers.types import Language
from models.errors import ModelError
from storage.errors import StorageError

SOURCES = [Path(package.__path__[0]) for package in (handlers, bot)]


def blanks(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name}


def codes(module: object, root: type) -> set[str]:
    classes = [c for c in vars(module).values() if isinstance(c, type) and issubclass(c, root)]
    return {c.code for c in classes}


def raised_codes() -> set[str]:
    """The codes of every `UserError("…")` in the source."""
    found = set()
    for path in chain.from_iterable(source.rglob("*.py") for source in SOURCES):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            is_error = isinstance(node, ast.Call) and getattr(node.func, "id", "") == "UserError"
            if is_error and isinstance(node.args[0], ast.Constant):
                found.add(node.args[0].value)
    return found


def test_both_languages_have_the_same_sentences_and_blanks():
    english, korean = sentences(Language.ENGLISH), sentences(Language.KOREAN)
    assert english.keys() == korean.keys()
    for key, sentence in english.items():
        assert blanks(sentence) == blanks(korean[key]), key


_NAMES_ALONE = {
    *("amount.megabytes", "finetune.f1_of", "modelinfo.latency", "origin.hub"),
    *("status.part_discord", "status.part_slack", "status.cluster"),
}


def test_every_korean_sentence_with_words_is_korean():
    for key, sentence in sentences(Language.KOREAN).items():
        words = string.Formatter().parse(sentence)
        literal = "".join(part for part, *_ in words)
        has_hangul = any("가" <= c <= "힣" for c in literal)
        if not any(c.isalpha() for c in literal):
            continue
        assert has_hangul or key in _NAMES_ALONE, key


def test_every_error_has_a_sentence():
    wanted = codes(models.errors, ModelError) | codes(storage.errors, StorageError)
    wanted |= raised_codes() | {"role_admin", "role_moderator", "crash"}
    missing = {code for code in wanted if f"error.{code}" not in sentences(Language.ENGLISH)}
    assert not missing


def test_user_text_is_never_read_as_a_format():
    assert "{0.__class__}" in say(Language.ENGLISH, "error.unknown_model", name="{0.__class__}")


def test_an_unknown_sentence_is_our_mistake():
    with pytest.raises(KeyError):
        say(Language.ENGLISH, "no.such")
