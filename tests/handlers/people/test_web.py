"""`/web`: a private link, and out of every browser."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from handlers.people.web import LINK_FOR, WEB, digest_of, new_secret
from handlers.types import Role, Visibility
from tests.handlers.conftest import ELSEWHERE, running

URL = "https://tokki.example"


@pytest.fixture
async def with_pages(tmp_path, checkpoints):
    async with running(tmp_path, checkpoints, web_url=URL) as bot:
        yield bot


def secret_in(reply) -> str:
    (found,) = re.findall(rf"^{URL}/web/in/([0-9a-f]{{64}})$", reply.text, re.MULTILINE)
    return found


async def test_without_pages_it_says_who_turns_them_on(bot):
    reply = await bot.say("/web")
    assert reply.error.code == "web_off" and "TOKKI_WEB_URL" in reply.text


async def test_each_link_is_another_and_of_whoever_asked(with_pages):
    assert WEB.visibility is Visibility.PRIVATE
    sessions = with_pages.services.storage.web_sessions
    ann = with_pages.by("ann", Role.MEMBER, ELSEWHERE)
    first, second = [secret_in(await one.ok("/web")) for one in (with_pages, ann)]
    assert first != second
    link = await sessions.link(digest_of(second))
    assert (link.community, link.user) == (ELSEWHERE.community, "ann")
    left = link.expires_at - datetime.now(UTC)
    assert timedelta(0) < left <= LINK_FOR == timedelta(minutes=5)
    assert "5분" in (await with_pages.korean().ok("/웹")).text


async def test_out_of_every_browser(with_pages):
    sessions = with_pages.services.storage.web_sessions
    assert not (await with_pages.ok("/web")).controls
    secret, session = secret_in(await with_pages.ok("/web")), digest_of(new_secret())
    until = datetime.now(UTC) + timedelta(days=1)
    assert await sessions.open(digest_of(secret), session, until)
    (button,) = (await with_pages.ok("/web")).controls
    assert "1 browser" in button.label
    assert "signed out" in (await with_pages.press(button.id)).text
    assert await sessions.get(session) is None
    assert (await with_pages.press("web:in")).error.code == "unknown_control"


async def test_who_is_erased_is_signed_in_nowhere(with_pages):
    sessions = with_pages.services.storage.web_sessions
    digest = digest_of(secret_in(await with_pages.ok("/web")))
    assert await sessions.link(digest)
    await with_pages.press("mine:erase_now")
    assert await sessions.link(digest) is None
