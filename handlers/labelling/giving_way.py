"""What goes on beside those who label gives way to them."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

_MOMENT_S = 2.0
_RESTS = 4
"""So many times as long as a step took: a fifth of one processor at most while people press."""
_LONGEST_S = 0.5
"""A model that is loaded first takes long once, and not with every step."""


class GivingWay:
    """Steps that take turns with presses: while people press, each is followed by a rest."""

    def __init__(self) -> None:
        self._pressed_at_s = -_MOMENT_S

    def note_press(self) -> None:
        """Take note that somebody waits for their next text."""
        self._pressed_at_s = time.monotonic()

    @asynccontextmanager
    async def step(self) -> AsyncIterator[None]:
        """Do a step inside, and then rest if somebody has pressed a moment ago."""
        began_s = time.monotonic()
        yield
        ended_s = time.monotonic()
        if ended_s - self._pressed_at_s < _MOMENT_S:
            await asyncio.sleep(min(_RESTS * (ended_s - began_s), _LONGEST_S))
