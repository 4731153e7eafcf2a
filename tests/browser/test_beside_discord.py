"""A moderator labels at the page while others do so on Discord, all at one `tokki run`."""

import asyncio
import re
import sqlite3
from collections import Counter
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from tests.browser.person import Person
from tests.parity.doors.process import TokkiRun
from tests.servers import discord_server
from tests.servers.discord_server import Channel, LoopbackDiscord, Message
from tests.servers.ports import free_port

if TYPE_CHECKING:
    from playwright.async_api import Page

_BY_KEYS, _TEXTS = 50, 90
_THINKS_S = 0.7
"""Nobody may press more often than ninety times a minute."""
_LINK = re.compile(r"http://\S+/web/in/[0-9a-f]{64}")
_MAY_MANAGE, _MAY_MODERATE = 1 << 5, 1 << 13
_CHANGED = "before => document.getElementById('text').innerText !== before"


@pytest.fixture
async def discord():
    async with LoopbackDiscord() as discord:
        yield discord


async def _asked(
    person: discord_server.Person, channel: Channel, command: str, **options: str
) -> Message:
    return await (await person.slash(channel, command, options)).answered()


async def _labels(
    person: discord_server.Person, channel: Channel, until: asyncio.Event
) -> list[int]:
    """Label on Discord; returns the numbers of the texts whose vote was acknowledged."""
    labelled: list[int] = []
    card = await _asked(person, channel, "label")
    while not until.is_set() and any(one.get("label") == "question" for one in card.controls):
        await asyncio.sleep(_THINKS_S)
        control = card.button("question")
        card = await (await person.press(card, control)).answered()
        labelled.append(int(control.split(":")[2]))
    return labelled


async def _presses(page: "Page", until: asyncio.Event) -> None:
    """Label by keys, as quickly as the cards come."""
    for _ in range(_BY_KEYS):
        before = await page.locator("#text").inner_text()
        await page.locator("[data-key='1']:enabled").wait_for()
        await page.keyboard.press("1")
        await page.wait_for_function(_CHANGED, arg=before)
    until.set()


async def test_fifty_by_keys_while_others_label_on_discord(browser, discord, tmp_path):
    port = free_port()
    guild = discord.add_guild("Lab")
    channel = guild.add_channel("general")
    boss, mina, ann, ben = (discord.add_person(name) for name in ("boss", "mina", "ann", "ben"))
    for person, may in ((boss, _MAY_MANAGE), (mina, _MAY_MODERATE), (ann, 0), (ben, 0)):
        guild.join(person, permissions=may, roles=[])
    settings = {
        **discord.settings,
        "TOKKI_HTTP_PORT": f"{port}",
        "TOKKI_WEB_URL": f"http://127.0.0.1:{port}",
    }
    tokki = TokkiRun(tmp_path, settings)
    try:
        await discord.ready()
        made = {"name": "pets", "labels": "bug, question", "open_to": "members", "votes": 3}
        await _asked(boss, channel, "dataset create", **made)
        texts = [f"text number {number} of many" for number in range(_TEXTS)]
        await asyncio.gather(*(_asked(boss, channel, "dataset add", text=one) for one in texts))
        (link,) = _LINK.findall((await _asked(mina, channel, "web")).text.replace("\\", ""))
        context = await browser.new_context()
        at_page = Person(context, await context.new_page(), settings["TOKKI_WEB_URL"])
        await at_page.sign_in(link)
        page, is_over = await at_page.open("/web/label"), asyncio.Event()
        others = asyncio.gather(*(_labels(one, channel, is_over) for one in (ann, ben)))
        await _presses(page, is_over)
        by_ann, by_ben = await others
        assert f"{_BY_KEYS} done today" in await page.locator("h1").inner_text()
        assert not at_page.troubles
    finally:
        await asyncio.to_thread(tokki.stop)
    with closing(sqlite3.connect(tmp_path / "tokki.sqlite3")) as file:
        votes = file.execute("SELECT user, label, example_id FROM votes").fetchall()
        (words,) = file.execute("SELECT count(*) FROM votes_history").fetchone()
    counted = Counter((user, label) for user, label, _ in votes)
    said = {(str(ann.id), "question"): by_ann, (str(ben.id), "question"): by_ben}
    assert counted.pop((str(mina.id), "bug")) == _BY_KEYS
    assert counted == {whose: len({*texts}) for whose, texts in said.items()}
    assert words == len(votes) == _BY_KEYS + len(by_ann) + len(by_ben)
    for (user, _), numbers in said.items():
        assert sorted(numbers) == sorted(one for whose, _, one in votes if whose == user)
