"""Slack over HTTP: what is signed is taken, all else is refused in silence."""

import asyncio
import hashlib
import hmac
import io
import logging
import time
from collections.abc import AsyncIterator
from urllib.parse import urlencode

import aiohttp
import pytest
from slack_bolt.async_app import AsyncApp

from bot.on_slack.connection import http_routes as http_module
from bot.on_slack.connection.acknowledging_app import AcknowledgingApp
from bot.on_slack.connection.http_routes import events_route
from bot.on_slack.connection.paths import EVENTS_PATH
from bot.on_slack.connection.web_api import web_client
from bot.web_server import WebServer
from tests.servers.slack_server import LoopbackSlack
from tests.waiting import PATIENCE_S, turns, until, within

SECRET_TEXT = "nobody-else-should-read-this"
FORM = "application/x-www-form-urlencoded"
JSON = "application/json"


@pytest.fixture
async def slack() -> AsyncIterator[LoopbackSlack]:
    async with LoopbackSlack() as server:
        server.world.postman.retry_delays_s = (0, 0, 0)
        yield server


@pytest.fixture
def app(slack: LoopbackSlack) -> AsyncApp:
    app = AcknowledgingApp(
        client=web_client(slack.bot_token, slack.api_url), signing_secret=slack.signing_secret
    )

    @app.command("/echo")
    async def echo(ack, command):
        await ack(f"you said {command['text']}")

    return app


@pytest.fixture
async def http(slack: LoopbackSlack, app: AsyncApp) -> AsyncIterator[WebServer]:
    http = WebServer("127.0.0.1", 0)
    http.add_routes([events_route(app, slack.signing_secret)])
    await http.start()
    slack.deliver_to(f"http://127.0.0.1:{http.port}{EVENTS_PATH}")
    yield http
    await http.close()


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


def signed(slack: LoopbackSlack, body: bytes, at: float | str | None = None) -> dict[str, str]:
    when = str(int(time.time()) if at is None else at)
    digest = hmac.new(
        slack.signing_secret.encode(), b"v0:%s:%s" % (when.encode(), body), hashlib.sha256
    )
    return {
        "X-Slack-Request-Timestamp": when,
        "X-Slack-Signature": f"v0={digest.hexdigest()}",
        "Content-Type": FORM,
    }


async def post(session, http, body: bytes | io.BytesIO, headers: dict[str, str]) -> int:
    url = f"http://127.0.0.1:{http.port}{EVENTS_PATH}"
    async with session.post(url, data=body, headers=headers) as response:
        assert SECRET_TEXT not in await response.text()
        return response.status


def command(text: str = SECRET_TEXT) -> bytes:
    return urlencode({"command": "/echo", "text": text, "team_id": "T1", "user_id": "U1"}).encode()


async def test_the_address_is_verified_and_commands_are_answered(slack, http):
    assert slack.http
    assert await slack.http.challenge()
    mina, general = slack.add_person("mina"), slack.add_channel("general")
    asked = await mina.command(general, "/echo", "a & b = ü")
    assert (await asked.answered()).text_shown == "you said a & b = ü"
    assert set(slack.http.statuses) == {200}


async def test_a_retry_that_was_never_seen_is_answered(slack, app, http):
    mina = slack.add_person("mina")
    came = asyncio.Queue()

    @app.event("app_home_opened")
    async def home(event, request):
        await came.put(request.headers.get("x-slack-retry-num", ["0"])[0])

    assert slack.http
    slack.http.url, right = f"http://127.0.0.1:{http.port}/nowhere", slack.http.url
    slack.world.postman.retry_delays_s = (0.3, 1, 1)
    opening = asyncio.create_task(mina.open_home())
    await until(lambda: slack.http.statuses, "a first try, that fails")
    slack.http.url = right
    async with within("a second try"):
        assert await came.get() == "1"
    opening.cancel()


async def test_a_forged_signature(slack, http, caplog):
    mina, general = slack.add_person("mina"), slack.add_channel("general")
    slack.forge_signature = True
    asked = await mina.command(general, "/echo", SECRET_TEXT)
    await asked.settled()
    assert asked.error == "http_service_error"
    assert set(slack.http.statuses) == {401}
    assert_quiet(caplog)


@pytest.mark.parametrize("seconds", [-301, 301, -86_400])
async def test_a_replayed_timestamp(slack, http, caplog, seconds):
    mina, general = slack.add_person("mina"), slack.add_channel("general")
    slack.shift_time(seconds)
    asked = await mina.command(general, "/echo", SECRET_TEXT)
    await asked.settled()
    assert set(slack.http.statuses) == {401}
    assert_quiet(caplog)


async def test_a_late_one_within_five_minutes(slack, http):
    mina, general = slack.add_person("mina"), slack.add_channel("general")
    slack.shift_time(-290)
    asked = await mina.command(general, "/echo", "late")
    assert (await asked.answered()).text_shown == "you said late"


@pytest.mark.parametrize(
    "changes",
    [
        {"X-Slack-Signature": None},
        {"X-Slack-Request-Timestamp": None},
        {"X-Slack-Signature": ""},
        {"X-Slack-Signature": "v0=ü"},
        {"X-Slack-Request-Timestamp": "yesterday"},
        {"X-Slack-Request-Timestamp": "nan"},
        {"X-Slack-Request-Timestamp": "9" * 5000},
    ],
    ids=str,
)
async def test_no_signature(slack, http, session, caplog, changes):
    headers = signed(slack, command()) | changes
    given = {name: value for name, value in headers.items() if value is not None}
    assert await post(session, http, command(), given) == 401
    assert_quiet(caplog)


@pytest.mark.parametrize("body", [b"{" * 100_000, b"[" * 100_000, b"\xff\xfe", b"", b"payload={"])
async def test_nothing_unsigned_is_read(slack, http, session, caplog, body):
    assert await post(session, http, body, {"Content-Type": JSON}) == 401
    assert_quiet(caplog)


@pytest.mark.parametrize("body", [b"payload={", b'{"a":', b"payload=%ff"])
async def test_signed_but_no_json(slack, http, session, caplog, body):
    assert await post(session, http, body, signed(slack, body)) == 400
    assert_quiet(caplog)


@pytest.mark.parametrize("body", [b"[1]", b"17", b'"a"', b"null", b"[" * 100_000, b"9" * 5_000])
async def test_signed_json_that_is_no_object(slack, http, session, caplog, body):
    headers = signed(slack, body) | {"Content-Type": JSON}
    assert await post(session, http, body, headers) == 400
    wrapped = b"payload=" + body
    assert await post(session, http, wrapped, signed(slack, wrapped)) == 400
    assert_quiet(caplog)


@pytest.mark.parametrize(
    "body",
    [
        b'{"type": "event_callback", "event": [1]}',
        b'{"type": "event_callback", "event": {"type": ["a"]}}',
        b'{"type": ["block_actions"], "actions": 3, "user": 4}',
        b'{"type": "block_actions", "actions": {}, "team": 3, "user": [], "channel": 1}',
        b'{"type": "view_submission", "view": [], "team": {"id": []}}',
        b'{"type": "block_suggestion", "view": 3, "action_id": 4}',
        b'{"type": "message_action", "callback_id": {}, "message": []}',
        b'{"authorizations": {"a": 1}, "enterprise": 3, "team_id": {}}',
    ],
)
async def test_signed_fields_of_other_types(slack, http, session, body):
    status = await post(session, http, body, signed(slack, body) | {"Content-Type": JSON})
    assert status in (200, 400)


async def test_an_encoding_that_nobody_knows(slack, http, session, caplog):
    headers = signed(slack, command()) | {"Content-Type": f"{FORM}; charset=klingon"}
    assert await post(session, http, command(), headers) in (400, 415)
    assert_quiet(caplog)


@pytest.mark.parametrize("kind", ["text/plain", "multipart/form-data", "", "nonsense"])
async def test_the_wrong_content_type(slack, http, session, caplog, kind):
    headers = signed(slack, command()) | {"Content-Type": kind}
    assert await post(session, http, command(), headers) == 415
    assert_quiet(caplog)


async def test_a_body_that_is_too_large(slack, http, session, caplog):
    body = command("x" * 1_100_000)
    assert await post(session, http, io.BytesIO(body), signed(slack, body)) == 413
    assert_quiet(caplog)


async def test_who_has_not_signed_is_refused_before_the_body(http):
    reader, writer = await asyncio.open_connection("127.0.0.1", http.port)
    head = f"POST {EVENTS_PATH} HTTP/1.1\r\nHost: x\r\nContent-Type: {JSON}\r\n"
    writer.write(f"{head}Content-Length: 900000\r\n\r\n".encode())
    async with within("an answer to a head alone"):
        assert b" 401 " in await reader.readline()
    writer.close()
    await writer.wait_closed()


async def test_a_body_that_never_comes(slack, http, caplog, monkeypatch):
    monkeypatch.setattr(http_module, "_LONGEST_READ_S", 0.2)
    reader, writer = await asyncio.open_connection("127.0.0.1", http.port)
    head = f"POST {EVENTS_PATH} HTTP/1.1\r\nHost: x\r\nContent-Type: {JSON}\r\n"
    signed = (
        f"X-Slack-Request-Timestamp: {int(time.time())}\r\nX-Slack-Signature: v0={'0' * 64}\r\n"
    )
    writer.write(f"{head}{signed}Content-Length: 9\r\n\r\n".encode())
    async with within("an answer to half a request"):
        answer = await reader.readline()
    assert b" 408 " in answer
    writer.close()
    await writer.wait_closed()
    assert_quiet(caplog)


@pytest.mark.parametrize("path", [EVENTS_PATH, "/", "/slack/install", "/slack/oauth_redirect"])
async def test_there_is_nothing_else_to_get(http, session, path):
    async with session.get(f"http://127.0.0.1:{http.port}{path}") as response:
        assert response.status in (404, 405)


async def test_an_answer_under_way_is_finished_before_the_end(slack, app, http):
    began, may_end = asyncio.Event(), asyncio.Event()

    @app.command("/slow")
    async def slow(ack):
        began.set()
        await may_end.wait()
        await ack("done")

    mina, general = slack.add_person("mina"), slack.add_channel("general")
    asked = await mina.command(general, "/slow")
    async with within("the command"):
        await began.wait()
    closing = asyncio.create_task(http.close())
    await turns()
    assert not closing.done()
    may_end.set()
    await closing
    assert (await asked.answered()).text_shown == "done"


async def test_200_commands_at_once(slack, http):
    slack.world.postman.acknowledge_within_s = PATIENCE_S
    mina, general = slack.add_person("mina"), slack.add_channel("general")
    asked = await asyncio.gather(
        *(mina.command(general, "/echo", str(number)) for number in range(200))
    )
    for each in asked:
        await each.acknowledged()
    assert slack.http.statuses == [200] * 200


def assert_quiet(caplog):
    """Something was logged, but neither what was sent nor a traceback."""
    ours = [record for record in caplog.records if record.name == http_module.__name__]
    assert ours
    assert all(record.exc_info is None for record in caplog.records)
    assert SECRET_TEXT not in caplog.text
    assert all(record.levelno < logging.ERROR for record in caplog.records)
