"""Models on a page: compared, looked at, promoted and rolled back as in chat; jobs as they go."""

from dataclasses import replace
from functools import partial

import pytest

from bot.on_web.connection import door
from handlers.types import Language, Role
from storage.records import NewJob
from tests.bot.on_web.conftest import TOWN
from tests.handlers.judging import gather_labels
from tests.handlers.versions.conftest import made_version
from tests.handlers.versions.measurer_here import MeasurerHere
from tests.servers.browser import Browser, Element, Shown
from tests.waiting import until

OPEN = replace(TOWN, is_private_property=True)
"""Where nobody has to be slowed down."""


@pytest.fixture
def made(tokki, checkpoints):
    community = TOWN.community
    return partial(made_version, tokki.bot, tokki.data_dir, checkpoints, community=community)


def rows(shown: Shown) -> list[list[str]]:
    """The rows of the only table that has columns."""
    (table,) = (one for one in shown.page.one("main").all("table") if one.all("th", scope="col"))
    return [[cell.text for cell in _cells(row)] for row in table.one("tbody").all("tr")]


def _cells(row: Element) -> list[Element]:
    return [one for one in row.walk() if one.tag in ("td", "th")]


def columns(shown: Shown) -> list[str]:
    return [one.text for one in shown.page.one("main").all("th", scope="col")]


async def test_columns_rows_and_their_order_are_chosen_without_scripts(mina, made):
    await made("ours")
    shown = await mina.get("/web/models")
    assert "ours@1" in [row[0] for row in rows(shown)] and len(columns(shown)) == 6
    fewer = await mina.get("/web/models?column=1&column=5&words=SENTIMENT&by=0&down=yes")
    assert [row[0] for row in rows(fewer)] == ["sentiment@0"]
    assert [one.partition(" ")[0] for one in columns(fewer)] == ["name", "what", "state"]
    assert "1 of" in fewer.page.one("p", role="status").parts[0]
    (by_name,) = (one for one in fewer.page.all("a") if one.text.startswith("name"))
    up = await mina.get("/web/models" + by_name.attributes["href"].replace("words=SENTIMENT", ""))
    names = [row[0] for row in rows(up)]
    assert names == sorted(names) and len(names) > 3


async def test_an_address_that_makes_no_sense_shows_all_the_same(mina):
    every = rows(await mina.get("/web/models"))
    nonsense = "column=x&column=-1&column=9999999999&by=%C2%B2&by=77&down=maybe&other=1"
    assert rows(await mina.get(f"/web/models?{nonsense}")) == every
    hostile = await mina.get("/web/models?words=%22%3E%3Cscript%3E" + "a" * 300)
    assert hostile.status == 200 and not rows(hostile)
    assert "<script>" not in hostile.html.replace("<script src=", "")
    for name in ("..%2F..%2Fetc%2Fpasswd", "x@" + "9" * 90, "%00", "a@1%22%3E%3Cscript%3E"):
        shown = await mina.get(f"/web/models/one/{name}")
        assert shown.status in (200, 400, 404) and "<script>" not in shown.html
    for number in ("x", "9" * 5_000, "-1"):
        shown = await mina.get(f"/web/models/jobs/{number}")
        assert shown.status == 200 and shown.page.one("main").all("p", role="alert")


async def test_a_leaderboard_has_every_figure_and_is_sorted_by_them(tokki, mina, made):
    await gather_labels(tokki.bot.by("admin", Role.ADMIN, OPEN))
    for right in (60, 30):
        version = await made("ours", right=right)
    (tokki.data_dir / version.folder / "model.safetensors").write_bytes(b"x")
    chosen = await mina.get("/web/models/board")
    (path,) = (
        one.attributes["href"] for one in chosen.page.one("main").all("a") if one.text == "ours"
    )
    shown = await mina.get(path)
    assert columns(shown) == ["model", "acc.", "F1", "ECE", "ms", "MB", "date"]
    assert [row[0] for row in rows(shown)][:2] == ["▶ ours@1*", "ours@2*"]
    small = await mina.get(f"{path}&by=5")
    assert rows(small)[0][0] == "ours@2*" and columns(small)[5].startswith("MB")
    assert rows(await mina.get(f"{path}&by=5&down=yes"))[-1][0] == "ours@2*"
    assert [one.text for one in small.page.one("main").all("button")][-1].startswith("Measure ")
    links = [one.attributes["href"] for one in shown.page.one("tbody").all("a")]
    assert "/web/models/one/ours@1" in links


async def test_without_texts_to_measure_on_the_trainings_stand_there(tokki, mina, made):
    for right in (60, 30):
        await made("ours", right=right)
    shown = await mina.get("/web/models/board?name=ours&by=2")
    assert [row[0] for row in rows(shown)] == ["ours@2", "ours@1"]
    down = await mina.get("/web/models/board?name=ours&by=2&down=yes")
    assert [row[0] for row in rows(down)] == ["ours@1", "ours@2"]


async def test_a_version_has_its_card_and_its_pictures(tokki, mina, made):
    await made("ours", right=50)
    shown = await mina.get("/web/models/one/ours@1")
    assert "The card of ours@1" in shown.text and "what it mixes up" in shown.text
    pictures = shown.page.one("main").all("img")
    assert any("ours@1" in one.attributes["alt"] for one in pictures)
    for one in pictures:
        content, headers = await mina.download(one.attributes["src"])
        assert headers["Content-Type"] == "image/png" and content.startswith(b"\x89PNG")
    (card,) = (one for one in shown.page.all("a") if "ours-1.md" in one.text)
    content, headers = await mina.download(card.attributes["href"])
    assert b"ours@1" in content and headers["Content-Disposition"].startswith("attachment")
    assert (await mina.get("/web/models/one/ours@7")).status == 404


async def test_a_picture_keeps_its_address_for_whoever_was_shown_it(tokki, mina, made):
    await made("ours", right=50)
    path = "/web/models/one/ours@1"
    addresses, again = [await _pictures_of(mina, path) for _ in range(2)]
    assert addresses == again and len(addresses) == len({*addresses})
    _, headers = await mina.download(addresses[0])
    assert {"private", "immutable"} <= {*headers["Cache-Control"].split(", ")}
    tokki.town.settle("ann", Role.MEMBER)
    async with Browser(tokki.web_url) as ann:
        assert (await ann.get(addresses[0])).status == 401
        await ann.sign_in(await tokki.link("ann"))
        assert (await ann.get(addresses[0])).status == 404
        assert await _pictures_of(ann, path) == addresses
        assert (await ann.download(addresses[0]))[0].startswith(b"\x89PNG")
    shown = await mina.get("/web/answers/pictures/" + "0" * 64)
    assert shown.status == 404 and "not there any more" in shown.text
    out = await mina.submit(shown.page.one("form", **{"class": "who"}))
    assert out.headers["Clear-Site-Data"] == '"cache"'
    assert (await mina.get(addresses[0])).status == 401


async def test_nobody_waits_for_what_draws(tokki, monkeypatch, caplog):
    monkeypatch.setattr(door, "_STARTED_S", 0.0)
    await tokki.stop()
    with caplog.at_level("DEBUG", "handlers.learning.picture"):
        await tokki.start()
        await until(lambda: "charts can be drawn" in caplog.text, "what draws is imported")


async def _pictures_of(browser: Browser, path: str) -> list[str]:
    shown = (await browser.get(path)).page.one("main")
    return [one.attributes["src"] for one in shown.all("img")]


async def test_a_version_that_has_a_page_on_the_hub_links_it(tokki, mina, made):
    for _ in range(2):
        await made("ours")
    shown = {"mina/mood": {"number": 2, "address": "https://hub.example/spaces/mina/mood"}}
    await tokki.bot.services.storage.settings.put(TOWN.community, "shown_spaces:ours", shown)
    with_one, without = [await mina.get(f"/web/models/one/ours@{n}") for n in (2, 1)]
    (link,) = [one for one in with_one.page.all("a") if "Space" in one.text]
    assert link.attributes["href"] == shown["mina/mood"]["address"]
    assert link.attributes["rel"] == "noopener noreferrer" and "Space" not in without.text


async def moved(browser: Browser, full: str, button: str, **given: str) -> Shown:
    shown = await browser.get(f"/web/models/one/{full}")
    path = f"/web/models/{button}"
    (form,) = (one for one in shown.page.all("form") if one.attributes["action"] == path)
    return await browser.settled(await browser.submit(form, given))


async def test_a_promotion_asks_for_its_reason_and_can_be_undone(tokki, mina, made):
    for _ in range(2):
        await made("ours")
    live = partial(tokki.bot.services.storage.live_versions.get, TOWN.community, "ours")
    refused = await moved(mina, "ours@2", "promote")
    assert refused.page.one("main").all("p", role="alert") and (await live()).number == 1
    done = await moved(mina, "ours@2", "promote", reason="it <b>feels</b> better")
    assert "ours@2" in done.text and (await live()).number == 2
    (undo,) = done.page.one("article").all("button")
    assert "ours@1" in undo.text
    back = await moved(mina, "ours@2", "rollback")
    assert "ours@1" in back.text and (await live()).number == 1
    nothing = await moved(mina, "sentiment@0", "rollback")
    assert nothing.page.one("main").all("p", role="alert")


async def seen(browser: Browser) -> tuple[str, str, bytes]:
    """The version that answers by a leaderboard, what is said of its picture, and that."""
    shown = await browser.get("/web/models/board?name=ours")
    (live,) = (row[0] for row in rows(shown) if row[0].startswith("▶ ours"))
    picture = shown.page.one("main").one("img").attributes
    return live, picture["alt"], (await browser.download(picture["src"]))[0]


async def test_a_promotion_is_seen_at_once_by_everybody_who_has_looked(tokki, mina, made):
    services, admin = tokki.bot.services, tokki.bot.by("admin", Role.ADMIN, OPEN)
    await gather_labels(admin)
    for _ in range(2):
        await made("ours")
    object.__setattr__(services, "measurer", MeasurerHere())
    (dataset,) = await services.storage.datasets.all(TOWN.community)
    await admin.press(f"evaluate:{dataset.id}")
    tokki.town.settle("sora", Role.MEMBER, Language.KOREAN)
    async with Browser(tokki.web_url) as sora:
        await sora.sign_in(await tokki.link("sora"))
        english, korean = [await seen(one) for one in (mina, sora)]
        assert english[0] == korean[0] == "▶ ours@1" and english[2] == korean[2]
        assert english[1] != korean[1]
        await moved(mina, "ours@2", "promote", reason="it feels better")
        for one, before in ((sora, korean), (mina, english)):
            live, said, picture = await seen(one)
            assert live == "▶ ours@2" and said == before[1] and picture != before[2]


async def test_who_may_not_decide_looks_and_is_told_so(tokki, browser, made):
    for _ in range(2):
        await made("ours")
    tokki.town.settle("ann", Role.MEMBER)
    home = await browser.sign_in(await tokki.link("ann"))
    shown = await browser.get("/web/models/one/ours@2")
    assert "for admins to decide" in shown.text and shown.page.one("main").all("img")
    assert not shown.page.one("main").all("form")
    token = home.page.all("input", name="token")[0].attributes["value"]
    for path in ("promote", "rollback"):
        given = {"name": "ours@2", "reason": "mine", "token": token}
        told = await browser.settled(await browser.post(f"/web/models/{path}", given))
        assert told.page.one("main").all("p", role="alert")
    live = await tokki.bot.services.storage.live_versions.get(TOWN.community, "ours")
    assert live.number == 1


async def test_a_job_is_seen_as_it_goes(tokki, mina):
    jobs = tokki.bot.services.storage.jobs
    params = {"name": "ours", "dataset": 1, "language": "en"}
    job = await jobs.start(NewJob(TOWN.community, "mina", "measure", params), "somebody")
    await jobs.beat(job.id, "somebody", {"done": 1, "of": 4})
    shown = await mina.get("/web/models/jobs")
    assert rows(shown)[0][0] == f"#{job.id}" and "25" in shown.page.all("table")[0].text
    assert 'data-wait="2000"' in shown.html and 'http-equiv="refresh"' in shown.html
    one = await mina.get(f"/web/models/jobs/{job.id}")
    assert "1 of 4" in one.text and "data-wait" in one.html
    cancel = one.page.one("main").one("form")
    await mina.settled(await mina.submit(cancel, button=f"job:{job.id}:cancel"))
    await jobs.end(job.id, "somebody", "cancelled")
    over = await mina.get("/web/models/jobs")
    assert "data-wait" not in over.html and rows(over)[0][0] == f"#{job.id}"


async def test_korean(tokki, browser, made):
    await made("우리")
    tokki.town.settle("sora", Role.ADMIN, Language.KOREAN)
    await browser.sign_in(await tokki.link("sora"))
    shown = await browser.get("/web/models")
    (link,) = (one for one in shown.page.one("tbody").all("a") if one.text == "우리@1")
    one = await browser.get(link.attributes["href"])
    assert "우리로 물으면 우리@1이 답하게 하기" in one.html or "답하게 하기" in one.html
    assert one.status == 200 and "모델 카드" in one.text
