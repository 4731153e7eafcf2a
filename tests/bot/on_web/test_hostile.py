"""What strangers, other sites and other people try: none of it works, each is answered in words."""

import asyncio
import io
import re
import secrets
from collections.abc import Iterator

import aiohttp
import pytest
from pydantic import ValidationError

from bot.on_web.connection import bodies
from bot.on_web.connection.cookie import Cookie
from bot.on_web.incoming import visitors
from bot.settings import Settings
from handlers.types import Role
from tests.bot.on_web.conftest import TOWN, asked
from tests.servers.browser import Browser, Element, Shown

MARKUP = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)> {{7777*7}} javascript:alert(1)"
_OURS = frozenset({"page.js"})


async def raw(url: str, sent: bytes) -> bytes:
    """Send bytes, and read until the server hangs up."""
    host, _, port = url.removeprefix("http://").partition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(sent)
    async with asyncio.timeout(30):
        answer = await reader.read()
    writer.close()
    return answer


def token(shown: Shown) -> str:
    return shown.page.all("input", name="token")[0].attributes["value"]


def acting(shown: Shown) -> Iterator[Element]:
    """What would run or load something that is not ours."""
    for one in shown.page.walk():
        runs = any(name.startswith("on") or name == "style" for name in one.attributes)
        leads = [one.attributes.get(name, "") for name in ("href", "src", "action", "formaction")]
        strange = [to for to in leads if to and not to.startswith(("/web", "#"))]
        if runs or strange or one.tag in ("iframe", "object", "base", "style"):
            yield one
        if one.tag == "script" and (one.parts or "/web/static/" not in one.attributes["src"]):
            yield one


@pytest.mark.parametrize("given", [None, "", "0" * 64, "of another session"])
async def test_a_form_without_its_token_does_nothing(tokki, mina, given):
    if given and given.startswith("of"):
        tokki.town.settle("eve", Role.ADMIN)
        async with Browser(tokki.web_url) as eve:
            given = token(await eve.sign_in(await tokki.link("eve")))
    values = {"name": "pets", "labels": "cat, dog"} | ({} if given is None else {"token": given})
    shown = await mina.post("/web/ask/dataset/create", values)
    assert shown.status == 403 and "not one of ours" in shown.text
    assert not await tokki.bot.services.storage.datasets.all(TOWN.community)


@pytest.mark.parametrize(
    "headers",
    [{"Origin": "https://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}],
)
async def test_another_site_sends_nothing_for_somebody(tokki, mina, headers):
    values = {"name": "pets", "labels": "cat", "token": token(await mina.get("/web"))}
    shown = await mina.post("/web/ask/dataset/create", values, **headers)
    assert shown.status == 403 and "another site" in shown.text
    link = await tokki.link("mina")
    async with Browser(tokki.web_url) as other:
        assert (await other.post(link, {}, **headers)).status == 403
        assert (await other.sign_in(link)).path == "/web"


async def test_markup_of_strangers_is_shown_and_never_acts(tokki, mina):
    where = f"/dataset create name:odd labels:{MARKUP.replace(':', '').replace(',', '')[:60]}, dog"
    await tokki.bot.by("mina", Role.ADMIN, TOWN).ok(where)
    made = await asked(mina, "dataset create", name="pets", labels="cat, dog", guideline=MARKUP)
    pages = [made, await asked(mina, "dataset add", dataset="pets", text=MARKUP)]
    pages.append(await asked(mina, "dataset preview", dataset="pets"))
    pages.append(await asked(mina, "dataset show", dataset="odd"))
    pages.append(await asked(mina, "classify", text=MARKUP))
    pages.append(await asked(mina, "classify", text="x", model=MARKUP[:150]))
    pages.append(await asked(mina, "tokenize", text=MARKUP))
    pages.append(await asked(mina, "label", dataset="pets"))
    pages.append(await asked(mina, "settings", who="7", may="moderator"))
    form = await mina.get("/web/ask/dataset/import")
    rows = f'text,label\n"{MARKUP.replace(chr(34), chr(34) * 2)}",cat\n'.encode()
    file = {"file": (f"{MARKUP.replace('/', '')}.csv", rows)}
    sent = await mina.submit(form.page.one("main").one("form"), {"dataset": "pets"}, files=file)
    pages.append(await mina.settled(sent))
    pages.append(await mina.get(f"/web/ask/classify?text={MARKUP}"))
    pages.append(await mina.get("/web"))
    assert [one for page in pages for one in acting(page)] == []
    assert sum("<script>alert(1)</script>" in page.html for page in pages) == 0
    assert sum("&lt;script&gt;alert(1)&lt;/script&gt;" in page.html for page in pages) >= 7
    assert all("54439" not in page.html for page in pages)
    for page in pages:
        policy = page.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy and "unsafe" not in policy


async def test_no_page_sends_anybody_elsewhere(mina):
    for path in ("/web?next=https://evil.example", "/web//evil.example", "/web/out?to=//evil"):
        async with mina.session.get(mina.url + path, allow_redirects=False) as answer:
            assert "evil" not in answer.headers.get("Location", "") and answer.status in (200, 404)
    form = await mina.get("/web/ask/classify")
    values = {"token": token(form), "text": "hi", "next": "https://evil.example"}
    url = f"{mina.url}/web/ask/classify"
    async with mina.session.post(url, data=values, allow_redirects=False) as answer:
        assert answer.headers["Location"].startswith("/web/answers/")


PATHS = (
    *(
        "/web/static/../../settings.py",
        "/web/static/..%2f..%2f..%2f.env",
        "/web/static/%2fetc%2fpasswd",
    ),
    *("/web/answers/../../tokki.sqlite3", "/web/answers/x/files/..%2f0", "/web/answers/x/files/-1"),
    *("/web/static/page.css%00.png", "/web/ask/..%2f..%2fetc", "/web/ask/nothing", "/web/no/page"),
)


@pytest.mark.parametrize("path", PATHS)
async def test_no_path_leads_to_a_file(mina, path):
    sent = f"GET {path} HTTP/1.1\r\nHost: {mina.url[7:]}\r\nConnection: close\r\nCookie: "
    cookies = mina.session.cookie_jar.filter_cookies(aiohttp.client.URL(mina.url))
    answer = await raw(mina.url, f"{sent}tokki={cookies['tokki'].value}\r\n\r\n".encode())
    assert answer.split()[1] in (b"400", b"404")
    assert b"root:" not in answer and b"SQLite" not in answer and b"class Settings" not in answer


async def test_what_is_given_to_one_is_nothing_for_another(tokki, mina):
    answer = await asked(mina, "vector", text="hi", model="sentiment")
    (link,) = answer.page.one("article").all("a")
    content, headers = await mina.download(link.attributes["href"])
    assert content and headers["Content-Disposition"].startswith("attachment")
    assert headers["Content-Type"] == "application/octet-stream"
    tokki.town.settle("eve", Role.ADMIN)
    async with Browser(tokki.web_url) as eve:
        await eve.sign_in(await tokki.link("eve"))
        for path in (answer.path, link.attributes["href"]):
            shown = await eve.get(path)
            assert shown.status == 404 and "not yours" in shown.text


async def test_a_flood_of_forged_requests_fills_no_log(tokki, mina, caplog):
    caplog.set_level("INFO")
    told: set[tuple[int, str]] = set()

    async def forge(count: int) -> None:
        async with aiohttp.ClientSession() as session:
            for _ in range(count):
                cookie = {"Cookie": f"tokki={secrets.token_hex(32)}"}
                async with session.post(f"{tokki.web_url}/web/answers", headers=cookie) as answer:
                    told.add((answer.status, await answer.text()))

    await asyncio.gather(*(forge(100) for _ in range(10)))
    ((status, html),) = told
    assert status == 401 and "Type /web" in html
    assert (await mina.get("/web/ask")).status == 200
    refused = [one for one in caplog.records if "refused" in one.getMessage()]
    assert len(refused) == 1_000 and all(getattr(one, "is_of_a_stranger", 0) for one in refused)


async def test_a_form_that_comes_too_slowly_is_given_up(tokki, mina, monkeypatch):
    monkeypatch.setattr(bodies, "_SMALL_S", 0.1)
    cookie = mina.session.cookie_jar.filter_cookies(aiohttp.client.URL(mina.url))["tokki"].value
    head = (
        f"POST /web/answers HTTP/1.1\r\nHost: {mina.url[7:]}\r\nCookie: tokki={cookie}\r\n"
        "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 99\r\n"
        "Connection: close\r\n\r\ntoken=by dr"
    )
    answer = await raw(mina.url, head.encode())
    assert b" 408 " in answer.splitlines()[0] and b"too long to arrive" in answer


async def test_who_loses_a_role_while_a_form_comes_does_nothing_with_it(tokki, mina, monkeypatch):
    monkeypatch.setattr(visitors, "_FRESH_S", 0.0)
    monkeypatch.setattr(visitors, "_KEPT_S", 0.0)
    cookie = mina.session.cookie_jar.filter_cookies(aiohttp.client.URL(mina.url))["tokki"].value
    body = f"token={token(await mina.get('/web/ask/status'))}"
    head = (
        f"POST /web/ask/status HTTP/1.1\r\nHost: {mina.url[7:]}\r\nCookie: tokki={cookie}\r\n"
        "Content-Type: application/x-www-form-urlencoded\r\n"
        f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    )
    reader, writer = await asyncio.open_connection("127.0.0.1", tokki.port)
    asked_before = tokki.town.asked
    writer.write(f"{head}{body[:9]}".encode())
    await mina.get("/web/ask")
    assert tokki.town.asked > asked_before  # the head of the form is there, too
    tokki.town.settle("mina", Role.MEMBER)
    writer.write(body[9:].encode())
    answer = (await reader.read()).decode()
    writer.close()
    (where,) = re.findall(r"Location: (\S+)", answer)
    shown = await mina.settled(await mina.get(where))
    assert "Only admins may do this" in shown.text


async def test_thousands_of_fields_are_refused(mina):
    data = aiohttp.FormData(default_to_multipart=True)
    data.add_field("token", token(await mina.get("/web/ask/classify")))
    for number in range(2_000):
        data.add_field(f"field{number}", "x")
    shown = await mina.post("/web/ask/classify", data)
    assert shown.status == 413 and "Nothing was done" in shown.text


async def test_a_hundred_megabytes_are_refused(mina):
    shown = await mina.get("/web/ask/classify")
    data = aiohttp.FormData()
    data.add_field("token", token(shown))
    data.add_field("file", io.BytesIO(b"x" * 100_000_000), filename="many.csv")
    url = f"{mina.url}/web/ask/classify"
    async with mina.session.post(url, data=data, expect100=True) as answer:
        assert answer.status == 413 and "32 MB is the most" in await answer.text()


async def test_one_that_does_not_say_how_long_it_is_is_cut_off(mina):
    async def endless():
        for _ in range(40):
            yield b"x" * 1_000_000

    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    url = f"{mina.url}/web/answers"
    async with mina.session.post(url, data=endless(), headers=headers) as answer:
        assert answer.status == 413 and "1 MB is the most" in await answer.text()


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("application/json", b"{}"),
        ("multipart/form-data; boundary=x", b"--x\r\nno"),
        ("multipart/form-data", b"--x--"),
        ("application/x-www-form-urlencoded; charset=klingon", b"token=%ff"),
        ("application/x-www-form-urlencoded", b"token=\xff\xfe"),
    ],
)
async def test_what_is_no_form_does_nothing(mina, kind, body):
    headers = {"Content-Type": kind}
    async with mina.session.post(f"{mina.url}/web/answers", data=body, headers=headers) as answer:
        assert answer.status in (400, 403, 415) and "Nothing was done" in await answer.text()


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1", "localhost:1"])
async def test_by_another_name_there_is_nothing(mina, host):
    shown = await mina.get("/web", Host=host)
    assert shown.status == 421 and "nowhere else" in shown.text


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS"])
async def test_other_methods_are_answered_in_words(mina, method):
    async with mina.session.request(method, f"{mina.url}/web/ask") as answer:
        assert answer.status == 404 and "no such page" in await answer.text()


@pytest.mark.parametrize(
    "control", ["nothing:1", "fb:1:right", "live:sentiment@9", "mine:erase:x", ""]
)
async def test_a_forged_control_is_refused_in_words(mina, control):
    values = {"token": token(await mina.get("/web")), "control": control, "value": "x"}
    shown = await mina.settled(await mina.post("/web/answers", values))
    assert shown.page.one("article").all("p", role="alert")


def test_who_is_signed_in_is_told_in_the_open_on_this_machine_only():
    for url in ("http://tokki.example", "https://a:b@tokki.example", "https://tokki.example/x"):
        with pytest.raises(ValidationError):
            Settings(web_url=url)
    response = aiohttp.web.Response()
    Cookie("https://tokki.example").give(response, "0" * 64, 60)
    (morsel,) = response.cookies.values()
    assert morsel.key == "__Host-tokki" and morsel["secure"] and morsel["path"] == "/"
    assert not morsel["domain"]


@pytest.mark.parametrize(
    ("said", "origin"),
    [
        ("https://Tokki.example/", "https://tokki.example"),
        ("https://토끼.example", "https://xn--h10bl24d.example"),
        ("https://tokki.example:443", "https://tokki.example"),
        ("https://tokki.example:8443", "https://tokki.example:8443"),
        ("http://127.0.0.1:80", "http://127.0.0.1"),
        ("http://[::1]:8080", "http://[::1]:8080"),
    ],
)
def test_the_address_is_compared_as_browsers_write_it(said, origin):
    assert Settings(web_url=said).web_url == origin


@pytest.mark.parametrize("url", ["https://토끼..example", "https://tokki.example:99999"])
def test_what_no_browser_could_open_is_no_address(url):
    with pytest.raises(ValidationError):
        Settings(web_url=url)
