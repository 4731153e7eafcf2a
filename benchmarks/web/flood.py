"""Forged requests by the thousand, and how long somebody waits meanwhile who is signed in.

They come with sessions and links that nobody was given, without stop, from ten connections: each
has to be looked up, is refused in words, and writes nothing.
"""

import asyncio
import secrets
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from time import perf_counter

import aiohttp

from benchmarks.web.crowd import Waits, signed_in, timed
from tests.bot.on_web.conftest import Tokki

FORGED, AT_ONCE = 10_000, 10
_PAGE = "/web/ask/classify"
_REFUSED = {401, 410}
"""Nobody is signed in by it; the link is over, or none of ours."""


@dataclass(frozen=True, slots=True)
class Flood:
    """What came of it."""

    a_second: float
    waits: Waits
    """Of the one who reads."""


async def flood(tokki: Tokki, count: int = FORGED) -> Flood:
    """Send forged requests, while one person reads."""
    reader = await signed_in(tokki, "reader")
    began_s = perf_counter()
    each = (_forge(tokki.web_url, count // AT_ONCE) for _ in range(AT_ONCE))
    forging = asyncio.ensure_future(asyncio.gather(*each))
    ms = []
    while not forging.done():
        ms.append(await timed(reader, _PAGE))
    told = Counter(status for one in await forging for status in one)
    took_s = perf_counter() - began_s
    await reader.session.close()
    assert set(told) == _REFUSED and told.total() == count, told
    return Flood(count / took_s, Waits(f"{_PAGE} beside forged requests", 1, ms))


async def _forge(url: str, count: int) -> Sequence[int]:
    statuses = []
    async with aiohttp.ClientSession() as session:
        for number in range(count):
            forged = secrets.token_hex(32)
            is_session = number % 2
            path = f"{url}/web/answers" if is_session else f"{url}/web/in/{forged}"
            headers = {"Cookie": f"tokki={forged}"} if is_session else {}
            async with session.post(path, headers=headers) as answer:
                statuses.append(answer.status)
                await answer.read()
    return statuses
