"""Several `tokki run --shards auto` on one database: one is killed while people ask.

What somebody was told stays; nothing is done twice; the others take over what was its own.
"""

import asyncio
import logging
import sqlite3
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest

from bot.on_slack.setup.manifest import manifest
from tests.parity.doors.process import LONG_S, LoopThread, TokkiRun
from tests.servers.discord_server import LoopbackDiscord, UserAction
from tests.servers.slack_server import LoopbackSlack
from tests.waiting import until

pytestmark = pytest.mark.scale

MANAGE_GUILD = 1 << 5
SHARDS = 4
ALL_OF_THEM = (
    "SELECT owner, group_concat(name) FROM leases WHERE name LIKE '%:shard:%'"
    " AND expires_at > strftime('%Y-%m-%d %H:%M:%f', 'now') GROUP BY owner"
)

log = logging.getLogger(__name__)


@pytest.fixture
def loop() -> Iterator[LoopThread]:
    loop = LoopThread()
    yield loop
    loop.close()


def rows(folder: Path, sql: str) -> list[tuple]:
    with suppress(sqlite3.OperationalError), closing(_opened(folder)) as file:  # not there yet
        return file.execute(sql).fetchall()
    return []


def _opened(folder: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"file:{folder / 'tokki.sqlite3'}?mode=ro", uri=True)


def held(folder: Path) -> dict[str, set[int]]:
    """The shards of each process."""
    found = rows(folder, ALL_OF_THEM)
    return {owner: {int(name[-1]) for name in names.split(",")} for owner, names in found}


def times_asked(folder: Path) -> Counter[str]:
    return Counter(dict(rows(folder, "SELECT text, count(*) FROM queries GROUP BY text")))


class Servers:
    """A Discord with a server on each shard, where somebody asks again and again."""

    def __init__(self) -> None:
        self.discord = LoopbackDiscord(SHARDS)
        self.discord.identify_every_s, self.discord.max_concurrency = 5.0, 2
        self.discord.acknowledge_within_s = LONG_S  # other work beside it is none of this
        self.asked: dict[int, list[tuple[str, UserAction]]] = {n: [] for n in range(SHARDS)}
        self.is_asking = True

    async def open(self) -> None:
        await self.discord.start()
        self.boss = self.discord.add_person("boss")
        self.channels = []
        for shard in range(SHARDS):
            guild = self.discord.add_guild(f"Server {shard}", shard=shard)
            guild.join(self.boss, permissions=MANAGE_GUILD)
            self.channels.append(guild.add_channel("general"))

    async def ask(self, shard: int) -> UserAction:
        text = f"question {len(self.asked[shard])} of server {shard}"
        asked = await self.boss.slash(self.channels[shard], "classify", {"text": text})
        self.asked[shard].append((text, asked))
        return asked

    async def ask_again_and_again(self) -> None:
        while self.is_asking:
            for shard in range(SHARDS):
                await self.ask(shard)
            await asyncio.sleep(0.2)

    async def are_answered(self, shards: set[int]) -> None:
        for shard in shards:
            await (await self.ask(shard)).until(lambda m: "positive" in m.text.lower(), LONG_S)


async def begun(servers: Servers) -> "asyncio.Task[None]":
    return asyncio.create_task(servers.ask_again_and_again())


def test_the_shards_of_one_that_is_killed_go_to_the_others(tmp_path: Path, loop: LoopThread):
    servers = Servers()
    loop.do(servers.open())
    start = lambda: TokkiRun(tmp_path, servers.discord.settings, "--shards", "auto")  # noqa: E731
    every, runs = set(range(SHARDS)), [start()]
    try:
        loop.do(servers.discord.ready())
        loop.do(servers.are_answered(every))
        runs.append(start())
        asyncio.run(until(lambda: _are_halves(held(tmp_path)), "each has half of them"))
        loop.do(servers.discord.ready())
        loop.do(servers.are_answered(every))
        first = rows(tmp_path, "SELECT id FROM processes ORDER BY started_at LIMIT 1")[0][0]
        kept = held(tmp_path)[first]
        asking = loop.do(begun(servers))
        time.sleep(2)
        runs[1].kill()
        killed_s = time.monotonic()
        asyncio.run(until(lambda: held(tmp_path) == {first: every}, "the first has all of them"))
        leased_s = time.monotonic() - killed_s
        loop.do(_connected(servers, every))
        log.warning("leased after %.1f s, answered after %.1f s", leased_s, _since(killed_s))
        servers.is_asking = False
        loop.do(_done(asking))
        loop.do(_answered([one for shard in kept for _, one in servers.asked[shard]]))
        runs.append(start())
        asyncio.run(until(lambda: _are_halves(held(tmp_path)), "another has half of them"))
        left_s = time.monotonic()
        runs[0].stop()
        asyncio.run(until(lambda: _is_one(held(tmp_path), every), "it has all of them"))
        loop.do(servers.discord.ready())
        loop.do(servers.are_answered(every))
        log.warning("left by SIGTERM, answered after %.1f s", _since(left_s))
        _check(servers, tmp_path)
    finally:
        for run in runs:
            run.kill()
        loop.do(servers.discord.stop())
    assert not servers.discord.too_quick
    assert not servers.discord.violations


def _check(servers: Servers, folder: Path) -> None:
    """Who was answered was answered once, and what was answered is kept once."""
    kept = times_asked(folder)
    assert set(kept.values()) == {1}
    for text, asked in (one for some in servers.asked.values() for one in some):
        assert len(asked.callbacks) <= 1, text
        if asked.answer is not None and "%" in asked.answer.text:
            assert kept[text] == 1, text


async def _connected(servers: Servers, shards: set[int]) -> None:
    """Wait until a question on each shard is answered; those asked too early never are."""
    for shard in shards:
        await until(
            lambda shard=shard: _is_answered(servers.asked[shard][-5:]), f"shard {shard} answers"
        )


def _is_answered(asked: list[tuple[str, UserAction]]) -> bool:
    return any(one.answer is not None for _, one in asked)


async def _answered(asked: list[UserAction]) -> None:
    for one in asked:
        await one.answered()


async def _done(task: "asyncio.Task[None]") -> None:
    await task


def _since(begun_s: float) -> float:
    return time.monotonic() - begun_s


def _are_halves(found: dict[str, set[int]]) -> bool:
    return sorted(map(len, found.values())) == [SHARDS // 2, SHARDS // 2]


def _is_one(found: dict[str, set[int]], shards: set[int]) -> bool:
    return list(found.values()) == [shards]


class Workspace:
    """A Slack that gives everything to two processes, whichever answers first."""

    def __init__(self) -> None:
        self.slack = LoopbackSlack()
        self.asked = []

    async def open(self) -> None:
        await self.slack.__aenter__()
        self.slack.manifest = manifest()
        self.slack.world.postman.deliver_twice = True
        self.slack.world.postman.acknowledge_within_s = LONG_S
        self.boss = self.slack.add_person("boss", is_owner=True, is_admin=True)

    async def ask(self, many: int) -> None:
        for _ in range(many):
            number = len(self.asked)
            channel = self.slack.add_channel(f"channel-{number}")
            text = f"question {number}"
            asked = await self.boss.command(channel, "/classify", f'text:"{text}"')
            self.asked.append((text, asked))
            await asyncio.sleep(0.05)

    async def open_a_form(self) -> None:
        """Both are told to, and Slack lets a form be opened once."""
        asked = await self.boss.command(self.slack.add_channel("forms"), "/classify", "")
        assert await asked.opened()

    async def are_answered(self, since: int) -> None:
        for _, asked in self.asked[since:]:
            await asked.until(lambda m: "%" in m.text_shown, LONG_S)


def test_what_slack_gives_two_processes_is_done_once(tmp_path: Path, loop: LoopThread):
    place = Workspace()
    loop.do(place.open())
    runs = [TokkiRun(tmp_path, place.slack.settings, "--shards", "auto") for _ in range(2)]
    try:
        loop.do(place.slack.connected(at_least=2))
        loop.do(place.ask(20))
        loop.do(place.are_answered(0))
        assert set(times_asked(tmp_path).values()) == {1}
        loop.do(place.open_a_form())
        runs[1].kill()
        asked = len(place.asked)
        loop.do(place.ask(20))
        loop.do(place.are_answered(asked))
        kept = times_asked(tmp_path)
        assert [kept[text] for text, _ in place.asked] == [1] * 40
        runs[0].stop()
    finally:
        for run in runs:
            run.kill()
        loop.do(place.slack.__aexit__(None))
