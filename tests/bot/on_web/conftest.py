"""The real door on a real socket, over a real database and tiny checkpoints."""

import asyncio
import re
from collections.abc import AsyncIterator, Mapping, Sequence
from pathlib import Path

import pytest_asyncio
from aiohttp import ClientError, ClientSession

from bot.on_web.connection.door import serve
from bot.settings import Settings
from handlers.needs.people import PlatformSilent
from handlers.types import Actor, Group, Language, Place, Role
from models.tasks.classification import TextToClassify
from tests.bot.serving import ServedTokki
from tests.handlers.conftest import checkpoints
from tests.servers.browser import Browser, Shown
from tests.servers.ports import free_port

__all__ = ["checkpoints"]

TOWN = Place("town", "town:1", "square")


class Town:
    """A platform, as far as the web door knows one: its people, who may change."""

    def __init__(self) -> None:
        self.people: dict[str, Actor] = {}
        self.is_silent = False
        self.asked = 0

    def settle(self, user: str, role: Role, language: Language = Language.ENGLISH) -> Actor:
        self.people[user] = Actor(user, user, role, language)
        return self.people[user]

    async def who(self, community: str, user: str, language: Language) -> Actor | None:
        self.asked += 1
        if self.is_silent:
            raise PlatformSilent
        return self.people.get(user) if community == TOWN.community else None

    async def names(self, community: str, users: Sequence[str]) -> Mapping[str, str]:
        return {user: f"{user} of the town" for user in users if user in self.people}

    async def groups(self, community: str) -> Sequence[Group]:
        return [Group("7", "teachers <b>")]


class Tokki(ServedTokki):
    """Tokki with pages."""

    serve = serve

    def __init__(self, data_dir: Path, checkpoints: Path) -> None:
        super().__init__(data_dir, checkpoints)
        self.port = free_port()
        self.web_url = f"http://127.0.0.1:{self.port}"
        self.town = Town()
        self.people["town"] = self.town

    def settings(self) -> Settings:
        return Settings(data_dir=self.data_dir, web_url=self.web_url)

    async def connected(self) -> None:
        async with asyncio.timeout(30), ClientSession() as session:
            while True:
                try:
                    async with session.get(f"{self.web_url}/healthz"):
                        return
                except ClientError:
                    await asyncio.sleep(0.02)

    async def link(self, user: str, place: Place = TOWN) -> str:
        """What `/web` answers somebody."""
        assert self.bot
        reply = await self.bot.by(user, self.town.people[user].role, place).ok("/web")
        (found,) = re.findall(r"http://\S+/web/in/[0-9a-f]{64}", reply.text or "")
        return found


@pytest_asyncio.fixture
async def tokki(tmp_path: Path, checkpoints: Path) -> AsyncIterator[Tokki]:
    tokki = Tokki(tmp_path, checkpoints)
    await tokki.start()
    models = tokki.bot.services.models
    await models.ask(models.find("sentiment"), TextToClassify("warm"))
    try:
        yield tokki
    finally:
        await tokki.stop()


@pytest_asyncio.fixture
async def browser(tokki: Tokki) -> AsyncIterator[Browser]:
    async with Browser(tokki.web_url) as browser:
        yield browser


@pytest_asyncio.fixture
async def mina(tokki: Tokki, browser: Browser) -> Browser:
    """An admin of the town, signed in."""
    tokki.town.settle("mina", Role.ADMIN)
    home = await browser.sign_in(await tokki.link("mina"))
    assert home.path == "/web", home.text
    return browser


async def asked(browser: Browser, command: str, **options: str) -> Shown:
    """Fill in a command's form, and wait for the answer."""
    form = await browser.get(f"/web/ask/{command.replace(' ', '/')}")
    sent = await browser.submit(form.page.all("form")[1], options)
    return await browser.settled(sent)
