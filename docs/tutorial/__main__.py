"""Goes through the tutorial anew: `python -m docs.tutorial` writes what Tokki answers today."""

import asyncio
from pathlib import Path

from docs.tutorial.transcript import replayed, talk
from handlers.types import Language

PAGE = Path(__file__).parents[1] / "tutorial.md"
_KOREAN = "\n## 한국어\n"


def halves() -> dict[Language, str]:
    """Return the page's half in each language; both together are the page."""
    english, korean = PAGE.read_text("utf-8").split(_KOREAN)
    return {Language.ENGLISH: english, Language.KOREAN: _KOREAN + korean}


async def walked(language: Language, half: str) -> str:
    """Return a half with the answers of a new Tokki."""
    async with talk(language) as there:
        return await replayed(half, there)


async def main() -> None:
    """Write the page anew."""
    both = [await walked(language, half) for language, half in halves().items()]
    PAGE.write_text("".join(both), "utf-8")


if __name__ == "__main__":
    asyncio.run(main())
