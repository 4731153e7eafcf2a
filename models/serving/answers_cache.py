"""Answers that were given already: chat repeats itself, and a dictionary is quicker than a network.

Each asker, such as a community, has its own: an answer that comes at once would tell what others
have asked.

Answers are frozen, so one object may serve many. What is asked while the same is being
computed waits for that, instead of being computed beside it.
"""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass
from typing import NamedTuple, TypeVar

from cachetools import LRUCache

from models.errors import Busy, WaitedTooLong

_LARGEST_SHARE = 64
"""An answer that takes more than this part of the whole is not kept: it would drive out too many,
and a text so long is hardly repeated."""
_PLACE_BYTES = 600
"""What an entry takes by itself: its key, and its places in the tables."""
Answer = TypeVar("Answer")


class AnswerKey(NamedTuple):
    """What an answer depends on."""

    slot: Hashable
    revision: str | None
    """The commit, where the files have one."""
    load: int
    """Which load of files that may change meanwhile; 0 of those that cannot."""
    engine: str
    item: Hashable
    """The text with its options."""
    asker: str = ""
    """Whose it is: how soon an answer comes tells nobody what others have asked."""


@dataclass(frozen=True, slots=True)
class _Kept:
    answer: object
    size_bytes: int


class _Unshared(Exception):
    """Whoever was to compute for others, too, has gone or was refused."""


class AnswersCache:
    """The latest answers within a number of bytes; 0 keeps and shares none. Of one event loop."""

    def __init__(self, limit_bytes: int, size: Callable[[object, object], int]) -> None:
        """`size` estimates the bytes of a question with its answer; it must be quick."""
        self.reused: Counter[Hashable] = Counter()
        """How many answers were remembered or shared, by slot."""
        self._limit_bytes = limit_bytes
        self._size = size
        self._kept: LRUCache[AnswerKey, _Kept] = LRUCache(limit_bytes, lambda kept: kept.size_bytes)
        self._under_way: dict[AnswerKey, asyncio.Future[object]] = {}

    @property
    def size_bytes(self) -> int:
        """How much they take, roughly."""
        return int(self._kept.currsize)

    def clear(self) -> None:
        """Forget every answer, and the text that it was given for."""
        self._kept.clear()

    def find(self, key: AnswerKey) -> object | None:
        """Return the answer if it is remembered."""
        kept = self._kept.get(key)
        if kept is None:
            return None
        self.reused[key.slot] += 1
        return kept.answer

    async def get(self, key: AnswerKey, ask: Callable[[], Awaitable[Answer]]) -> Answer:
        """Return the answer: remembered, shared with whoever waits for the same, or by asking.

        A caller who is cancelled takes nobody else's answer away. Errors are not remembered.
        """
        if not self._limit_bytes:
            return await ask()
        while under_way := self._under_way.get(key):
            try:
                shared = await asyncio.shield(under_way)
            except _Unshared:
                continue
            self.reused[key.slot] += 1
            return shared  # type: ignore[return-value]  # an equal question has an equal answer
        return await self._compute(key, ask)

    async def _compute(self, key: AnswerKey, ask: Callable[[], Awaitable[Answer]]) -> Answer:
        under_way: asyncio.Future[object] = asyncio.get_running_loop().create_future()
        self._under_way[key] = under_way
        try:
            answer = await ask()
        except (asyncio.CancelledError, Busy, WaitedTooLong):
            under_way.set_exception(_Unshared())
            raise
        except Exception as error:
            under_way.set_exception(error)
            raise
        else:
            under_way.set_result(answer)
            self._keep(key, answer)
            return answer
        finally:
            del self._under_way[key]
            under_way.exception()  # seen, whether or not anybody waits for it

    def _keep(self, key: AnswerKey, answer: object) -> None:
        size_bytes = _PLACE_BYTES + self._size(key.item, answer)
        if size_bytes * _LARGEST_SHARE <= self._limit_bytes:
            self._kept[key] = _Kept(answer, size_bytes)
