"""The pages of the real door in Debian's Chromium: `make test-browser`."""

from collections.abc import AsyncIterator, Awaitable, Callable
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest
import pytest_asyncio

from handlers.types import Language, Role
from storage.records import Version
from tests.bot.on_web.conftest import TOWN, Tokki, checkpoints, tokki
from tests.browser.person import Person, chromium
from tests.handlers.versions.conftest import made_version

if TYPE_CHECKING:
    from playwright.async_api import Browser

__all__ = ["checkpoints", "tokki"]

Comes = Callable[..., Awaitable[Person]]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test of this folder."""
    for item in items:
        if "tests/browser" in item.path.as_posix():
            item.add_marker(pytest.mark.browser)


@pytest_asyncio.fixture
async def browser() -> "AsyncIterator[Browser]":
    async with chromium() as browser:
        yield browser


@pytest_asyncio.fixture
async def comes(browser: "Browser", tokki: Tokki) -> AsyncIterator[Comes]:
    """People who come to the pages; nothing may have gone wrong in their browsers."""
    people: list[Person] = []

    async def come(
        user: str, role: Role, language: Language = Language.ENGLISH, **more: Any
    ) -> Person:
        tokki.town.settle(user, role, language)
        context = await browser.new_context(**{"locale": str(language), **more})
        person = Person(context, await context.new_page(), tokki.web_url)
        people.append(person)
        await person.sign_in(await tokki.link(user))
        return person

    yield come
    assert not [trouble for person in people for trouble in person.troubles]


@pytest.fixture
def made(tokki: Tokki, checkpoints: Any) -> Callable[..., Awaitable[Version]]:
    """Versions of the town."""
    assert tokki.bot
    return partial(made_version, tokki.bot, tokki.data_dir, checkpoints, community=TOWN.community)
