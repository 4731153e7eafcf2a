"""What a page costs a browser that comes for the first time: bytes, requests, its first paint."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING, Any

from docs.pictures.pages import addresses
from handlers.types import Role
from tests.bot.on_web.conftest import Tokki
from tests.browser.person import Person

if TYPE_CHECKING:
    from playwright.async_api import Browser

_USER = "mina"
_TIMES = """() => {
  const kinds = ["navigation", "resource"];
  const entries = kinds.flatMap((kind) => performance.getEntriesByType(kind));
  const paint = performance.getEntriesByName("first-contentful-paint")[0];
  return {
    bytes: entries.reduce((sum, one) => sum + one.transferSize, 0),
    requests: entries.length,
    paint: paint ? paint.startTime : null,
    answer: entries[0].responseEnd - entries[0].requestStart,
    elements: document.getElementsByTagName("*").length,
  };
}"""


@dataclass(frozen=True, slots=True)
class Cost:
    """Of one page; times are medians over the rounds."""

    name: str
    bytes: int
    requests: int
    answer_ms: float
    paint_ms: float
    again_bytes: int
    """When they come back: style and scripts are kept."""
    elements: int


async def costs(tokki: Tokki, browser: "Browser", rounds: int) -> Sequence[Cost]:
    """Measure every page, each time in a browser that has seen none of them."""
    tokki.town.settle(_USER, Role.ADMIN)
    found: dict[str, list[tuple[dict[str, Any], dict[str, Any]]]] = {}
    for _ in range(rounds):
        for name, path in addresses().items():
            found.setdefault(name, []).append(await _twice(tokki, browser, path))
    return [_cost(name, each) for name, each in found.items()]


async def _twice(
    tokki: Tokki, browser: "Browser", path: str
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Sign in with one browser, and look with its cookie from one that has nothing kept."""
    signed = await browser.new_context()
    person = Person(signed, await signed.new_page(), tokki.web_url)
    await person.sign_in(await tokki.link(_USER))
    state = await signed.storage_state()
    await signed.close()
    context = await browser.new_context(storage_state=state)
    page = await context.new_page()
    seen = []
    for _ in range(2):
        await page.goto(f"{tokki.web_url}{path}")
        await page.wait_for_load_state("networkidle")
        seen.append(await page.evaluate(_TIMES))
    await context.close()
    return seen[0], seen[1]


def _cost(name: str, each: Sequence[tuple[dict[str, Any], dict[str, Any]]]) -> Cost:
    firsts, seconds = zip(*each, strict=True)
    return Cost(
        name,
        firsts[-1]["bytes"],
        firsts[-1]["requests"],
        median(one["answer"] for one in firsts),
        median(one["paint"] or 0.0 for one in firsts),
        seconds[-1]["bytes"],
        firsts[-1]["elements"],
    )
