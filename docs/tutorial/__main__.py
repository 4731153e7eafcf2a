"""Goes through the tutorial anew, and through what docs/terminal.md shows of the chat.

`python -m docs.tutorial` writes what Tokki answers today.
"""

import asyncio
from pathlib import Path

from docs.tutorial.transcript import replayed, talk
from handlers.types import Language

_DOCS = Path(__file__).parents[1]
PAGE = _DOCS / "tutorial.md"
PAGES = (PAGE, _DOCS / "terminal.md")
_KOREAN = "\n## 한국어\n"


def halves(page: Path = PAGE) -> dict[Language, str]:
    """Return a page's half in each language; both together are the page."""
    english, korean = page.read_text("utf-8").split(_KOREAN)
    return {Language.ENGLISH: english, Language.KOREAN: _KOREAN + korean}


async def walked(language: Language, half: str) -> str:
    """Return a half with the answers of a new Tokki."""
    async with talk(language) as there:
        return await replayed(half, there)


async def main() -> None:
    """Write the pages anew."""
    for page in PAGES:
        both = [await walked(language, half) for language, half in halves(page).items()]
        page.write_text("".join(both), "utf-8")


if __name__ == "__main__":
    asyncio.run(main())
