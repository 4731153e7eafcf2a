"""A proxy in Discord's place may send whatever it has: no more is read than Discord would say."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from aiohttp import web

from bot.on_discord.connection.bounded_bodies import BodyTooLarge
from bot.on_discord.connection.login import explain_api_error, logged_in
from bot.on_discord.setup.check import check
from bot.settings import Settings
from handlers.types import Language
from tests.bot.on_discord.connection.test_odd_answers import answers

PIECE = bytes(1_000_000)
MEANT = 200
"""Pieces, of which the head of an answer tells or not."""
TAKEN = 40
"""Pieces at the most: what may be read, and what waits in the connection."""


@asynccontextmanager
async def proxy(head: dict[str, str]) -> AsyncIterator[tuple[str, list[int]]]:
    """A server that sends 200 MB to everybody; its address, and how many pieces it got rid of."""
    sent = [0]

    async def answer(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "application/json", **head})
        await response.prepare(request)
        for _ in range(MEANT):
            await response.write(PIECE)
            sent[0] += 1
        return response

    application = web.Application()
    application.router.add_route("*", "/{path:.*}", answer)
    runner = web.AppRunner(application)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}/api/v10", sent
    await runner.cleanup()


@pytest.mark.parametrize("head", [{}, {"Content-Length": str(MEANT * len(PIECE))}])
async def test_no_more_of_it_is_read_than_there_may_be(tmp_path, server, head):
    async with proxy(head) as (url, sent):
        settings = Settings(data_dir=tmp_path, discord_token=server.token, discord_api_url=url)
        with pytest.raises(BodyTooLarge) as caught:
            async with logged_in(settings):
                pass
        assert sent[0] < TAKEN
        said = explain_api_error(caught.value, Language.ENGLISH)
        assert said == f"What answers at {url} is not Discord. Correct or remove DISCORD_API_URL."
        lines: list[str] = []
        assert await check(settings, Language.KOREAN, lines.append) == 2
        assert f"{url} 주소에서 답하는 것은 Discord가 아니에요" in lines[-1]


async def test_while_it_runs_the_answer_is_given_all_the_same(lab, tokki, server):
    large = {"status": 200, "content_type": "text/html", "raw": bytes(30_000_000)}
    server.fail("POST", "/interactions/*/callback", times=1, takes_effect=True, **large)
    assert "hello" in (await answers(lab)).text
    assert not tokki.serving.done()
