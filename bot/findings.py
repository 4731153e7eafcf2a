"""What `tokki check` finds, a line each: ✓ is well, ✗ has to be put right, · is good to know."""

from collections.abc import Mapping

from bot.doors import Say
from handlers.table import Bilingual
from handlers.texts import say
from handlers.types import Language

PROBLEM = 2
"""The exit code where something has to be put right."""


class Findings:
    """Tells each finding, and whether all were well."""

    def __init__(self, language: Language, tell: Say) -> None:
        self.language = language
        self._tell = tell
        self._are_well = True

    @property
    def exit_code(self) -> int:
        """0 where all is well."""
        return 0 if self._are_well else PROBLEM

    def good(self, key: str, **facts: object) -> None:
        """Tell what was looked at and is well."""
        self._tell(f"✓ {self._said(key, facts)}")

    def note(self, key: str, **facts: object) -> None:
        """Tell what is good to know, but was not held against anything."""
        self._tell(f"· {self._said(key, facts)}")

    def bad(self, key: str, **facts: object) -> None:
        """Tell what is not well, with its fix."""
        self.bad_sentence(self._said(key, facts))

    def bad_sentence(self, sentence: str) -> None:
        """Tell what is not well, in words that are already there."""
        self._tell("✗ " + sentence)
        self._are_well = False

    def _said(self, key: str, facts: Mapping[str, object]) -> str:
        return say(self.language, key if "." in key else f"check.{key}", **facts)


def bilingual(key: str, **facts: Bilingual) -> Bilingual:
    """Return a sentence of the check in both languages."""

    def to(language: Language) -> str:
        plain = {name: fact.to(language) for name, fact in facts.items()}
        return say(language, f"check.{key}", **plain)

    return Bilingual(to(Language.ENGLISH), to(Language.KOREAN))
