"""Whatever answers in Slack's place, at the start and later: Tokki goes on."""

import asyncio

import pytest

from bot.on_slack.connection import socket_mode
from bot.on_slack.setup.manifest import manifest
from tests.bot.on_slack.conftest import Tokki
from tests.servers.slack_server import LoopbackSlack
from tests.waiting import until

DEEP = b"[" * 100_000
ODD = {
    "a text": (503, "text/plain", b"upstream connect error or disconnect/reset before headers"),
    "a text and all is well": (200, "text/plain", b"ok"),
    "a page": (200, "text/html; charset=utf-8", b"<h1>Sign in</h1>"),
    "a page that is refused": (403, "text/html", b"<h1>Blocked</h1>"),
    "nothing": (200, "application/json", b""),
    "nothing at all": (204, "text/plain", b""),
    "a list": (200, "application/json", b'[{"ok": true}]'),
    "a number": (200, "application/json", b"17"),
    "null": (200, "application/json", b"null"),
    "a word": (200, "application/json", b'"ok"'),
    "half": (200, "application/json", b'{"ok": true, "team_id": "T'),
    "no UTF-8": (200, "application/json; charset=utf-8", b'{"ok": true, "a": "\xff\xfe"}'),
    "no encoding": (200, "application/json; charset=klingon", b"\xff"),
    "bytes": (200, "application/gzip", b"\x1f\x8b\x00"),
    "deep": (200, "application/json", DEEP),
    "many digits": (200, "application/json", b'{"ok": true, "n": ' + b"9" * 5_000 + b"}"),
    "all fields missing": (200, "application/json", b'{"ok": true}'),
    "fields of other types": (
        200,
        "application/json",
        b'{"ok": true, "url": 3, "team_id": [], "user": {}, "channel": 7, "ts": [1], "team": 0}',
    ),
    "an error that is a list": (200, "application/json", b'{"ok": false, "error": ["a"]}'),
    "a wait that is a date": (429, "text/plain", b"slow down"),
    "large": (200, "text/html", b"<p>" * 2_000_000),
}


def odd(server, method, name, times=1):
    status, kind, raw = ODD[name]
    is_limit = status == 429
    headers = {"Retry-After": "Wed, 21 Oct 2026 07:28:00 GMT"} if is_limit else {}
    return server.fail(
        method, status=status, raw=raw, content_type=kind, headers=headers, times=times
    )


async def answers(lab, text="hello"):
    asked = await lab.boss.command(lab.channel, "/tokenize", text)
    return await asked.until(lambda message: text in message.text_shown)


async def test_at_the_start(tmp_path, checkpoints):
    """Side by side: each waits for seconds before it tries again."""

    async def start(name):
        async with LoopbackSlack() as server:
            server.manifest = manifest()
            tokki = Tokki(server, tmp_path / name, checkpoints)
            faults = [
                odd(server, method, name) for method in ("auth.test", "apps.connections.open")
            ]
            try:
                await tokki.start()
                assert [fault.struck for fault in faults] == [1, 1], name
                assert not tokki.serving.done(), name
            finally:
                await tokki.stop()

    async with asyncio.TaskGroup() as together:
        for name in ODD:
            together.create_task(start(name))


async def test_what_is_wrong_is_said_while_it_is_tried_again(tokki, server):
    odd(server, "auth.test", "a page", times=1)
    await tokki.start()
    assert "is not Slack" in tokki.said[0] and "Trying again in" in tokki.said[0]


@pytest.mark.parametrize("name", ODD)
async def test_while_it_runs(lab, tokki, server, name):
    await answers(lab)
    odd(server, "chat.postMessage", name)
    assert "hello" in (await answers(lab)).text_shown
    odd(server, "users.info", name)
    odd(server, "usergroups.list", name)
    await server.add_person("new").command(lab.channel, "/tokenize", "hello")
    odd(server, "response_url", name)
    await answers(lab)
    odd(server, "views.open", name)
    await lab.boss.command(lab.channel, "/classify", "")
    await answers(lab, "the last")
    assert not tokki.serving.done()


@pytest.mark.parametrize("name", ["a text", "a list", "fields of other types"])
async def test_while_it_connects_anew(lab, tokki, server, monkeypatch, name):
    monkeypatch.setattr(socket_mode, "DEAF_AFTER_S", 3.0)
    odd(server, "apps.connections.open", name)
    await server.disconnect("refresh_requested")
    await until(lambda: server.count("apps.connections.open") > 1, "another connection")
    await server.connected()
    await answers(lab)
    assert not tokki.serving.done()
