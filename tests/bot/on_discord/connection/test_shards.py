"""Several processes before one Discord: each has some of the shards, and no shard two."""

from contextlib import AsyncExitStack
from pathlib import Path

from bot.app import App
from bot.on_discord.connection.door import serve
from bot.on_discord.connection.shards import share_of
from bot.web_server import WebServer
from handlers.types import Language
from tests.bot.on_discord.conftest import Tokki
from tests.handlers.conftest import running
from tests.servers.discord_server import LoopbackDiscord
from tests.waiting import until

SHARDS = 4


class Sharing(Tokki):
    """One of several, as `--shards auto` makes it."""

    async def _serve(self) -> None:
        async with AsyncExitStack() as stack:
            work = running(self.data_dir, self._checkpoints, joins=True)
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

    async def has(self, many: int) -> bool:
        return self.bot is not None and len(await self.shards()) == many


def test_shares_add_up_and_differ_by_one_at_most():
    for count in range(1, 12):
        for there in (["a"], ["a", "b"], ["a", "b", "c"], list("abcdefghijklmnop")):
            shares = [share_of(one, there, count) for one in there]
            assert sum(shares) == count and max(shares) - min(shares) <= 1


async def test_shards_go_to_who_comes_and_come_back_from_who_leaves(
    server: LoopbackDiscord, tmp_path: Path, checkpoints: Path
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

    first, second = (Sharing(server, tmp_path, checkpoints) for _ in range(2))
    try:
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
    finally:
        await first.stop()
        await second.stop()
