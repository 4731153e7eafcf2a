"""Reads what strangers have written where it can do no harm, before anything here reads it.

Front matter, configs, tables of contents of weights and tokenizers are looked at in processes of
their own first: they may hang, fill the memory or abort there, which is one sentence here. What
passed is the same as long as the files are, and is not looked at again.
"""

import asyncio
from collections import OrderedDict

from pydantic import TypeAdapter

from models.checkpoints.card import Card, read_card
from models.checkpoints.files import folder_of
from models.checkpoints.plain_files import require_plain
from models.checkpoints.rehearsal import Rehearsal
from models.describing.overview import overview
from models.inspection.allowance import OF_NETWORKS, OF_PLAIN_FILES
from models.inspection.order import Look, Order
from models.inspection.process import ReadingProcess
from models.reports import Overview
from models.results import Checkpoint, Origin, Task

_CARD = TypeAdapter(Card)
_OVERVIEW = TypeAdapter(Overview)
_REHEARSAL = TypeAdapter(Rehearsal)
_REMEMBERED = 1_024
_FORGIVEN_AFTER_S = 600.0
"""What took too long may only have met a machine that was busy."""
_OUR_OWN = frozenset({Origin.BUNDLED, Origin.TRAINED})
"""Ours, or written by a training of ours, which has read them."""

_Key = tuple[Order, str]


class Inspector:
    """Whether checkpoints may be read here. It belongs to one event loop; close it at the end."""

    def __init__(self) -> None:
        """Begin nothing yet."""
        self._plain = ReadingProcess(OF_PLAIN_FILES)
        self._networks = ReadingProcess(OF_NETWORKS)
        self._known: OrderedDict[_Key, asyncio.Task[object]] = OrderedDict()

    async def card(self, checkpoint: Checkpoint) -> Card:
        """Return the front matter of a checkpoint's README.md.

        Raises:
            ModelError: its files cannot be read.
        """
        if _is_our_own(checkpoint):
            return await asyncio.to_thread(read_card, folder_of(checkpoint))
        return _CARD.validate_python(await self._look(Order(Look.CARD, checkpoint)))

    async def overview(self, checkpoint: Checkpoint) -> Overview:
        """Return what a checkpoint is for.

        Raises:
            ModelError: its files cannot be read.
        """
        if _is_our_own(checkpoint):
            return await asyncio.to_thread(overview, checkpoint)
        return _OVERVIEW.validate_python(await self._look(Order(Look.OVERVIEW, checkpoint)))

    async def require_describable(self, checkpoint: Checkpoint) -> Card:
        """Return the card of a checkpoint whose weights' headers can be read.

        Raises:
            ModelError: they cannot.
        """
        if _is_our_own(checkpoint):
            return await self.card(checkpoint)
        return _CARD.validate_python(await self._look(Order(Look.DESCRIPTION, checkpoint)))

    async def require_usable(self, checkpoint: Checkpoint, task: Task) -> Rehearsal | None:
        """Let pass what can be loaded for a task without harm; None: it is our own, and not tried.

        Raises:
            ModelError: it cannot.
        """
        if _is_our_own(checkpoint):
            return None
        return _REHEARSAL.validate_python(await self._look(Order(Look.USE, checkpoint, task)))

    async def close(self) -> None:
        """End the processes."""
        for looking in self._known.values():
            looking.cancel()
        await asyncio.gather(*self._known.values(), return_exceptions=True)
        await self._plain.close()
        await self._networks.close()

    async def _look(self, order: Order) -> object:
        """Look once, however many ask; who leaves takes nothing from the others."""
        key = (order, await asyncio.to_thread(require_plain, order.checkpoint))
        looking = self._known.get(key)
        if looking is None:
            looking = self._known[key] = self._begin(key)
        self._known.move_to_end(key)
        return await asyncio.shield(looking)

    def _begin(self, key: _Key) -> asyncio.Task[object]:
        order, _ = key
        process = self._networks if order.is_heavy else self._plain
        looking = asyncio.get_running_loop().create_task(process.carry_out(order))
        looking.add_done_callback(lambda done: self._note(key, done))
        if len(self._known) >= _REMEMBERED:
            self._forget_one()
        return looking

    def _note(self, key: _Key, done: asyncio.Task[object]) -> None:
        if done.cancelled():
            self._known.pop(key, None)
        elif done.exception():
            loop = asyncio.get_running_loop()
            loop.call_later(_FORGIVEN_AFTER_S, self._known.pop, key, None)

    def _forget_one(self) -> None:
        """Forget what was asked for longest ago, of what is known."""
        oldest = next((key for key, looking in self._known.items() if looking.done()), None)
        if oldest:
            del self._known[oldest]


def _is_our_own(checkpoint: Checkpoint) -> bool:
    return checkpoint.origin in _OUR_OWN
