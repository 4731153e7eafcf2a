"""What people do at the pages, in a real browser: decide, look on, come back, wait."""

from functools import partial
from pathlib import Path

import pytest

from handlers.types import Role
from storage.records import NewJob
from tests.bot.on_web.conftest import TOWN
from tests.waiting import until

MEANT = "/web/models/one/ours@2"


@pytest.fixture
def live(tokki):
    """Which version answers to `ours`, as the database has it."""

    async def number():
        found = await tokki.bot.services.storage.live_versions.get(TOWN.community, "ours")
        return found.number

    return number


async def test_an_admin_promotes_and_rolls_back(comes, made, live):
    for _ in range(2):
        await made("ours")
    mina = await comes("mina", Role.ADMIN)
    page = await mina.open("/web/models")
    await page.get_by_role("link", name="ours@2").click()
    promote = page.locator("form[action$=promote] button")
    await promote.click()
    await mina.settled()
    assert await page.locator("article [role=alert]").count() == 1 and await live() == 1
    await page.go_back()
    await page.get_by_label("Reason").fill("it <b>feels</b> better")
    await promote.click()
    await mina.settled()
    assert "ours@2" in await page.locator("article").inner_text() and await live() == 2
    await page.locator("article form button").click()
    await until(partial(_is, live, 1), "the answer's own button undoes it")
    await page.goto(page.url.partition("/web")[0] + MEANT)
    await page.locator("form[action$=rollback] button").click()
    await mina.settled()
    assert await live() == 2


async def test_a_member_sees_what_they_may_and_a_sentence_for_the_rest(comes, made):
    await made("ours")
    await made("ours", right=40)
    ann = await comes("ann", Role.MEMBER)
    page = await ann.open("/web/models")
    await page.get_by_role("link", name="ours@2").click()
    assert "for admins to decide" in await page.locator("main").inner_text()
    assert await page.locator("main form").count() == 0
    images = page.locator("main img")
    assert await images.count() >= 1
    assert await images.first.evaluate("one => one.complete && one.naturalWidth > 0")
    await page.get_by_role("link", name="Ask").click()
    assert "/finetune" not in await page.locator("main").inner_text()


async def test_two_tabs(comes, made, live):
    for _ in range(2):
        await made("ours")
    mina = await comes("mina", Role.ADMIN)
    one, other = await mina.open(MEANT), await mina.context.new_page()
    await other.goto(one.url)
    for tab in (one, other):
        await tab.get_by_label("Reason").fill("as agreed")
        await tab.locator("form[action$=promote] button").click()
        await tab.wait_for_selector("[data-done=yes]")
    assert "already" in await other.locator("article").inner_text() and await live() == 2
    await one.locator("form.who button").click()
    assert "signed out" in await one.locator("main").inner_text()
    await other.reload()
    assert "not signed in" in await other.locator("main").inner_text()
    await one.go_back()
    assert "not signed in" in await one.locator("main").inner_text()


async def test_the_back_button_leads_through_what_was_seen(comes, made):
    await made("ours")
    mina = await comes("mina", Role.ADMIN)
    page = await mina.open("/web/models")
    await page.locator("th[scope=col] a").first.click()
    assert await page.locator("th[aria-sort=ascending]").count() == 1
    await page.locator("th[scope=col] a").first.click()
    assert await page.locator("th[aria-sort=descending]").count() == 1
    await page.go_back()
    assert await page.locator("th[aria-sort=ascending]").count() == 1
    await page.goto(page.url.partition("/models")[0] + "/ask/classify")
    await page.locator("#field-text").fill("I love this")
    await page.locator("button.good").click()
    await mina.settled()
    await page.go_back()
    await page.wait_for_selector("#field-text")
    assert page.url.endswith("/ask/classify")
    await page.go_forward()
    await page.wait_for_selector("article[data-done=yes]")


async def test_a_restart_in_between(tokki, comes, made, live):
    for _ in range(2):
        await made("ours")
    params = {"name": "ours", "dataset": 1, "language": "en"}
    new = NewJob(TOWN.community, "mina", "measure", params)
    job = await tokki.bot.services.storage.jobs.start(new, "somebody")
    mina = await comes("mina", Role.ADMIN)
    page = await mina.open("/web/models/jobs")
    decides = await mina.context.new_page()
    await decides.goto(page.url.partition("/web")[0] + MEANT)
    await tokki.stop()
    await tokki.start()
    await tokki.bot.services.storage.jobs.beat(job.id, "somebody", {"done": 3, "of": 4})
    await page.wait_for_selector("table.bars td:has-text('75')")
    await decides.get_by_label("Reason").fill("as agreed")
    await decides.locator("form[action$=promote] button").click()
    await decides.wait_for_selector("[data-done=yes]")
    assert await live() == 2


async def _bad_gateway(route):
    await route.fulfill(status=502, content_type="text/html", body="<h1>502 Bad Gateway</h1>")


async def _unsure(route):
    body = "<main><p role=alert>Tokki cannot tell just now who you are.</p></main>"
    await route.fulfill(status=503, content_type="text/html", body=body)


async def _cut(route):
    await route.abort()


@pytest.mark.parametrize("fails", [_bad_gateway, _unsure, _cut])
async def test_what_was_typed_stays_where_the_server_does_not_answer(comes, fails):
    ann = await comes("ann", Role.MEMBER)
    page = await ann.open("/web/ask/classify")
    await page.locator("#field-text").fill("I love this")
    await page.route("**/web/ask/classify", fails, times=1)
    await page.locator("button.good").click()
    assert "still here" in await page.locator("main form [role=alert]").inner_text()
    assert await page.locator("#field-text").input_value() == "I love this"
    await page.locator("button.good").click()
    await ann.settled()
    assert "sentiment@0" in await page.locator("article").inner_text()


async def test_a_page_that_waits_goes_on_once_the_server_answers_again(tokki, comes):
    params = {"name": "ours", "dataset": 1, "language": "en"}
    jobs = tokki.bot.services.storage.jobs
    job = await jobs.start(NewJob(TOWN.community, "mina", "measure", params), "somebody")
    mina = await comes("mina", Role.ADMIN)
    page = await mina.open("/web/models/jobs")
    async with page.expect_response(lambda answer: answer.status == 503):
        await page.route("**/web/models/jobs", _unsure, times=1)
    await jobs.beat(job.id, "somebody", {"done": 3, "of": 4})
    await page.wait_for_selector("table.bars td:has-text('75')")


_DROP = """(form, [name, rows]) => {
  const dataTransfer = new DataTransfer();
  dataTransfer.items.add(new File([rows], name, { type: "text/csv" }));
  for (const kind of ["dragover", "drop"])
    form.dispatchEvent(new DragEvent(kind, { bubbles: true, cancelable: true, dataTransfer }));
}"""


async def test_a_file_is_dropped_looked_at_put_in_and_taken_out_again(tokki, comes):
    await tokki.bot.by("boss", Role.ADMIN, TOWN).ok("/dataset create name:pets labels:cat, dog")
    mina = await comes("mina", Role.MODERATOR)
    page = await mina.open("/web/dataset?dataset=pets")
    rows = "text,label\nit purrs,cat\n<img src=x onerror=alert(1)>,dog\n"
    await page.locator("[data-drop]").evaluate(_DROP, ["<b>pets</b>.csv", rows])
    await page.wait_for_url("**/web/answers/*")
    await mina.settled()
    seen = await page.locator("article").inner_text()
    assert "2 rows" in seen and await page.locator("article img").count() == 0
    await page.locator("article button[value$=':put']").click()
    await page.locator("article button[value$=':undo']").wait_for()
    await mina.open("/web/dataset?dataset=pets")
    assert "<img src=x onerror=alert(1)>" in await page.locator("main").inner_text()
    await page.locator("form[action$=export] button[value=csv]").click()
    await mina.settled()
    async with page.expect_download() as download:
        await page.locator("article a[download]").click()
    taken_out = _text(await (await download.value).path())
    assert "it purrs" in taken_out and "onerror" in taken_out


def _text(path: Path) -> str:
    return path.read_text("utf-8")


async def _is(ask, wanted: object) -> bool:
    return await ask() == wanted
