"""Every page in both languages, light and dark, on a phone and on a wide screen, for everybody."""

from urllib.parse import urlsplit

import pytest

from bot.on_web.pages import PAGES
from handlers.types import Language, Role
from tests.bot.on_web.conftest import TOWN
from tests.browser.filled import filled, paths
from tests.browser.person import Person

_WIDTHS = (360, 1600)
_THEMES = ("light", "dark")
_GRAVE = ("serious", "critical")
_OVER = "() => document.scrollingElement.scrollWidth - document.scrollingElement.clientWidth"


async def findings(axe, page, where: str) -> list[str]:
    """What axe-core has against a page as it is now, and what of it does not fit the window."""
    told = await axe.run(page, options={"resultTypes": ["violations"]})
    found = [
        f"{where}: {one['id']} ({one['impact']}) {one['nodes'][0]['html'][:200]}"
        for one in told.response["violations"]
        if one["impact"] in _GRAVE
    ]
    over = await page.evaluate(_OVER)
    return found + ([f"{where}: {over} px too wide"] if over > 0 else [])


@pytest.mark.parametrize("language", Language)
async def test_axe_finds_nothing_grave(tokki, comes, made, language):
    axe = pytest.importorskip("axe_playwright_python.async_playwright").Axe()
    await filled(tokki, made, TOWN)
    someone = await comes("mina", Role.ADMIN, language)
    grave: list[str] = []
    answer, sign_in = await _answer(someone), urlsplit(await tokki.link("mina")).path
    for path in [*paths(PAGES), "/web/nowhere", answer, sign_in]:
        page = await someone.open(path)
        assert await page.locator("html").get_attribute("lang") == str(language)
        for theme in _THEMES:
            await page.emulate_media(color_scheme=theme)
            for width in _WIDTHS:
                await page.set_viewport_size({"width": width, "height": 800})
                grave += await findings(axe, page, f"{path} {theme} {width}")
    assert not grave, "\n".join(grave)


async def _answer(someone: Person) -> str:
    """Ask, and have the code of the answer shown beside it; returns where both stand."""
    page = await someone.open("/web/ask/classify")
    await page.locator("#field-text").fill("I love <this>")
    await page.locator("button.good").click()
    await someone.settled()
    await page.locator("article form button[value^='code:']").first.click()
    await page.locator("article pre").wait_for()
    return urlsplit(page.url).path


async def test_the_keyboard_alone_is_enough(comes):
    ann = await comes("ann", Role.MEMBER)
    page = await ann.open("/web/ask/classify")
    await page.keyboard.press("Tab")
    assert await page.evaluate("document.activeElement.className") == "skip"
    await page.keyboard.press("Enter")
    await page.locator("main:focus").wait_for()
    await page.keyboard.press("Tab")
    assert await page.evaluate("document.activeElement.closest('main') !== null")
    await page.locator("#field-text").focus()
    await page.keyboard.type("I love this")
    await page.locator("button.good").focus()
    await page.keyboard.press("Enter")
    await ann.settled()
    assert "sentiment@0" in await page.locator("article").inner_text()
    assert "/web/answers/" in page.url
