"""What Prometheus reads, over a real socket, and what /healthz says."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass

import aiohttp
import pytest
from prometheus_client.parser import text_string_to_metric_families

from bot.app import App, running
from bot.data_folder import prepare
from bot.process.health import Health
from bot.settings import Settings
from handlers.types import Actor, Language, Place, Request, Role
from tests.waiting import until

TOKEN = "a token of the test"
SERVER = Place("discord", "discord:1", "general")
ORDER = ("what", "platform", "outcome", "part")
MINA = Actor("7", "mina", Role.MEMBER, Language.ENGLISH)


@dataclass(frozen=True)
class Served:
    app: App

    async def get(self, path: str, token: str | None = None) -> tuple[int, str]:
        url = f"http://127.0.0.1:{self.app.web_server.port}{path}"
        headers = {"Authorization": f"Bearer {token}"} if token is not None else {}
        async with aiohttp.ClientSession() as session, session.get(url, headers=headers) as got:
            return got.status, await got.text()

    async def numbers(self) -> dict[tuple[str, ...], float]:
        status, text = await self.get("/metrics", TOKEN)
        assert status == 200
        return {
            (
                sample.name,
                *(sample.labels[name] for name in ORDER if name in sample.labels),
            ): sample.value
            for family in text_string_to_metric_families(text)
            for sample in family.samples
        }


@pytest.fixture
async def served(tmp_path) -> AsyncIterator[Served]:
    settings = Settings(data_dir=tmp_path, metrics_token=TOKEN, pinned_models=())
    prepare(settings)
    async with running(settings) as app:
        app.web_server.port = 0
        await app.web_server.start()
        yield Served(app)


async def ask(served: Served, line: str) -> None:
    parsed = served.app.dispatcher.read(line)
    if isinstance(parsed, Exception):
        await served.app.dispatcher.refuse(parsed, MINA, SERVER)
        return

    async def quiet(_reply: object) -> None: ...

    await served.app.dispatcher.run(Request(parsed.command, parsed.options, MINA, SERVER, quiet))


async def test_only_who_brings_the_token_reads_the_numbers(served):
    for token in (None, "", "another", TOKEN[:-1]):
        status, text = await served.get("/metrics", token)
        assert (status, "tokki" in text) == (401, False), token
    assert (await served.get("/metrics", TOKEN))[0] == 200


async def test_what_was_asked_is_counted_without_who_or_what(served):
    await ask(served, "/classify 정말 재미있는 영화예요")
    await ask(served, "/settings")
    await ask(served, "/no-such-command of mine")
    numbers = await served.numbers()
    assert numbers["tokki_requests_total", "/classify", "discord", "ok"] == 1
    assert numbers["tokki_requests_total", "/settings", "discord", "role_admin"] == 1
    assert numbers["tokki_requests_total", "unknown", "discord", "unknown_command"] == 1
    assert numbers["tokki_request_seconds_count", "/classify", "discord"] == 1
    assert numbers["tokki_models_loaded",] == 1
    assert 0 < numbers["tokki_models_bytes",] < numbers["tokki_models_budget_bytes",]
    assert numbers["tokki_jobs_running",] == numbers["tokki_questions_waiting",] == 0
    _, text = await served.get("/metrics", TOKEN)
    for secret in ("mina", "discord:1", "재미있는", "of mine"):
        assert secret not in text


async def test_it_is_well_as_long_as_every_part_is(served):
    assert await served.get("/healthz") == (200, "ok")
    is_connected = False

    async def connected() -> bool:
        return is_connected

    served.app.web_server.health.watch("discord", connected)
    assert await served.get("/healthz") == (503, "not well: discord")
    assert (await served.numbers())["tokki_unwell", "discord"] == 1
    is_connected = True

    async def is_well() -> bool:
        return await served.get("/healthz") == (200, "ok")

    await until(is_well, "the door being told of as connected")
    assert ("tokki_unwell", "discord") not in await served.numbers()


async def test_a_part_that_breaks_or_hangs_is_not_well(monkeypatch):
    monkeypatch.setattr("bot.process.health._LONGEST_LOOK_S", 0.01)

    async def broken() -> bool:
        raise OSError

    async def hanging() -> bool:
        await asyncio.Event().wait()
        return True

    health = Health()
    health.watch("broken", broken)
    health.watch("hanging", hanging)
    assert await health.ailing() == ["broken", "hanging"]


async def test_without_a_token_there_are_no_numbers(tmp_path):
    settings = Settings(data_dir=tmp_path, pinned_models=())
    prepare(settings)
    async with running(settings) as app:
        await app.web_server.start()
        assert app.web_server.port == settings.http_port, "no port was opened"
