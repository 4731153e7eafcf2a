"""Whatever answers in Discord's place, at the start and later: Tokki goes on."""

import itertools
import json

import pytest

from tests.waiting import until

JSON = "application/json"
ODD = {
    "a text": (503, "text/plain", b"upstream connect error or disconnect/reset before headers"),
    "a text and all is well": (200, "text/plain", b"ok"),
    "a page": (200, "text/html; charset=utf-8", b"<h1>Sign in</h1>"),
    "a page that is refused": (403, "text/html", b"<h1>Blocked</h1>"),
    "nothing": (200, JSON, b""),
    "a list": (200, JSON, b"[1]"),
    "a number": (200, JSON, b"17"),
    "null": (200, JSON, b"null"),
    "half": (200, JSON, b'{"id": "1'),
    "no UTF-8": (200, JSON, b'{"id": "\xff"}'),
    "deep": (200, JSON, b"[" * 100_000),
    "all fields missing": (200, JSON, b"{}"),
    "fields of other types": (200, JSON, b'{"id": [], "url": 3, "shards": {}, "username": 4}'),
    "too many, says a proxy": (429, "text/plain", b"slow down"),
    "a wait that is a word": (429, JSON, b'{"retry_after": "soon", "message": "no"}'),
    "a wait of a day": (429, JSON, b'{"retry_after": 86400, "message": "no"}'),
    "large": (200, "text/html", b"<p>" * 2_000_000),
}


def as_odd(name):
    status, kind, raw = ODD[name]
    return {"status": status, "content_type": kind, "raw": raw}


def odd(server, method, path, name):
    return server.fail(method, path, times=1, **as_odd(name))


async def answers(lab, text="hello"):
    asked = await lab.boss.slash(lab.channel, "tokenize", {"text": text})
    return await asked.until(lambda message: text in message.text)


PATHS = ("/users/@me", "/oauth2/applications/@me", "/gateway/bot")


@pytest.mark.parametrize(("name", "path"), [*zip(ODD, itertools.cycle(PATHS), strict=False)])
async def test_at_the_start(tokki, server, name, path):
    asked, sent = odd(server, "GET", path, name), odd(server, "PUT", "/applications/*", name)
    tokki.begin()
    await server.ready()
    assert asked.struck == sent.struck == 1
    assert not tokki.serving.done()


async def test_what_is_wrong_is_said_while_it_is_tried_again(tokki, server):
    odd(server, "GET", "/users/@me", "a page")
    await tokki.start()
    assert "is not Discord" in tokki.said[0] and "Trying again in" in tokki.said[0]


async def test_while_it_runs(lab, tokki, server):
    path = "/interactions/*/callback"
    for number, name in enumerate(ODD):
        fault = server.fail("POST", path, times=1, takes_effect=True, **as_odd(name))
        said = f"hello {number}"
        assert said in (await answers(lab, said)).text and fault.struck == 1, name
    assert not tokki.serving.done()


@pytest.mark.parametrize(
    "frame",
    [
        "words",
        "",
        "[1]",
        "null",
        '{"op": 0, "t": "GUI',
        "[" * 100_000,
        '{"op": 10, "d": {}}',
        '{"op": 10, "d": {"heartbeat_interval": "soon"}}',
        '{"op": 0, "t": "READY", "s": 3, "d": {}}',
        '{"op": 0, "t": ["READY"], "s": 3, "d": {}}',
    ],
)
async def test_a_frame_that_is_none_costs_the_connection(lab, tokki, server, frame):
    before = server.resumes + server.identifies
    server.send_frame(frame)
    await until(lambda: server.resumes + server.identifies > before, "the session goes on")
    await server.ready()
    await answers(lab, "after it")
    assert not tokki.serving.done()


EVENTS = ("INTERACTION_CREATE", "GUILD_CREATE", "GUILD_DELETE", "CHANNEL_UPDATE", "MESSAGE_CREATE")
DATA = ({}, [], None, "words", {"id": []}, {"id": "x", "type": "2"}, {"id": "1", "type": 3})


async def test_an_event_that_cannot_be_read_costs_that_event(lab, tokki, server):
    identified = server.identifies
    for number, (event, data) in enumerate(itertools.product(EVENTS, DATA)):
        server.send_frame(json.dumps({"op": 0, "t": event, "s": 99 + number, "d": data}))
    await answers(lab, "after it")
    assert not tokki.serving.done()
    assert server.identifies == identified
