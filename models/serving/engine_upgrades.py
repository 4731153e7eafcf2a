"""Prepares engines that are faster than torch, in the background, and puts them in its place.

A network of ours has answered meanwhile. If it does not pass the check on this
machine either, torch takes its place, and the log says which answers it gave.
"""

import asyncio
import logging
from datetime import UTC, datetime

from models.errors import ModelError
from models.serving.cache import ModelCache
from models.serving.lane_loader import LaneLoader, LoadedLane
from models.serving.slots import Slot
from models.tasks.registry import network_task

_CALM_S = 3.0
"""From the first question of a network until an engine is prepared for it."""

log = logging.getLogger(__name__)


class EngineUpgrades:
    """What is under way. It belongs to one event loop; close it before the cache."""

    def __init__(self, loader: LaneLoader, cache: ModelCache[LoadedLane]) -> None:
        self._loader = loader
        self._cache = cache
        self._preparing: set[asyncio.Task[None]] = set()
        self._looked_at: set[Slot] = set()
        self._is_closed = False

    def look_for(self, slot: Slot) -> None:
        """Begin, once for each network, to prepare an engine that is faster than torch."""
        if network_task(slot.task) is None or slot in self._looked_at or self._is_closed:
            return
        self._looked_at.add(slot)
        make = self._make(slot, datetime.now(UTC))
        task = asyncio.get_running_loop().create_task(make)
        self._preparing.add(task)
        task.add_done_callback(self._preparing.discard)

    async def close(self) -> None:
        """Return when no process of it runs any more; none begins from now on."""
        self._is_closed = True
        preparing = list(self._preparing)
        for each in preparing:
            each.cancel()
        await asyncio.gather(*preparing, return_exceptions=True)

    async def _make(self, slot: Slot, since: datetime) -> None:
        await asyncio.sleep(_CALM_S)
        try:
            if await self._loader.prepare_faster(slot):
                await self._cache.renew(slot)
            elif await self._loader.is_withdrawn(slot):
                await self._withdraw(slot, since)
        except Exception as error:
            # Nobody waits for this task: without the log the reason would be lost.
            is_foreseen = isinstance(error, ModelError)
            name = slot.checkpoint.full_name
            log.warning("No faster engine for %s: %s", name, error, exc_info=not is_foreseen)

    async def _withdraw(self, slot: Slot, since: datetime) -> None:
        if not await self._cache.renew(slot):
            await self._cache.drop(slot)
        log.error(
            "%s: its network in float32 does not agree with torch on this machine and is "
            "withdrawn; what it answered to %s from %s until %s may be wrong",
            slot.checkpoint.full_name,
            slot.task,
            f"{since:%Y-%m-%d %H:%M:%S}Z",
            f"{datetime.now(UTC):%H:%M:%S}Z",
        )
