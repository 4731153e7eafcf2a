"""Words the small print under an answer, the same in every door."""

from collections.abc import Iterator, Mapping

from handlers.types import Language

_WORDED = {
    Language.ENGLISH: {"model": "{}", "time": "{}", "query": "{}", "tokens": "{} tokens"},
    Language.KOREAN: {
        "model": "{}",
        "time": "{}",
        "query": "{}",
        "tokens": "토큰 {}개",
        "base": "출발 {}",
        "held-out": "평가용 {}개",
        "snapshot": "스냅숏 {}",
    },
}
"""How a known entry is said; others stand as `name value`."""


def small_print(footer: Mapping[str, str], language: Language) -> Iterator[str]:
    """Yield each entry of a reply's footer in words."""
    for name, value in footer.items():
        template = _WORDED[language].get(name)
        yield template.replace("{}", value) if template else f"{name} {value}"
