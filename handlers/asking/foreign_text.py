"""The sentence under an answer to a text that is written in none of the model's languages."""

import re
from collections.abc import Iterable

from handlers.services import Services
from handlers.texts import say, sentences
from handlers.types import Language
from models.results import Checkpoint
from models.scripts import foreign_script, language_code, scripts_of_languages

_MASK = re.compile(r"\[MASK\]|<mask>|_{3,}", re.IGNORECASE)
_NAMED_LANGUAGES = 5


async def foreign_note(
    services: Services, checkpoint: Checkpoint, text: str, language: Language
) -> str | None:
    """Return what the model's card and the text's letters say against the answer, if they do."""
    codes = await services.models.languages(checkpoint)
    known = scripts_of_languages(codes)
    script = foreign_script(_MASK.sub(" ", text), known) if known else None
    if script is None:
        return None
    names = sentences(language)
    written = names.get(f"script.{script}", names["script.other"])
    return say(language, "answer.foreign", languages=_named(codes, language), script=written)


def notes(*each: str | None) -> str | None:
    """Return the sentences that there are, a line each."""
    return "\n".join(filter(None, each)) or None


def _named(codes: Iterable[str], language: Language) -> str:
    names = sentences(language)
    found = list(dict.fromkeys(names.get(f"language.{c}", c) for c in map(language_code, codes)))
    more = ", …" if len(found) > _NAMED_LANGUAGES else ""
    return ", ".join(found[:_NAMED_LANGUAGES]) + more
