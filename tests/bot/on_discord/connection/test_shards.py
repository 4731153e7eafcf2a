"""Several processes before one Discord: each has some of the shards, and no shard two."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
import pytest_asyncio

from bot.app import App
from bot.on_discord.connection.door import serve
from bot.on_discord.connection.shards import share_of
from bot.web_server import WebServer
from handlers.needs.people import PlatformSilent
from handlers.types import Actor, Group, Language, Role
from tests.bot.on_discord.conftest import MANAGE_MESSAGES, Tokki
from tests.handlers.conftest import running
from tests.servers.discord_server import Guild, LoopbackDiscord, Person
from tests.waiting import until

SHARDS = 4


class Sharing(Tokki):
    """One of several, as `--shards auto` makes it."""

    async def _serve(self) -> None:
        async with AsyncExitStack() as stack:
            work = running(self.data_dir, self._checkpoints, joins=True, people=self.people)
            self.bot = await stack.enter_async_context(work)
            services = self.bot.services
            server = WebServer("127.0.0.1", 0)
            app = App(self.bot.dispatcher, services, services.others, server, lambda: None)
            await serve(app, self.settings(), Language.ENGLISH, self._stop, self.said.append)

    async def shards(self) -> list[int]:
        """Those that are its own."""
        others = self.bot.services.others
        held = await others.held("discord:")
        mine = [name for name in held if ":shard:" in name and others.holds(name)]
        return sorted(int(name.rpartition(":")[2]) for name in mine)

    async def who(self, person: Person, guild: Guild) -> Actor | None:
        """Who somebody is to the pages that this one serves."""
        people = self.people["discord"]
        return await people.who(f"discord:{guild.id}", str(person.id), Language.ENGLISH)

    async def has(self, many: int) -> bool:
        return self.bot is not None and len(await self.shards()) == many


Two = tuple[Sharing, Sharing]


@pytest_asyncio.fixture
async def two(server: LoopbackDiscord, tmp_path: Path, checkpoints: Path) -> AsyncIterator[Two]:
    """Two on one database, neither of them begun; whatever runs at the end is stopped."""
    first, second = (Sharing(server, tmp_path, checkpoints) for _ in range(2))
    try:
        yield first, second
    finally:
        await first.stop()
        await second.stop()


def test_shares_add_up_and_differ_by_one_at_most():
    for count in range(1, 12):
        for there in (["a"], ["a", "b"], ["a", "b", "c"], list("abcdefghijklmnop")):
            shares = [share_of(one, there, count) for one in there]
            assert sum(shares) == count and max(shares) - min(shares) <= 1


async def test_shards_go_to_who_comes_and_come_back_from_who_leaves(
    server: LoopbackDiscord, two: Two
):
    server.shards, server.max_concurrency, server.identify_every_s = SHARDS, SHARDS, 5.0
    guilds = [server.add_guild(f"Guild {shard}", shard=shard) for shard in range(SHARDS)]
    channels = [guild.add_channel("general") for guild in guilds]
    boss = server.add_person("boss")
    for guild in guilds:
        guild.join(boss)

    async def all_answer() -> None:
        for number, channel in enumerate(channels):
            asked = await boss.slash(channel, "help", {})
            await asked.answered()
            assert len(asked.callbacks) == 1, number

    first, second = two
    await first.start()
    assert await first.shards() == [0, 1, 2, 3]
    await all_answer()
    second.begin()
    await until(lambda: second.has(2), "the second has its share")
    assert await first.shards() == [0, 1]
    await server.ready()
    await all_answer()
    await first.stop()
    await until(lambda: second.has(SHARDS), "the second has all")
    await server.ready()
    await all_answer()
    departures = second.bot.services.storage.departures
    assert not [g for g in guilds if await departures.left_at(f"discord:{g.id}")]
    assert not server.too_quick


async def test_pages_know_who_is_in_a_server_whose_shard_another_process_has(
    server: LoopbackDiscord, two: Two
):
    server.shards = server.max_concurrency = 2
    kept, away = (server.add_guild(f"Guild {shard}", shard=shard) for shard in range(2))
    mina = server.add_person("mina")
    for guild in (kept, away):
        guild.join(mina)
    first, second = two
    await first.start()
    second.begin()
    await until(lambda: second.has(1), "the second has its share")
    await server.ready()
    assert await first.shards() == [0]
    teachers = away.add_role("teachers", MANAGE_MESSAGES)
    away.join(mina, roles=[teachers])
    told = await first.who(mina, away)
    assert told is not None and told.role is Role.MODERATOR, "not as when the shard went"
    groups = await first.people["discord"].groups(f"discord:{away.id}")
    assert groups == [Group(str(teachers.id), "teachers")]
    server.fail("GET", f"/guilds/{kept.id}", 403)
    with pytest.raises(PlatformSilent):
        await second.who(mina, kept)
    assert await second.who(mina, kept) is not None
    del kept.members[mina.id]
    assert await second.who(mina, kept) is None


async def test_pages_of_a_process_in_reserve_know_it_as_well(server: LoopbackDiscord, two: Two):
    guild, other = server.add_guild("Lab"), server.add_guild("Other", with_bot=False)
    mina = server.add_person("mina")
    for one in (guild, other):
        one.join(mina)
    first, second = two
    await first.start()
    second.begin()
    await until(lambda: "discord" in second.people, "the second is logged in")
    for told in await asyncio.gather(*(second.who(mina, guild) for _ in range(5))):
        assert told is not None and told.role is Role.MEMBER
    asked = [one for one in server.requests if one.path == f"/guilds/{guild.id}"]
    assert len(asked) == 1, "once for all who look at pages"
    assert await second.who(mina, other) is None, "Discord says that Tokki is not in it"
    assert not await second.shards()
