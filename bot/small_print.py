"""Words the small print under an answer, the same in every door."""

from collections.abc import Iterator, Mapping

from handlers.texts import say, sentences
from handlers.types import Language

_SPEAK_FOR_THEMSELVES = ("model", "engine", "time", "query")


def small_print(footer: Mapping[str, str], language: Language) -> Iterator[str]:
    """Yield each entry of a reply's footer in words; one without any as `name value`."""
    known = sentences(language)
    for name, value in footer.items():
        if name in _SPEAK_FOR_THEMSELVES:
            yield value
        elif (key := f"small_print.{name}") in known:
            yield say(language, key, value=value)
        else:
            yield f"{name} {value}"
