"""A link lets one person in once, by a button; and then they are who they are in chat."""

from datetime import timedelta

import pytest

from bot.on_web.incoming import visitors
from handlers.people import web
from handlers.people.web import digest_of
from handlers.types import Language, Role
from tests.bot.on_web.conftest import TOWN
from tests.servers.browser import Browser


async def test_looking_at_a_link_uses_nothing_up(tokki, browser):
    tokki.town.settle("mina", Role.MEMBER)
    link = await tokki.link("mina")
    for _ in range(3):
        shown = await browser.get(link)
        assert "you will be mina" in shown.text
        assert not shown.headers.getall("Set-Cookie", [])
    async with browser.session.head(link) as head:
        assert head.status == 200
    home = await browser.submit(shown.page.one("form"))
    assert (home.status, home.path) == (200, "/web")
    assert "mina · member" in home.html


async def test_a_link_works_once_and_the_one_before_not_at_all(tokki, mina):
    former, link = await tokki.link("mina"), await tokki.link("mina")
    async with Browser(tokki.web_url) as other:
        assert (await other.sign_in(link)).path == "/web"
    async with Browser(tokki.web_url) as thief:
        for over in (former, link):
            shown = await thief.get(over)
            assert shown.status == 410 and "Type /web again" in shown.text
            used = await thief.post(over, {})
            assert used.status == 410 and "Type /web again" in used.text
        assert (await thief.get("/web")).status == 401


async def test_a_link_is_over_after_its_time(tokki, browser, monkeypatch):
    assert timedelta(minutes=5) == web.LINK_FOR
    monkeypatch.setattr(web, "LINK_FOR", timedelta(0))
    tokki.town.settle("mina", Role.MEMBER)
    shown = await browser.get(await tokki.link("mina"))
    assert shown.status == 410


@pytest.mark.parametrize("over", ["in/x", f"in/{'0' * 64}", f"in/{'g' * 64}", "in/..%2f..%2fetc"])
async def test_no_link_of_ours(browser, over):
    shown = await browser.get(f"/web/{over}")
    assert shown.status in (404, 410) and len(shown.text) > 20


async def test_the_cookie_is_for_the_server_alone(tokki, browser):
    tokki.town.settle("mina", Role.MEMBER)
    link = await tokki.link("mina")
    url = f"{tokki.web_url}{link.removeprefix(tokki.web_url)}"
    async with browser.session.post(url, allow_redirects=False) as used:
        (cookie,) = used.headers.getall("Set-Cookie")
        assert used.headers["Location"] == "/web"
    assert "HttpOnly" in cookie and "SameSite=Strict" in cookie
    secret = cookie.partition("=")[2].partition(";")[0]
    stored = b"".join(path.read_bytes() for path in tokki.data_dir.glob("tokki.sqlite3*"))
    assert secret.encode() not in stored and digest_of(secret) in stored


async def test_who_is_not_signed_in_is_told_what_to_do(browser):
    shown = await browser.get("/web")
    assert shown.status == 401 and "Type /web" in shown.text
    async with Browser(browser.url, "ko-KR,ko;q=0.9") as korean:
        assert "/웹 명령" in (await korean.get("/web/ask")).text


async def test_a_restart_changes_nothing(tokki, mina):
    await tokki.stop()
    await tokki.start()
    assert (await mina.get("/web")).status == 200


async def test_signing_out_here_and_everywhere(tokki, mina):
    async with Browser(tokki.web_url) as other:
        await other.sign_in(await tokki.link("mina"))
        shown = await mina.get("/web")
        out = await mina.submit(shown.page.one("form", **{"class": "who"}))
        assert "signed out in this browser" in out.text
        assert (await mina.get("/web")).status == 401
        assert (await other.get("/web")).status == 200
        pressed = await tokki.bot.by("mina", Role.ADMIN, TOWN).press("web:out")
        assert "every browser" in pressed.text
        assert (await other.get("/web")).status == 401


async def test_roles_of_chat_hold_as_they_are_now(tokki, mina, monkeypatch):
    monkeypatch.setattr(visitors, "_FRESH_S", 0.0)
    monkeypatch.setattr(visitors, "_KEPT_S", 0.0)
    assert "mina · admin" in (await mina.get("/web")).html
    tokki.town.settle("mina", Role.MEMBER)
    assert "mina · member" in (await mina.get("/web")).html
    form = await mina.get("/web/ask/status")
    answer = await mina.submit(form.page.all("form")[1])
    assert "Only admins may do this" in answer.text
    del tokki.town.people["mina"]
    assert (await mina.get("/web")).status == 401
    tokki.town.settle("mina", Role.ADMIN)
    assert (await mina.get("/web")).status == 401


async def test_what_was_said_of_somebody_holds_for_less_than_a_minute(tokki, mina, monkeypatch):
    assert visitors._FRESH_S < visitors._KEPT_S < visitors._LONGEST_S < 60
    asked = tokki.town.asked
    await mina.get("/web/ask")
    assert tokki.town.asked == asked
    monkeypatch.setattr(visitors, "_FRESH_S", 0.0)
    monkeypatch.setattr(visitors, "_KEPT_S", 0.0)
    tokki.town.is_silent = True
    assert (await mina.get("/web/ask")).status == 200
    monkeypatch.setattr(visitors, "_LONGEST_S", 0.0)
    shown = await mina.get("/web/ask")
    assert shown.status == 503 and "cannot tell just now" in shown.text
    tokki.town.is_silent = False
    assert (await mina.get("/web/ask")).status == 200


async def test_what_a_community_grants_holds_too(tokki, browser):
    boss = tokki.bot.by("boss", Role.ADMIN, TOWN)
    tokki.town.settle("ann", Role.MEMBER)
    await boss.ok("/settings who:ann may:moderator")
    await browser.sign_in(await tokki.link("ann"))
    assert "ann · moderator" in (await browser.get("/web")).html
    await boss.ok("/settings who:ann may:shut_out")
    assert "ann · shut out" in (await browser.get("/web")).html


async def test_their_language_is_that_of_chat(tokki, browser):
    tokki.town.settle("sora", Role.MEMBER, Language.KOREAN)
    await browser.sign_in(await tokki.link("sora"))
    home = await browser.get("/web")
    assert '<html lang="ko">' in home.html and "지금 이곳은" in home.text
    await tokki.bot.by("sora", Role.MEMBER, TOWN).ok("/me language:english")
    assert '<html lang="en">' in (await browser.get("/web")).html
