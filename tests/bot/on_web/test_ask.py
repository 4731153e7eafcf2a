"""Every command as a form of the table, and its answer as a page whose buttons work."""

import pytest

from handlers.commands import COMMANDS
from handlers.types import Language, Role
from tests.bot.on_web.conftest import TOWN, asked
from tests.servers.browser import Browser


async def test_every_command_has_a_form_with_all_its_options(mina):
    listed = await mina.get("/web/ask")
    links = {one.attributes["href"] for one in listed.page.one("main").all("a")}
    for run in (run for command in COMMANDS for run in command.runs):
        path = f"/web/ask/{run.full_name.en.replace(' ', '/')}"
        assert path in links
        form = (await mina.get(path)).page.one("main").one("form")
        named = {one.attributes.get("name", "").partition(":")[0] for one in form.walk()}
        assert {option.name.en for option in run.options} <= named
        for one in form.walk():
            if one.tag in ("input", "select", "textarea") and "id" in one.attributes:
                assert form.all("label", **{"for": one.attributes["id"]})


async def test_the_first_form_after_a_restart_offers_all_names(tokki, mina):
    await tokki.bot.by("boss", Role.ADMIN, TOWN).ok("/dataset create name:pets labels:bug, cat")
    await tokki.stop()
    await tokki.start()
    offered = (await mina.get("/web/ask/dataset/show")).page.one("datalist").all("option")
    assert "pets" in [one.attributes["value"] for one in offered]


async def test_who_may_less_is_offered_less(tokki, browser):
    tokki.town.settle("ann", Role.MEMBER)
    await browser.sign_in(await tokki.link("ann"))
    listed = (await browser.get("/web/ask")).text
    assert "/classify" in listed and "/finetune" not in listed and "/status" not in listed


async def test_an_answer_and_its_buttons(tokki, mina):
    answer = await asked(mina, "classify", text="I love this")
    article = answer.page.one("article")
    assert article.all("meter") and "sentiment@0" in article.text
    right = article.one("form").all("button")[0]
    assert right.text == "Right"
    thanked = await mina.settled(
        await mina.submit(article.one("form"), button=right.attributes["value"])
    )
    assert thanked.path == answer.path and len(thanked.page.all("article")) == 2
    assert await tokki.bot.services.storage.queries.count(TOWN.community) == 1


async def test_the_code_stands_beside_the_answer(mina):
    answer = await asked(mina, "classify", text="I love this")
    form = answer.page.one("article").one("form")
    (code,) = (one for one in form.all("button") if one.text == "Show me the code")
    shown = await mina.settled(await mina.submit(form, button=code.attributes["value"]))
    assert shown.path == answer.path
    first, beside = shown.page.all("article")
    assert "sentiment@0" in first.text
    assert 'text = "I love this"' in beside.one("pre").text


async def test_a_select_turns_its_question_into_the_answer(mina):
    answer = await asked(mina, "classify", text="I love this")
    form = answer.page.one("article").one("form")
    (wrong,) = (one for one in form.all("button") if one.text == "Wrong")
    shown = await mina.settled(await mina.submit(form, button=wrong.attributes["value"]))
    (form,) = (one for one in shown.page.all("form") if one.all("select"))
    nothing, first, *_ = (one.attributes["value"] for one in form.all("option"))
    assert not nothing and "required" in form.one("select").attributes, "no label by accident"
    chosen = await mina.settled(await mina.submit(form, {"value": first}))
    assert len(chosen.page.all("article")) == 2 and not chosen.page.all("select")


async def test_what_is_wrong_is_said_at_its_field_and_nothing_typed_is_lost(mina):
    form = (await mina.get("/web/ask/classify")).page.one("main").one("form")
    shown = await mina.submit(form, {"text": "keep <me>", "top": "99999"})
    assert shown.status == 400
    form = shown.page.one("main").one("form")
    (wrong,) = (one for one in form.walk() if one.attributes.get("aria-invalid") == "true")
    assert wrong.attributes["name"] == "top" and form.all("p", role="alert")
    assert "keep <me>" in "".join(map(str, form.one("textarea", name="text").parts))


async def test_a_command_within_a_text_is_refused(mina):
    form = (await mina.get("/web/ask/classify")).page.one("main").one("form")
    shown = await mina.submit(form, {"text": "hi\r\n/models"})
    assert shown.status == 400 and "/models" in shown.text


async def test_a_file_and_what_comes_of_it(mina):
    form = (await mina.get("/web/ask/classify")).page.one("main").one("form")
    assert form.attributes["enctype"] == "multipart/form-data"
    rows = "text\nI love this\n정말 좋아요\n".encode()
    sent = await mina.submit(form, files={"file": ("글 모음.csv", rows)})
    done = await mina.settled(sent)
    (link,) = done.page.one("article").all("a")
    assert "글 모음" in link.text
    content, headers = await mina.download(link.attributes["href"])
    assert content.count(b"\n") == 3 and "filename*=UTF-8''" in headers["Content-Disposition"]


@pytest.mark.parametrize("number", ["1", "-1", "00", "0000000009", "٠", "9" * 5000])
async def test_a_file_that_an_answer_does_not_have(mina, number):
    form = (await mina.get("/web/ask/classify")).page.one("main").one("form")
    sent = await mina.submit(form, files={"file": ("texts.csv", b"text\nI love this\n")})
    (link,) = (await mina.settled(sent)).page.one("article").all("a")
    where, _, first = link.attributes["href"].rpartition("/")
    assert first == "0" and (await mina.get(f"{where}/{number}")).status == 404


async def test_a_person_and_a_group(tokki, mina):
    tokki.town.settle("ann", Role.MEMBER)
    page = (await mina.get("/web/ask/settings")).page.one("main")
    assert "teachers <b>" in [one.text for one in page.all("option")]
    granted = await asked(mina, "settings", **{"who:person": "ann", "may": "moderator"})
    assert "ann of the town" in granted.text
    both = {"who": "7", "who:person": "ann", "may": "moderator"}
    shown = await mina.submit(page.one("form"), both)
    assert shown.status == 400 and shown.page.all("p", role="alert")


async def test_korean(tokki):
    tokki.town.settle("sora", Role.MEMBER, Language.KOREAN)
    async with Browser(tokki.web_url) as browser:
        await browser.sign_in(await tokki.link("sora"))
        assert "/분류" in (await browser.get("/web/ask")).text
        form = await browser.get("/web/ask/classify")
        assert "글" in form.text and "보내기" in form.html


async def test_commands_are_counted_as_everywhere(tokki, mina):
    for _ in range(40):
        last = await asked(mina, "models")
    assert "That was a lot at once" in last.text
