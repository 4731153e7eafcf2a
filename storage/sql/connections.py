"""The way to the database: work is done in transactions, each one visit to a thread.

To go to a thread and back for each statement costs several times what SQLite does. Whoever asked
may go away, yet what was begun is finished.
"""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Coroutine
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import partial
from typing import Any, ClassVar, TypeVar, cast

from sqlalchemy import Connection, CursorResult, Engine, Executable

from storage.errors import DatabaseLocked, DatabaseUnavailable, StorageError

T = TypeVar("T")
Work = Callable[[Connection], T]
"""Runs in a thread, so it touches nothing of the event loop."""
Found = CursorResult[*tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Everywhere:
    """Work that is of no one community, and says so; what it names, nobody else is at meanwhile."""

    alone_at: tuple[str, ...] = ()


EVERYWHERE = Everywhere()
Scope = str | Everywhere
"""Of which community some work is. A server lets it see nothing else (storage/postgresql/walls),
and whoever writes for a community is alone at that, in whatever process."""


class Connections(ABC):
    """Does work in transactions; every failure leaves as a `StorageError`."""

    foreign: ClassVar[type[StorageError]]
    """What is somebody else's."""
    newer: ClassVar[type[StorageError]]
    """What a newer Tokki has written."""

    def __init__(
        self, engine: Engine, shown: str, busy_timeout_s: float, readers: int, writers: int
    ) -> None:
        """`shown`: the database as people may see it named."""
        self.shown = shown
        self.busy_timeout_s = busy_timeout_s
        self._engine = engine
        self._writing_engine = engine.execution_options(writes=True)
        self._readers = ThreadPoolExecutor(readers, "storage-reader")
        self._lanes = [Lane() for _ in range(writers)]  # wait behind nobody who reads
        self._under_way: set[asyncio.Future[Any]] = set()
        self._is_closed = False
        self._refusal: StorageError | None = None

    async def read(self, scope: Scope, work: Work[T]) -> T:
        """One consistent view of what is committed; waits for nobody who writes."""
        self._ensure_not_over()
        done = partial(self._do, self._engine, scope, work)
        return await asyncio.shield(self._begun(self._in_thread(self._readers, done)))

    async def rows(self, scope: Scope, statement: Executable) -> Found:
        """Read what one statement finds."""
        return await self.read(scope, lambda connection: connection.execute(statement))

    def refuse_to_write(self, why: StorageError) -> None:
        """From now on only read."""
        self._refusal = why

    async def write(self, scope: Scope, work: Work[T]) -> T:
        """Alone in its community, in this process and beside others; on return it is on disk."""
        self._ensure_writable()
        done = partial(self._do, self._writing_engine, scope, work)
        return await self.finish(partial(self._in_turn, self._lane_of(scope), done))

    async def change(self, scope: Scope, statement: Executable) -> Found:
        """Write with one statement."""
        return await self.write(scope, lambda connection: connection.execute(statement))

    @abstractmethod
    def narrow(self, connection: Connection, communities: Collection[str]) -> None:
        """Let work that began everywhere go on as that of these communities only."""

    @property
    def writing_engine(self) -> Engine:
        """For a library that has SQL of its own; what it does belongs into `lend`."""
        return self._writing_engine

    async def lend(self, work: Callable[[], T]) -> T:
        """Let a library do its work with the engine, in a thread, in transactions of its own."""
        self._ensure_writable()
        return await self.finish(partial(self._in_turn, self._lane_of(EVERYWHERE), work))

    @abstractmethod
    async def empty_log(self) -> None:
        """Leave of what was erased nothing beside the tables, as far as that is ours to do."""

    @abstractmethod
    def check_writable(self, connection: Connection) -> None:
        """Raise a `StorageError` where what is said now would not be kept."""

    async def finish(self, work: Callable[[], Coroutine[Any, Any, T]]) -> T:
        """Do something to its end, though the one who asked for it may go away."""
        return await asyncio.shield(self.start(work))

    def start(self, work: Callable[[], Coroutine[Any, Any, T]]) -> asyncio.Task[T]:
        """Begin something that `close` waits for, and that may read and write till it ends."""
        self._ensure_not_over()
        task = asyncio.create_task(work())
        self._begun(task)
        return task

    def _begun(self, doing: asyncio.Future[T]) -> asyncio.Future[T]:
        self._under_way.add(doing)
        doing.add_done_callback(self._under_way.discard)
        return doing

    def _ensure_not_over(self) -> None:
        if asyncio.current_task() not in self._under_way:
            self.ensure_open()

    def ensure_open(self) -> None:
        """Raise `DatabaseUnavailable` if this has been closed."""
        if self._is_closed:
            raise DatabaseUnavailable(path=self.shown, reason="closed")

    def _ensure_writable(self) -> None:
        if self._refusal:
            raise type(self._refusal)(**self._refusal.facts)

    async def close(self) -> None:
        """Wait for what is under way and give the database back. A second call does nothing."""
        is_first, self._is_closed = not self._is_closed, True
        while self._under_way:
            await asyncio.wait(self._under_way)
        if is_first:
            await self._in_thread(self._readers, self._engine.dispose)
            self._readers.shutdown()
            for lane in self._lanes:
                lane.thread.shutdown()

    def _lane_of(self, scope: Scope) -> "Lane":
        """What is written for a community is written in the order in which it was said."""
        if isinstance(scope, str):
            return self._lanes[hash(scope) % len(self._lanes)]
        return min(self._lanes, key=lambda lane: lane.waiting)

    async def _in_turn(self, lane: "Lane", work: Callable[[], T]) -> T:
        # Without a limit, the last of many would wait for each of the others to time out.
        lane.waiting += 1
        try:
            async with asyncio.timeout(self.busy_timeout_s):
                await lane.turn.acquire()
        except TimeoutError as err:
            lane.waiting -= 1
            raise DatabaseLocked(seconds=self.busy_timeout_s) from err
        try:
            return await self._in_thread(lane.thread, work)
        finally:
            lane.waiting -= 1
            lane.turn.release()

    def _in_thread(self, threads: ThreadPoolExecutor, work: Callable[[], T]) -> asyncio.Future[T]:
        def guarded() -> T:
            with self._failures():
                return work()

        return asyncio.get_running_loop().run_in_executor(threads, guarded)

    def _do(self, engine: Engine, scope: Scope, work: Work[T]) -> T:
        """Do some work from BEGIN to COMMIT."""
        with engine.connect() as connection:
            connection.execution_options(scope=scope)
            with connection.begin():
                return fetched(work(connection))

    @abstractmethod
    def _failures(self) -> AbstractContextManager[None]:
        """Turn what the database raises into `storage.errors`."""


class Lane:
    """A thread that writes, and who waits for it in turn."""

    def __init__(self) -> None:
        self.thread = ThreadPoolExecutor(1, "storage-writer")
        self.turn = asyncio.Lock()
        self.waiting = 0


def fetched(result: T) -> T:
    """Return the same, with the rows that the database had still to give."""
    if isinstance(result, CursorResult) and result.returns_rows:
        return cast(T, result.freeze()())
    return result
