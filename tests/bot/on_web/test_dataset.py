"""A dataset as a page: what is shown, found, changed, carried in and out, and to whom."""

from urllib.parse import parse_qs, urlencode, urlsplit

from handlers.types import Language, Place, Role
from tests.bot.on_web.conftest import TOWN
from tests.bot.on_web.test_hostile import MARKUP, acting
from tests.servers.browser import Browser, Element, Shown

FORMULA = "=HYPERLINK(1)"


async def filled(tokki, more: str = "open_to:members votes:2") -> None:
    boss = tokki.bot.by("boss", Role.ADMIN, TOWN)
    await boss.ok(f"/dataset create name:pets labels:bug, question {more}")
    for n in range(3):
        await boss.ok(f"/dataset add crash number {n} label:bug")
    await boss.ok(f"/dataset add {FORMULA}")
    for user, label in (("ann", 0), ("bob", 1)):
        await tokki.bot.by(user, Role.MEMBER, TOWN).press(f"label:1:4:{label}")


async def pets(browser: Browser, **given: str) -> Shown:
    return await browser.get(f"/web/dataset?{urlencode({'dataset': 'pets', **given})}")


def numbers(shown: Shown) -> list[str]:
    """Of the texts that are listed."""
    links = [one for one in shown.page.all("a") if "#card" in one.attributes["href"]]
    return [one.text for one in links]


def form(shown: Shown, action: str) -> Element:
    return next(one for one in shown.page.all("form") if one.attributes["action"] == action)


def card_form(shown: Shown, button: str = "") -> Element:
    forms = shown.page.one("article").all("form")
    return next(one for one in forms if bool(button) != bool(one.all("select")) and (
        not button or one.one("button").text == button))  # fmt: skip


async def test_texts_are_found_by_all_that_they_are(tokki, mina):
    await filled(tokki)
    listed = await mina.get("/web/dataset")
    assert "/web/dataset?dataset=pets" in [one.attributes["href"] for one in listed.page.all("a")]
    shown = await pets(mina)
    assert numbers(shown) == ["#4", "#3", "#2", "#1"] and "3 gold" in shown.text
    filters = form(shown, "/web/dataset")
    named = {one.attributes.get("name") for one in filters.walk()}
    assert {"label", "state", "search", "side", "who"} <= named
    assert numbers(await pets(mina, state="conflict")) == ["#4"]
    assert numbers(await pets(mina, state="ambiguous")) == []
    assert numbers(await pets(mina, search="number 1")) == ["#2"]
    assert numbers(await pets(mina, label="question")) == ["#4"]
    assert numbers(await pets(mina, who="bob")) == ["#4"]
    sides = [numbers(await pets(mina, side=side)) for side in ("train", "test")]
    assert sorted([*sides[0], *sides[1]]) == ["#1", "#2", "#3", "#4"]
    kept = form(await pets(mina, search="number 1", state="gold"), "/web/dataset")
    assert kept.one("input", name="search").attributes["value"] == "number 1"
    wrong = await pets(mina, state="<b>", page="x")
    assert wrong.status == 200 and wrong.page.all("p", role="alert") and not numbers(wrong)


async def test_pages_of_rows_keep_what_is_filtered(tokki, mina):
    boss = tokki.bot.by("boss", Role.ADMIN, TOWN)
    await boss.ok("/dataset create name:pets labels:bug, question")
    for n in range(52):
        await tokki.bot.by(f"mod{n // 25}", Role.MODERATOR, TOWN).ok(f"/dataset add crash {n}")
    first = await pets(mina, search="crash")
    assert len(numbers(first)) == 50
    (on,) = first.page.one("nav", **{"class": "press"}).all("a")
    second = await mina.get(on.attributes["href"])
    assert numbers(second) == ["#2", "#1"]
    assert parse_qs(urlsplit(second.url).query)["search"] == ["crash"]


async def test_a_text_is_labelled_by_its_card_and_nothing_twice(tokki, mina):
    await filled(tokki)
    shown = await pets(mina, state="conflict", text="4")
    assert "bug 1 · question 1" in shown.page.one("article").text
    done = await mina.submit(card_form(shown), {"value": "question"})
    assert "Your label is noted" in done.page.one("article").text
    assert parse_qs(urlsplit(done.url).query)["state"] == ["conflict"]
    again = await mina.submit(card_form(shown), {"value": "question"})
    assert again.page.one("article").text == done.page.one("article").text
    left = await mina.submit(card_form(done, "Leave it out"), button="example:4:leave_out")
    assert "left out" in left.page.one("article").text
    stale = await mina.submit(card_form(done, "Take mine back"), button="example:4:undo")
    assert "this was not done" in stale.html and "You said question" in stale.text


async def test_a_press_that_is_refused_leaves_the_card_as_it_was(tokki, mina):
    await filled(tokki)
    shown = await pets(mina, text="4")
    tokki.bot.dispatcher.limits["minute"].count("mina", 200)
    refused = await mina.submit(card_form(shown), {"value": "question"})
    article = refused.page.one("article")
    assert "a lot at once" in article.one("p", role="alert").text
    was = [_values(one).get("control") for one in shown.page.one("article").all("form")]
    assert was and was == [_values(one).get("control") for one in article.all("form")]
    tokki.bot.dispatcher.limits["minute"].count("mina", -200)
    done = await mina.submit(card_form(refused), {"value": "question"})
    assert "Your label is noted" in done.page.one("article").text


async def test_a_file_is_looked_at_first_and_put_in_by_the_buttons_of_chat(tokki, mina):
    await filled(tokki)
    rows = f'text,label\n"{MARKUP.replace(chr(34), chr(34) * 2)}",bug\n=1+1,bug\n'.encode()
    file = {"file": (f"../../{MARKUP.replace('/', '')}.csv", rows)}
    sent = await mina.submit(form(await pets(mina), "/web/ask/dataset/import"), files=file)
    looked = await mina.settled(sent)
    assert len(numbers(await pets(mina))) == 4 and acting(looked) is not None
    assert [*acting(looked)] == [] and "2 rows" in looked.text
    press = looked.page.one("article").all("form")[0]
    put = next(one for one in press.all("button") if one.attributes["value"].endswith(":put"))
    for _ in range(2):
        await mina.settled(await mina.submit(press, button=put.attributes["value"]))
    shown = await pets(mina)
    assert len(numbers(shown)) == 6 and [*acting(shown)] == []
    assert [*acting(await pets(mina, text="5"))] == []


async def test_what_goes_out_names_no_path_and_starts_no_formula(tokki, mina):
    await filled(tokki)
    await tokki.bot.by("boss", Role.ADMIN, TOWN).ok(
        "/dataset create name:../../etc/passwd labels:a, b"
    )
    for name, cell in (("pets", b"'" + FORMULA.encode()), ("../../etc/passwd", b"text")):
        page = await mina.get(f"/web/dataset?{urlencode({'dataset': name})}")
        export = form(page, "/web/ask/dataset/export")
        sent = await mina.post(export.attributes["action"], {**_values(export), "format": "csv"})
        (link,) = (await mina.settled(sent)).page.one("article").all("a")
        content, headers = await mina.download(link.attributes["href"])
        told = headers["Content-Disposition"]
        assert cell in content and "attachment" in told and ".." not in told and "/" not in told


async def test_labels_are_changed_by_the_form_and_the_confirmation_of_chat(tokki, mina):
    await filled(tokki)
    links = [one.attributes["href"] for one in (await pets(mina)).page.all("a")]
    (link,) = (one for one in links if "what=rename" in one and "label=bug" in one)
    edit = form(await mina.get(link), "/web/ask/dataset/edit")
    asked = await mina.settled(await mina.submit(edit, {"to": "<b>defect</b>"}))
    assert "bug" in (await pets(mina)).text
    press = asked.page.one("article").one("form")
    await mina.settled(await mina.submit(press, button=press.one("button").attributes["value"]))
    shown = await pets(mina)
    assert "<b>defect</b>" in shown.text and "<b>" not in shown.html


async def test_members_see_what_they_may_and_a_sentence_for_the_rest(tokki, browser):
    await filled(tokki)
    boss = tokki.bot.by("boss", Role.ADMIN, TOWN)
    await boss.ok("/dataset create name:hidden labels:a, b")
    await boss.ok("/dataset add a secret of moderators dataset:hidden")
    tokki.town.settle("ann", Role.MEMBER)
    await browser.sign_in(await tokki.link("ann"))
    shown = await pets(browser)
    assert len(numbers(shown)) == 4 and "Moderators change labels" in shown.text
    actions = {one.attributes["action"] for one in shown.page.all("form")}
    assert not {one for one in actions if "import" in one or "export" in one}
    assert numbers(await pets(browser, who="ann")) == ["#4"]
    others = await pets(browser, who="bob")
    assert "Only moderators" in others.text and not numbers(others)
    card = (await pets(browser, text="4")).page.one("article")
    assert "You said bug" in card.text and "question 1" not in card.text
    hidden = await browser.get("/web/dataset?dataset=hidden&text=5")
    assert "secret" not in hidden.text and hidden.page.all("p", role="alert")
    forged = await browser.post("/web/ask/dataset/export", {"token": _token(shown)})
    assert "Only moderators" in (await browser.settled(forged)).text


async def test_other_communities_are_not_there(tokki, mina):
    away = tokki.bot.by("boss", Role.ADMIN, Place("town", "town:2", "square"))
    await away.ok("/dataset create name:away labels:a, b open_to:members")
    await away.ok("/dataset add a secret")
    await filled(tokki)
    for query in ("dataset=away", "dataset=1", "dataset=pets&text=1", "dataset=pets&page=0"):
        shown = await mina.get(f"/web/dataset?{query}")
        assert shown.status == 200 and "a secret" not in shown.text
    page = await pets(mina, text="2")
    values = _values(card_form(page)) | {"control": "example:1:label", "value": "a"}
    refused = await mina.post("/web/dataset", values)
    assert refused.page.one("article").all("p", role="alert")
    twice = await mina.post("/web/dataset", values | {"once": "x"})
    assert twice.status == 403


async def test_markup_in_addresses_and_names_never_acts(tokki, mina):
    boss = tokki.bot.by("boss", Role.ADMIN, TOWN)
    await boss.ok('/dataset create name:"<img src=x>" labels:"<script>x</script>, b"')
    await boss.ok(f"/dataset add {MARKUP.replace(':', '')}")
    pages = [await mina.get("/web/dataset"), await mina.get(f"/web/dataset?dataset={MARKUP}")]
    given = dict.fromkeys(("label", "state", "search", "side", "who", "text", "at"), MARKUP)
    pages.append(await mina.get(f"/web/dataset?{urlencode({'dataset': '<img src=x>'} | given)}"))
    pages.append(await mina.get("/web/dataset?dataset=%3Cimg+src%3Dx%3E&text=1"))
    assert [one for page in pages for one in acting(page)] == []
    assert not any("<img" in page.html or "<script>" in page.html for page in pages)
    assert all(page.status == 200 for page in pages) and "{{7777*7}}" in pages[-1].text


async def test_korean(tokki, browser):
    await filled(tokki)
    tokki.town.settle("sora", Role.MEMBER, Language.KOREAN)
    await browser.sign_in(await tokki.link("sora"))
    shown = await pets(browser)
    assert "중재자가 해요" in shown.text and "엇갈림" in shown.html


def _values(of: Element) -> dict[str, str]:
    found = [one for one in of.all("input") if one.attributes.get("type") == "hidden"]
    return {one.attributes["name"]: one.attributes["value"] for one in found}


def _token(shown: Shown) -> str:
    return shown.page.all("input", name="token")[0].attributes["value"]
