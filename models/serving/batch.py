"""A batch of a lane, and how its answers reach those who asked."""

import asyncio
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from models.checkpoints.files import is_panic
from models.engines.protocol import EngineError
from models.reasons import Reason
from models.serving.fair_queue import QueuedRequest

Item = TypeVar("Item")
Answer = TypeVar("Answer")

Answered = list[tuple[QueuedRequest[Item, Answer], Answer | Exception]]


@dataclass(slots=True, eq=False)
class Batch(Generic[Item, Answer]):
    """Requests that are computed together."""

    requests: list[QueuedRequest[Item, Answer]]
    started_at: float
    begun_at: float | None = None
    """When a thread began with it."""
    watch: asyncio.TimerHandle | None = None
    tokens: int = field(init=False)

    def __post_init__(self) -> None:
        self.tokens = sum(each.size for each in self.requests)


def as_exception(error: BaseException) -> Exception:
    """Return what whoever asked is told."""
    # What the library of tokenizers raises is an Exception of no kind, or a panic and none at all.
    if is_panic(error) or type(error) is Exception:
        return EngineError(Reason.TOKENIZER_GIVES_UP)
    if isinstance(error, Exception):
        return error
    return RuntimeError(repr(error))


def deliver(waiting: QueuedRequest[Item, Answer], answer: Answer | Exception) -> None:
    """Give an answer to whoever still waits for it."""
    # Setting the result of a cancelled future raises, and would cost the others their answers.
    if waiting.answer.done():
        return
    if isinstance(answer, Exception):
        waiting.answer.set_exception(answer)
    else:
        waiting.answer.set_result(answer)


def cancel(requests: Iterable[QueuedRequest[Item, Answer]]) -> None:
    """Let nobody wait any more."""
    for each in requests:
        each.answer.cancel()


def tell(loop: asyncio.AbstractEventLoop, call: Callable[..., None], *arguments: object) -> None:
    """Call in the event loop, from a pool thread; a loop that has ended needs nothing."""
    with suppress(RuntimeError):
        loop.call_soon_threadsafe(call, *arguments)
