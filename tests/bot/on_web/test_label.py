"""The queue as a page: by forms alone, by a script, twice, in two windows, by the wrong people."""

import asyncio
import re
import sqlite3
from collections.abc import Sequence

import pytest

from handlers.types import Language, Role
from tests.bot.on_web.conftest import TOWN
from tests.bot.on_web.test_hostile import MARKUP, acting
from tests.servers.browser import Browser, Element, Shown

AT_ONCE = {"X-Tokki": "at-once"}
TEXTS = ("it crashes", "where is the search", "lovely", "it hangs")


async def filled(tokki, texts: Sequence[str] = TEXTS, more: str = "votes:1") -> None:
    """A dataset of the town with some texts, that members may label."""
    boss = tokki.bot.by("boss", Role.ADMIN, TOWN)
    await boss.ok(f"/dataset create name:pets labels:bug, question, praise open_to:members {more}")
    for text in texts:
        await boss.ok(f"/dataset add {text}")


def card(shown: Shown) -> Element:
    return next(one for one in shown.page.all("form") if "data-label" in one.attributes)


def keys(shown: Shown) -> dict[str, str]:
    """What each key of a card presses."""
    buttons = [one for one in card(shown).all("button") if "data-key" in one.attributes]
    return {one.attributes["data-key"]: one.attributes["value"] for one in buttons}


def seen(shown: Shown) -> str:
    return shown.page.one("p", id="text").text


async def pressed(browser: Browser, shown: Shown, key: str) -> Shown:
    return await browser.submit(card(shown), button=keys(shown)[key])


def votes(tokki) -> list[tuple[int, str, str | None]]:
    """What is in the file, as another process reads it."""
    with sqlite3.connect(tokki.data_dir / "tokki.sqlite3") as file:
        return file.execute("SELECT example_id, user, label FROM votes ORDER BY 1").fetchall()


async def test_by_forms_alone_each_vote_is_on_disk_and_the_next_card_is_there(tokki, mina):
    await filled(tokki)
    shown = await mina.get("/web/label")
    assert {"1", "2", "3", "s", "a", "u", "x", "z"} >= {*keys(shown)} >= {"1", "2", "3", "s", "a"}
    texts = []
    for n in range(1, 4):
        texts.append(seen(shown).splitlines()[-1])
        shown = await pressed(mina, shown, "1")
        assert (shown.status, shown.path) == (200, "/web/label")
        assert len(votes(tokki)) == n
    assert len({*texts}) == 3 and "1 left for you, 3 done" in shown.text
    assert "Undo: bug" in card(shown).one("button", value=keys(shown)["u"]).parts[-1]
    shown = await pressed(mina, shown, "u")
    assert len(votes(tokki)) == 2 and texts[-1] in seen(shown)
    shown = await pressed(mina, shown, "a")
    skipped = seen(shown)
    assert seen(await pressed(mina, shown, "s")) != skipped
    assert len(votes(tokki)) == 3


async def test_a_script_has_the_next_card_with_the_answer(tokki, mina):
    await filled(tokki)
    shown = await mina.get("/web/label")
    sent = {one.attributes["name"]: one.attributes["value"] for one in card(shown).all("input")}
    sent["control"] = keys(shown)["2"]
    answer = await mina.post("/web/label", sent, **AT_ONCE)
    assert answer.url == f"{mina.url}/web/label" and seen(answer) != seen(shown)
    assert len(votes(tokki)) == 1


async def test_nothing_is_done_twice(tokki, mina):
    await filled(tokki)
    shown = await pressed(mina, await mina.get("/web/label"), "1")
    shown = await pressed(mina, shown, "2")
    undo = [pressed(mina, shown, "u") for _ in range(5)]
    texts = {seen(one) for one in await asyncio.gather(*undo)}
    assert len(texts) == 1 and len(votes(tokki)) == 1
    await pressed(mina, shown, "u")
    assert len(votes(tokki)) == 1


async def test_undo_takes_back_what_it_names_in_no_other_window_nor_after_a_restart(tokki, mina):
    await filled(tokki)
    shown = await pressed(mina, await mina.get("/web/label"), "1")
    one = await pressed(mina, shown, "2")
    other = await mina.get("/web/label")
    await pressed(mina, one, "u")
    stale = await pressed(mina, other, "u")
    assert len(votes(tokki)) == 1 and "this was not done" in stale.html
    shown = await pressed(mina, stale, "3")
    await tokki.stop()
    await tokki.start()
    assert "this was not done" in (await pressed(mina, shown, "u")).html
    assert len(votes(tokki)) == 2
    await pressed(mina, shown, "1")
    assert len(votes(tokki)) == 3


async def test_a_press_that_is_refused_takes_no_card_away(tokki, mina):
    await filled(tokki)
    shown = await mina.get("/web/label")
    sent = {one.attributes["name"]: one.attributes["value"] for one in card(shown).all("input")}
    tokki.bot.dispatcher.limits["label"].count("mina", 200)
    at_once = {"control": keys(shown)["2"], **sent}
    for refused in (
        await pressed(mina, shown, "1"),
        await mina.post("/web/label", {**at_once, "once": "0" * 8 + "." + "0" * 16}, **AT_ONCE),
    ):
        assert "faster than anybody reads" in refused.page.all("p", role="alert")[0].text
        assert seen(refused) == seen(shown) and keys(refused) == keys(shown)
    assert not votes(tokki)


async def test_the_way_back_leads_to_the_card_that_was_there(tokki, mina):
    await filled(tokki)
    first = await pressed(mina, await mina.get("/web/label"), "1")
    await pressed(mina, first, "1")
    back = await mina.get(first.url)
    assert seen(back) == seen(first)
    await pressed(mina, back, "2")
    assert len({label for _, _, label in votes(tokki)}) == len(votes(tokki)) == 2


@pytest.mark.parametrize("once", ["", "x", "0" * 25, "zzzzzzzz.0000000000000000"])
async def test_a_form_that_is_none_of_ours_does_nothing(tokki, mina, once):
    await filled(tokki)
    shown = await mina.get("/web/label")
    answer = await mina.submit(card(shown), {"once": once}, keys(shown)["1"])
    assert answer.status == 403 and not votes(tokki)


async def test_the_guideline_and_several_labels(tokki, mina):
    boss = tokki.bot.by("boss", Role.ADMIN, TOWN)
    made = '/dataset create name:topics labels:cat, dog kind:multi guideline:"Read it twice."'
    await boss.ok(made)
    await boss.ok("/dataset add cats and dogs")
    shown = await mina.get("/web/label?dataset=topics")
    shown = await pressed(mina, shown, "g")
    assert "Read it twice." in seen(shown)
    shown = await pressed(mina, await pressed(mina, shown, "1"), "2")
    assert "✓ dog" in card(shown).one("button", value=keys(shown)["2"]).parts[-1]
    await pressed(mina, shown, "3")
    assert len(votes(tokki)) == 1


async def test_many_labels_and_many_datasets_are_chosen_from_a_list(tokki, mina):
    boss = tokki.bot.by("boss", Role.ADMIN, TOWN)
    await boss.ok(f"/dataset create name:many labels:{', '.join(f'l{n}' for n in range(30))}")
    await boss.ok("/dataset add what is it")
    await filled(tokki)
    which = await mina.get("/web/label")
    chosen = await mina.submit(card(which), {"value": "many"})
    selects = [one for one in chosen.page.all("form") if one.all("select")]
    await mina.submit(selects[0], {"value": "l17"})
    assert len(votes(tokki)) == 1


async def test_moderators_settle_with_what_people_say_beside_it(tokki, mina):
    await filled(tokki, ("is it broken",), "votes:2")
    for user, label in (("ann", 0), ("bob", 1)):
        await tokki.bot.by(user, Role.MEMBER, TOWN).press(f"label:1:1:{label}")
    shown = await mina.get("/web/label?dataset=pets&what=conflicts")
    assert seen(shown) == "is it broken"
    said = shown.page.one("section").text
    assert "bug 1" in said and "question 1" in said and "ann" not in said
    done = await pressed(mina, shown, "2")
    assert "in conflict" in done.text and not done.page.all("section")
    tokki.town.settle("ann", Role.MEMBER)
    async with Browser(tokki.web_url) as ann:
        await ann.sign_in(await tokki.link("ann"))
        refused = await ann.get("/web/label?dataset=pets&what=conflicts")
        assert "moderators" in seen(refused) and not refused.page.all("section")


async def test_who_may_not_is_told_so_and_other_communities_have_other_texts(tokki, browser):
    await filled(tokki)
    tokki.town.settle("eve", Role.ASKER)
    home = await browser.sign_in(await tokki.link("eve"))
    assert "/web/label" not in [one.attributes["href"] for one in home.page.all("a")]
    shown = await browser.get("/web/label")
    assert shown.page.one("p", id="text").attributes["role"] == "alert" and "it" in shown.text
    assert not any(text in shown.text for text in TEXTS)
    away = tokki.bot.by("boss", Role.ADMIN, TOWN.__class__("town", "town:2", "square"))
    await away.ok("/dataset create name:secret labels:a, b open_to:members")
    await away.ok("/dataset add a secret")
    tokki.town.settle("ann", Role.MEMBER)
    async with Browser(tokki.web_url) as ann:
        await ann.sign_in(await tokki.link("ann"))
        assert "secret" not in (await ann.get("/web/label")).text.replace("no dataset", "")
        shown = await ann.get("/web/label?dataset=pets")
        forged = await ann.post(
            "/web/label",
            {
                **{
                    one.attributes["name"]: one.attributes["value"]
                    for one in card(shown).all("input")
                },
                "control": "label:2:5:0",
            },
        )
        assert "no dataset “2”" in forged.page.all("p", role="alert")[0].text
        assert "a secret" not in forged.text and not votes(tokki)


async def test_markup_in_texts_labels_and_guidelines_never_acts(tokki, mina):
    boss = tokki.bot.by("boss", Role.ADMIN, TOWN)
    label = "<img src=x onerror=alert(1)>"
    guideline = MARKUP.replace('"', "").replace("'", "").replace(":", "")
    await boss.ok(f'/dataset create name:pets labels:{label}, dog guideline:"{guideline}"')
    await boss.ok(f"/dataset add {MARKUP.replace(':', '')}")
    shown = await mina.get("/web/label?dataset=pets")
    pages = [shown, await pressed(mina, shown, "g"), await pressed(mina, shown, "1")]
    assert "<script>alert(1)</script>" in seen(pages[0])
    assert [one for page in pages for one in acting(page)] == []
    assert not any(re.search(r"<(img|script>)", page.html) for page in pages)


async def test_korean(tokki, browser):
    await filled(tokki)
    tokki.town.settle("sora", Role.MEMBER, Language.KOREAN)
    await browser.sign_in(await tokki.link("sora"))
    shown = await browser.get("/web/label")
    words = [str(one.parts[-1]) for one in card(shown).all("button")]
    assert "건너뛰기" in " ".join(words) and '<html lang="ko">' in shown.html
