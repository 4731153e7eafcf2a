"""How Tokki fares at this moment, for `/status`; it counts nothing and names nobody."""

import asyncio
import time
from collections import deque
from collections.abc import Callable

from bot.process.health import Health
from bot.process.membership import Membership
from handlers.services import Vitals
from models.reports import ClusterState, Usage

_TICK_S = 0.5
_TICKS = 120
"""A minute of them."""


class Pulse:
    """`handlers.services.Pulse`."""

    def __init__(
        self,
        health: Health,
        usage: Callable[[], Usage],
        jobs: Callable[[], int],
        others: Membership,
        cluster: Callable[[], ClusterState | None] = lambda: None,
    ) -> None:
        self._health = health
        self._usage = usage
        self._jobs = jobs
        self._others = others
        self._cluster = cluster
        self._lags: deque[float] = deque(maxlen=_TICKS)

    async def watch_the_loop(self) -> None:
        """Measure the event loop's lag, until it is cancelled."""
        while True:
            begun = time.monotonic()
            await asyncio.sleep(_TICK_S)
            self._lags.append(max(0.0, time.monotonic() - begun - _TICK_S))

    async def look(self) -> Vitals:
        """Ask all who have to be well, and look at the rest."""
        ailing = await self._health.ailing()
        parts = {name: name not in ailing for name in self._health.watched}
        return Vitals(
            parts,
            self._usage(),
            self._jobs(),
            max(self._lags, default=0.0),
            await self._others.look(),
            self._others.newer,
            self._cluster(),
        )
