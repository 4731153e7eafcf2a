"""One transaction for the rows of many callers: a commit waits for the disk, whatever is in it."""

import asyncio
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Generic, TypeVar

from sqlalchemy import Connection

from storage.errors import DatabaseLocked, DatabaseUnavailable
from storage.sql.connections import EVERYWHERE, Connections

Row = TypeVar("Row")
Told = TypeVar("Told")
Insert = Callable[[Connection, Sequence[Row]], Sequence[Told]]

MOST_AT_ONCE = 64


@dataclass(frozen=True, slots=True, eq=False)
class PendingRow(Generic[Row, Told]):
    """A row on its way to the disk, and what its caller will be told."""

    row: Row
    told: asyncio.Future[Told]


class GroupCommit(Generic[Row, Told]):
    """Saves rows in the order in which they came, each as well as if it came alone.

    Rows that come while something else is written wait, and share the next transaction. If that
    fails, each of them is tried by itself: one bad row costs its neighbours nothing. Where the
    database went away meanwhile none is: it may have kept them all. A caller who goes away changes
    nothing, as everywhere in storage: what was begun is finished.
    """

    def __init__(
        self,
        connections: Connections,
        insert: Insert[Row, Told],
        community_of: Callable[[Row], str] | None = None,
    ) -> None:
        """`insert` returns what each row's caller is told, in the order of the rows.

        `community_of` a row, if rows are of any: no other is seen or written then.
        """
        self._connections = connections
        self._insert = insert
        self._community_of = community_of
        self._waiting: deque[PendingRow[Row, Told]] = deque()
        self._saving: asyncio.Task[None] | None = None

    async def add(self, row: Row) -> Told:
        """Save a row; on return it is on disk."""
        self._connections.ensure_open()
        pending: PendingRow[Row, Told] = PendingRow(row, asyncio.get_running_loop().create_future())
        self._waiting.append(pending)
        self._limit_the_wait(pending)
        if self._saving is None or self._saving.done():
            self._saving = self._connections.start(self._save_all)
        return await asyncio.shield(pending.told)

    def _limit_the_wait(self, pending: PendingRow[Row, Told]) -> None:
        seconds = self._connections.busy_timeout_s
        locked = DatabaseLocked(seconds=seconds)
        timer = pending.told.get_loop().call_later(seconds, self._send_away, [pending], locked)
        pending.told.add_done_callback(lambda _: timer.cancel())

    async def _save_all(self) -> None:
        while self._waiting:
            await self._save_some()

    async def _save_some(self) -> None:
        began_with = tuple(self._waiting)
        taken: list[PendingRow[Row, Told]] = []
        try:
            results = await self._connections.write(EVERYWHERE, partial(self._take, taken))
        except Exception as err:
            if not taken:  # the transaction could not even begin
                self._send_away(began_with, err)
            elif len(taken) == 1 or isinstance(err, DatabaseUnavailable):
                _fail(taken, err)
            else:
                await self._save_each(taken)
        else:
            _tell(taken, results)

    def _take(self, taken: list[PendingRow[Row, Told]], connection: Connection) -> Sequence[Told]:
        """Take as late as possible: once it is our turn, whoever has come meanwhile comes along."""
        with suppress(IndexError):  # nobody waits, or no longer: this is a thread of its own
            while len(taken) < MOST_AT_ONCE:
                taken.append(self._waiting.popleft())
        return self._save(taken, connection) if taken else ()

    def _save(
        self, taken: Sequence[PendingRow[Row, Told]], connection: Connection
    ) -> Sequence[Told]:
        rows = [pending.row for pending in taken]
        if self._community_of:
            self._connections.narrow(connection, {self._community_of(row) for row in rows})
        return self._insert(connection, rows)

    async def _save_each(self, taken: Sequence[PendingRow[Row, Told]]) -> None:
        for place, pending in enumerate(taken):
            try:
                save = partial(self._save, [pending])
                _tell([pending], await self._connections.write(EVERYWHERE, save))
            except DatabaseLocked as err:
                return _fail(taken[place:], err)  # they have waited as long as this one
            except Exception as err:
                _fail([pending], err)
        return None

    def _send_away(self, pending: Iterable[PendingRow[Row, Told]], err: Exception) -> None:
        """Let go of those who still wait; a row that is being written is no longer among them."""
        for one in pending:
            with suppress(ValueError):
                self._waiting.remove(one)  # in one step, which `_take` cannot come between
                _fail([one], err)


def _tell(saved: Iterable[PendingRow[Row, Told]], results: Iterable[Told]) -> None:
    for pending, result in zip(saved, results, strict=True):
        pending.told.set_result(result)


def _fail(failed: Iterable[PendingRow[Row, Told]], err: Exception) -> None:
    for pending in failed:
        pending.told.set_exception(err)
        pending.told.exception()  # asyncio need not report it where its caller has gone
