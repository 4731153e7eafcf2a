"""What has been read a moment ago, for everybody who asks again."""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from functools import partial
from typing import Any, Generic, TypeVar

from storage.sql.connections import Connections

Key = TypeVar("Key")
Value = TypeVar("Value")


@dataclass(frozen=True, slots=True, eq=False)
class Read(Generic[Value]):
    """A read that is under way or done."""

    task: asyncio.Task[Value]
    good_until_s: float


class ReadCache(Generic[Key, Value]):
    """Reads a key once for all who ask at once or soon after; `forget` what was written since.

    A read that fails is not remembered, and one that began before a `forget` is not either. What
    other processes write is seen after `kept_s` at the latest.
    """

    def __init__(
        self,
        connections: Connections,
        read: Callable[[Key], Coroutine[Any, Any, Value]],
        kept_s: float,
        most: int = 10_000,
    ) -> None:
        """`most`: of more keys than these, those asked for least recently are let go."""
        self._connections = connections
        self._read = read
        self._kept_s = kept_s
        self._most = most
        self._reads: OrderedDict[Key, Read[Value]] = OrderedDict()

    async def get(self, key: Key) -> Value:
        """The value of a key. A caller who goes away does not end a read that others wait for."""
        self._connections.ensure_open()
        found = self._reads.get(key)
        if found is None or time.monotonic() >= found.good_until_s:
            found = self._begin(key)
        self._reads.move_to_end(key)
        return await asyncio.shield(found.task)

    def forget(self, key: Key) -> None:
        """Read anew when somebody asks, even where a read is under way."""
        self._reads.pop(key, None)

    def _begin(self, key: Key) -> Read[Value]:
        good_until_s = time.monotonic() + self._kept_s
        read = Read(self._connections.start(partial(self._read, key)), good_until_s)
        self._reads[key] = read
        read.task.add_done_callback(lambda _: self._forget_failed(key, read))
        if len(self._reads) > self._most:
            self._reads.popitem(last=False)
        return read

    def _forget_failed(self, key: Key, read: Read[Value]) -> None:
        has_failed = read.task.cancelled() or read.task.exception() is not None
        if has_failed and self._reads.get(key) is read:
            self.forget(key)
