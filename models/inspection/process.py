"""One reading process, begun when it is needed, ended when it was idle or went too far."""

import asyncio
import logging
from asyncio.subprocess import DEVNULL, PIPE, Process

from pydantic import ValidationError

from models.checkpoints.files import broken
from models.child_process import start
from models.errors import ModelError
from models.inspection.allowance import Allowance
from models.inspection.order import Found, Order, found_form, order_form
from models.reasons import Reason

_MODULE = "models.inspection.child"
_LONGEST_START_S = 180.0
"""It may import torch, on a machine that does much else."""
_GRACE_S = 2.0
"""So much later than it should have ended itself it is ended."""
_IDLE_S = 60.0
_OUT_OF_TIME = frozenset({-14, -24})
"""How a process has ended by SIGALRM and SIGXCPU."""

log = logging.getLogger(__name__)


class ReadingProcess:
    """Carries out one order at a time. It belongs to one event loop; close it at the end."""

    def __init__(self, allowance: Allowance, idle_s: float = _IDLE_S) -> None:
        """Begin nothing yet; what nobody has needed for `idle_s` gives its memory back."""
        self._allowance = allowance
        self._idle_s = idle_s
        self._turn = asyncio.Lock()
        self._child: Process | None = None
        self._resting: asyncio.Task[None] | None = None

    async def carry_out(self, order: Order) -> object:
        """Return what was found. To be cancelled only if the process is of no more use.

        Raises:
            BrokenCheckpoint: reading took too much time or memory, or ended the process.
            ModelError: whatever else the files are to blame for.
        """
        async with self._turn:
            await self._wake()
            try:
                found = await self._ask(order)
            except BaseException:
                await self._end()
                raise
            known = found.known_error()
            if found.error and not known:
                await self._end()  # it may hold what it could not make use of
                raise _unforeseen(order, found)
            self._resting = asyncio.get_running_loop().create_task(self._rest())
        if known:
            raise known
        return found.value

    async def close(self) -> None:
        """End the process."""
        async with self._turn:
            await self._wake()
            await self._end()

    async def _ask(self, order: Order) -> Found:
        child = self._child
        if child is None:
            child = self._child = await start(_MODULE, 1, stdout=PIPE, stderr=DEVNULL)
        assert child.stdin and child.stdout
        try:
            child.stdin.write(order_form().dump_json((order, self._allowance)) + b"\n")
            async with asyncio.timeout(_LONGEST_START_S):
                await child.stdout.readuntil()
            async with asyncio.timeout(self._allowance.wall_s + _GRACE_S):
                return found_form().validate_json(await child.stdout.readuntil())
        except TimeoutError:
            raise broken(order.checkpoint, Reason.FILES_TOO_SLOW) from None
        except (asyncio.IncompleteReadError, ConnectionError):
            code = await child.wait()
            reason = Reason.FILES_TOO_SLOW if code in _OUT_OF_TIME else Reason.FILES_END_READER
            log.warning("%s: reading ended with %s", order.checkpoint.full_name, code)
            raise broken(order.checkpoint, reason) from None
        except (asyncio.LimitOverrunError, ValidationError) as error:
            raise broken(order.checkpoint, Reason.FILES_TOO_HEAVY) from error

    async def _end(self) -> None:
        child, self._child = self._child, None
        if child is None:
            return
        if child.returncode is None:
            child.kill()
        await child.wait()

    async def _rest(self) -> None:
        await asyncio.sleep(self._idle_s)
        await self._end()

    async def _wake(self) -> None:
        if self._resting is None:
            return
        if self._child:  # else it is ending, and nothing is left of it in a moment
            self._resting.cancel()
        await asyncio.wait([self._resting])
        self._resting = None


def _unforeseen(order: Order, found: Found) -> ModelError:
    log.warning("%s: reading failed with %s", order.checkpoint.full_name, found.error)
    is_memory = found.error == MemoryError.__name__
    reason = Reason.FILES_TOO_HEAVY if is_memory else Reason.FILES_UNREADABLE
    return broken(order.checkpoint, reason)
