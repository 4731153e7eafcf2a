"""Discord's shards, shared out among the processes on a database: a shard is a lease.

All compute the same shares from who is there, so nobody has to decide. Who has too many gives the
last ones back; who has too few takes what is free, or what somebody held who has fallen silent. The
number of shards is Discord's when the first process starts, and stays until the last has gone.
https://docs.discord.com/developers/events/gateway#sharding
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import Protocol

import discord
import yarl

from bot.on_discord.incoming.people import PLATFORM
from bot.process.membership import Membership
from storage.errors import StorageError

_IDENTIFY_S = 5.0
"""Within this, so many IDENTIFYs as Discord's `max_concurrency` says, of the whole bot."""
_MARGIN_S = 0.5
"""For the way there, which may take one longer than the next."""
_LOOK_S = 0.25
_LONGEST_WAIT_S = 60.0
_LONGEST_GOODBYE_S = 2.0
"""A lease that is not given back by then goes with the process."""

_Tasks = dict[int, asyncio.Task[None]]

log = logging.getLogger(__name__)


class Sharded(Protocol):
    """What is needed of `discord.AutoShardedClient`."""

    @property
    def shards(self) -> dict[int, discord.ShardInfo]: ...
    async def launch_shard(
        self, gateway: yarl.URL, shard_id: int, *, initial: bool = False
    ) -> None: ...
    async def fetch_session_start_limits(self) -> discord.SessionStartLimits: ...
    def connects(self, shards: Sequence[int], count: int) -> None: ...


class SharedShards:
    """The shards of one process: it opens what it holds, and closes what it does not."""

    def __init__(self, client: Sharded, others: Membership, bot_id: int) -> None:
        self._client = client
        self._others = others
        self._prefix = f"{PLATFORM}:{bot_id}:"
        self._gateway = yarl.URL()
        self._opening: _Tasks = {}
        self._closing: _Tasks = {}
        self._given_back: set[int] = set()
        self._is_leaving = False
        self.count = 0

    async def begin(self, advised: int, gateway: yarl.URL) -> None:
        """Share in from now on, in as many shards as there are; `advised` is Discord's number.

        Raises:
            StorageError: it cannot be looked up how many.
        """
        held = await self._others.held(f"{self._prefix}shard:")
        in_use = {int(name.split(":")[-2]) for name in held}
        if not self.count:
            self._others.each_second(self.look)
        self.count, self._gateway = max(in_use, default=advised), gateway
        if self.count != advised:
            log.warning("Discord advises %d shards, and %d are in use", advised, self.count)
        await self.look()

    @property
    def is_sure(self) -> bool:
        """Whether any shard is surely ours; who was stopped for a while answers nothing more."""
        return bool(self.mine)

    @property
    def mine(self) -> Sequence[int]:
        """Those that are surely ours."""
        return [shard for shard in range(self.count) if self._others.holds(self._name(shard))]

    @property
    def is_connected(self) -> bool:
        """Whether all that are ours bring us what people ask; one in reserve has none."""
        known = self._client.shards
        return all(shard in known and not known[shard].is_closed() for shard in self.mine)

    def shard_of(self, guild_id: int) -> int:
        """Return the shard to which Discord sends what happens in a server."""
        return (guild_id >> 22) % self.count

    def has(self, guild_id: int) -> bool:
        """Tell whether a server is of a shard that is surely ours."""
        return any(shard == self.shard_of(guild_id) for shard in self.mine)

    async def look(self) -> None:
        """Open what is ours, close what is not, and see that we have our share.

        Raises:
            StorageError: it cannot be looked up who has what.
        """
        if self._is_leaving or not self.count:
            return
        there = [each.id for each in self._others.processes if not each.is_leaving]
        if self._others.id in there:
            mine, due = self.mine, share_of(self._others.id, there, self.count)
            for shard in mine[due:]:
                self._close(shard)
            if len(mine) < due:
                await self._take(due - len(mine))
        self._open_and_close()

    async def hand_over(self) -> None:
        """Let others have all, at once."""
        self._is_leaving = True
        await self._others.begin_to_leave()
        for task in self._opening.values():
            task.cancel()
        await asyncio.gather(*self._opening.values(), return_exceptions=True)
        for shard in range(self.count):
            self._close(shard)
        if self._closing:
            await asyncio.wait([*self._closing.values()], timeout=_LONGEST_GOODBYE_S)

    async def identify(self, shard: int) -> None:
        """Wait until Discord lets one more session begin, of all processes together."""
        limits = await self._client.fetch_session_start_limits()
        while limits.remaining < 1:
            wait_s = min(limits.reset_after / 1000, _LONGEST_WAIT_S)
            log.error("Discord lets no session begin any more today; looking again in %d s", wait_s)
            await asyncio.sleep(wait_s)
            limits = await self._client.fetch_session_start_limits()
        slot = f"{self._prefix}identify:{shard % limits.max_concurrency}"
        while not await self._is_our_turn(slot):
            pass

    async def _is_our_turn(self, slot: str) -> bool:
        try:
            if await self._others.take_turn(slot, _IDENTIFY_S + _MARGIN_S):
                return True
        except StorageError:  # discord.py would end the client for it
            log.warning("the turn to begin a session could not be taken", exc_info=True)
        await asyncio.sleep(_LOOK_S)
        return False

    async def _take(self, many: int) -> None:
        held = await self._others.held(f"{self._prefix}shard:")
        for shard in range(self.count):
            name = self._name(shard)
            if many and name not in held and await self._others.take(name):
                log.info("shard %d of %d is ours", shard, self.count)
                many -= 1

    def _open_and_close(self) -> None:
        mine, known = self.mine, self._client.shards
        self._client.connects(mine, self.count)
        for shard in mine:
            # What discord.py itself has lost, it connects anew by itself.
            if shard not in known or shard in self._given_back:
                self._begin(self._opening, shard, self._opened)
        for shard, task in self._opening.items():
            if shard not in mine:
                task.cancel()
        for shard, info in known.items():
            if shard not in mine and not info.is_closed():
                self._close(shard)

    def _close(self, shard: int) -> None:
        self._begin(self._closing, shard, self._closed)

    def _begin(self, tasks: _Tasks, shard: int, work: Callable[[int], Awaitable[None]]) -> None:
        """Open or close a shard beside everything else, unless that is under way."""
        if shard in self._opening or shard in self._closing:
            return

        async def done() -> None:
            try:
                await work(shard)
            except Exception:  # the next look tries again
                log.exception("shard %d could be neither opened nor closed", shard)
            finally:
                del tasks[shard]

        tasks[shard] = asyncio.create_task(done())

    async def _opened(self, shard: int) -> None:
        info = self._client.shards.get(shard)
        if info is None:
            await self._client.launch_shard(self._gateway, shard)
        else:
            self._given_back.discard(shard)
            await info.connect()

    async def _closed(self, shard: int) -> None:
        """Its lease goes last: as long as the socket is open, nobody else answers."""
        if info := self._client.shards.get(shard):
            self._given_back.add(shard)
            await info.disconnect()
        if self._others.holds(self._name(shard)):
            await self._others.release(self._name(shard))
            log.info("shard %d of %d is given back", shard, self.count)

    def _name(self, shard: int) -> str:
        return f"{self._prefix}shard:{self.count}:{shard}"


def share_of(one: str, there: Sequence[str], count: int) -> int:
    """Return how many of `count` are due to one of those that are there; the first get one more."""
    each, rest = divmod(count, len(there))
    return each + (there.index(one) < rest)
