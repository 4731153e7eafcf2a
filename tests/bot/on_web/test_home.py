"""What is going on, each part as its command tells it to whoever looks."""

from handlers.types import Role
from storage.records import NewNotice, NewVersion, NoticeKind
from tests.bot.on_web.conftest import TOWN, asked
from tests.servers.browser import Browser


async def test_an_admins_day(tokki, mina):
    storage = tokki.bot.services.storage
    await asked(mina, "dataset create", name="pets", labels="cat, dog")
    await asked(mina, "dataset add", text="it barks", label="dog")
    await asked(mina, "classify", text="such a fine day")
    await storage.versions.add(NewVersion(TOWN.community, "pets", "models/x", "body@0", ("cat",)))
    told = NewNotice(TOWN.community, NoticeKind.WORDS, "pets@1", {"amount": 0.5})
    await storage.notices.add(told)
    await storage.notices.told(TOWN.community, [1])
    home = await mina.get("/web")
    assert "such a fine day" in home.text and "sentiment@0" in home.text
    assert "1 text" in home.text and "Much of what people write to pets@1" in home.text
    assert "Something broke" not in home.text
    pictures = home.page.all("img")
    assert pictures and all(one.attributes["alt"] for one in pictures)
    for one in pictures:
        content, headers = await mina.download(one.attributes["src"])
        assert content.startswith(b"\x89PNG") and headers["Content-Type"] == "image/png"


async def test_a_members_day(tokki, mina):
    await asked(mina, "classify", text="such a fine day")
    admins = await mina.get("/web")
    tokki.town.settle("ann", Role.MEMBER)
    async with Browser(tokki.web_url) as ann:
        home = await ann.sign_in(await tokki.link("ann"))
        assert "such a fine day" not in home.text and "/status" not in home.text
        assert len(home.page.all("section")) < len(admins.page.all("section"))


async def test_the_datasets_with_most_texts_are_shown(mina):
    await asked(mina, "dataset create", name="pets", labels="cat, dog")
    await asked(mina, "dataset add", dataset="pets", text="it barks", label="dog")
    for name in ("a", "b", "c"):
        await asked(mina, "dataset create", name=name, labels="cat, dog")
    home = await mina.get("/web")
    assert "pets" in home.text and "1 text" in home.text


async def test_addresses_that_somebody_typed(mina):
    assert (await mina.get("/web/ask/none")).status == 404
    assert (await mina.get("/web/")).path == "/web"


async def test_looking_often_is_no_asking_often(mina):
    for _ in range(12):
        home = await mina.get("/web")
    assert "a lot at once" not in home.text and home.status == 200


async def test_a_button_of_the_first_page_works(mina):
    home = await mina.get("/web")
    (form,) = (one for one in home.page.all("form") if one.all("button", value="me:learn:no"))
    shown = await mina.settled(await mina.submit(form, button="me:learn:no"))
    assert "Let models learn from me" in shown.html


async def test_what_pages_draw_takes_no_room_from_what_was_asked(mina):
    answer = await asked(mina, "classify", text="such a fine day")
    for _ in range(31):
        home = await mina.get("/web")
    assert (await mina.get(answer.path)).status == 200
    for one in home.page.all("img"):
        assert (await mina.download(one.attributes["src"]))[0].startswith(b"\x89PNG")
    assert home.page.all("img")
