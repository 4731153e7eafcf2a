"""Takes the pictures of the pages anew: `python -m docs.pictures.pages`, with the extra `browser`.

A real browser looks at the real door over the bundled models, in both languages, light and dark.
"""

import asyncio
import io
import shutil
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path

from PIL import Image

import models.bundled
from bot.on_web.pages import PAGES
from handlers.types import Language, Role
from storage.records import NewVersion
from tests.bot.on_web.conftest import TOWN, Tokki
from tests.browser.filled import filled
from tests.browser.person import Person, chromium
from tests.handlers.judging import ALL, gather_labels
from tests.handlers.versions.conftest import made_version

FOLDER = Path(__file__).parent
BUNDLED = Path(models.bundled.__file__).parent
PEOPLE = {Language.ENGLISH: "mina", Language.KOREAN: "민아"}
_WIDTH, _HEIGHT = 1100, 760
_COLOURS = 48
_LABELS = ("negative", "positive")
_UNDER = {
    "label": "/web/label?dataset=pets",
    "model": "/web/models/one/ours@2",
    "board": "/web/models/board?name=mood",
}


@asynccontextmanager
async def town() -> AsyncIterator[Tokki]:
    """Serve a town with something on each page."""
    with tempfile.TemporaryDirectory() as folder:
        tokki = Tokki(Path(folder), BUNDLED)
        await tokki.start()
        try:
            assert tokki.bot
            made = partial(
                made_version, tokki.bot, tokki.data_dir, BUNDLED, community=TOWN.community
            )
            await filled(tokki, made, TOWN)
            await _measured(tokki)
            yield tokki
        finally:
            await tokki.stop()


async def _measured(tokki: Tokki) -> None:
    """Let people say which answers are right, and two models be measured on that."""
    assert tokki.bot
    boss = tokki.bot.by("boss", Role.ADMIN, replace(TOWN, is_private_property=True))
    await gather_labels(boss, [(text, label) for text, label in ALL if label in _LABELS])
    folder = "models/trained/mood"
    shutil.copytree(BUNDLED / "sentiment", tokki.data_dir / folder)
    version = NewVersion(TOWN.community, "mood", folder, "sentiment@0", _LABELS)
    await boss.services.storage.versions.add(version)
    for dataset in await boss.services.storage.datasets.all(TOWN.community):
        await boss.press(f"evaluate:{dataset.id}")


def addresses() -> dict[str, str]:
    """Return what pictures are taken of: each page of the menu, or what shows more of it."""
    menu = {page.name or "home": f"/web/{page.name}" for page in PAGES if page.is_in_menu}
    return {name: path.rstrip("/") for name, path in {**menu, **_UNDER}.items()}


async def main() -> None:
    """Take all pictures."""
    async with town() as tokki, chromium() as browser:
        for language, name in PEOPLE.items():
            tokki.town.settle(name, Role.ADMIN, language)
            size = {"width": _WIDTH, "height": _HEIGHT}
            context = await browser.new_context(locale=str(language), viewport=size)
            person = Person(context, await context.new_page(), tokki.web_url)
            await person.sign_in(await tokki.link(name))
            await _take(person, language)


async def _take(person: Person, language: Language) -> None:
    for name, path in addresses().items():
        page = await person.open(path)
        for theme in ("light", "dark"):
            await page.emulate_media(color_scheme=theme)
            taken = _small(await page.screenshot(animations="disabled"))
            (FOLDER / f"web-{name}-{language}-{theme}.png").write_bytes(taken)


def _small(png: bytes) -> bytes:
    """Return it with a palette, which is enough for letters and bars."""
    with Image.open(io.BytesIO(png)) as picture, io.BytesIO() as file:
        picture.convert("RGB").quantize(_COLOURS, dither=Image.Dither.NONE).save(
            file, "PNG", optimize=True
        )
        return file.getvalue()


if __name__ == "__main__":
    asyncio.run(main())
