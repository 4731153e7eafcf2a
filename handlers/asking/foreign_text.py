"""The sentence under an answer to a text that is written in none of the model's languages."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace

from handlers.services import Services
from handlers.texts import say, sentences
from handlers.texts.lists import joined
from handlers.types import Language
from models.languages.latin_languages import foreign_language
from models.languages.scripts import LATIN, foreign_script, language_code, scripts_of_languages
from models.results import Checkpoint, Classification
from models.tasks.fill_mask import ANY_MASK

_MASK = re.compile(ANY_MASK, re.IGNORECASE)
_NAMED_LANGUAGES = 5


@dataclass(frozen=True, slots=True)
class Reader:
    """Which languages a model has learned, by its card; nobody knows where that is silent."""

    languages: tuple[str, ...]
    scripts: frozenset[str] | None

    def doubted(self, text: str, answer: Classification) -> Classification:
        """Return the answer, a doubtful one where the text is foreign."""
        return replace(answer, is_doubtful=True) if self._foreign(text) else answer

    def note(self, texts: Iterable[str], language: Language) -> str | None:
        """Return what is to be said of texts in a foreign script; None where there are none."""
        found = Counter(writing for text in texts if (writing := self._foreign(text)))
        if not found:
            return None
        names = sentences(language)
        writing = names.get(found.most_common(1)[0][0], names["script.other"])
        return say(language, "answer.foreign", languages=self.named(language), writing=writing)

    def _foreign(self, text: str) -> str | None:
        """The key of the words for a text's script, or for its language among those of a script."""
        if self.scripts is None:
            return None
        text = _MASK.sub(" ", text)
        if script := foreign_script(text, self.scripts):
            return f"script.{script}"
        if LATIN not in self.scripts or foreign_script(text, frozenset({LATIN})):
            return None
        found = foreign_language(text, map(language_code, self.languages))
        return f"written.{found}" if found else None

    def named(self, language: Language) -> str:
        """Return the languages in words; of many, the first."""
        names = sentences(language)
        codes = map(language_code, self.languages)
        found = list(dict.fromkeys(names.get(f"language.{code}", code) for code in codes))
        if len(found) > _NAMED_LANGUAGES:
            found = [*found[:_NAMED_LANGUAGES], names["language.others"]]
        return joined(found, language)


async def reader_of(services: Services, checkpoint: Checkpoint) -> Reader:
    """Return what is known of a checkpoint that is on disk."""
    codes = tuple(await services.models.languages(checkpoint))
    return Reader(codes, scripts_of_languages(codes))
