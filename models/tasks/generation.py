"""What the tasks that write have in common: a text is read, and another written token by token."""

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from time import monotonic
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar

from models.engines.protocol import Generated, Limits
from models.results import Reading, StopReason, TokenCount, Written

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

    from models.engines.torch_generator import TorchGenerator

MOST_READ = 2_048
"""Tokens that are read at the most: what a chat can wait for, and what memory bears that grows with
their square."""
_BETWEEN_LOOKS_S = 0.25
"""So often whoever follows is told how far a text has come."""
_HALF_A_CHARACTER = "\ufffd"


class Pen:
    """By which somebody follows what is written for them, and stops it. Safe in threads."""

    def __init__(self, on_text: Callable[[str], None] = lambda _: None) -> None:
        """`on_text` is told all of the text so far, in the thread that writes."""
        self.on_text = on_text
        self._stopped = threading.Event()

    @property
    def is_stopped(self) -> bool:
        """Whether nobody wants the rest."""
        return self._stopped.is_set()

    def stop(self) -> None:
        """Let it end behind the token that is being written."""
        self._stopped.set()


class Order(Protocol):
    """A question of a task that writes."""

    @property
    def limits(self) -> Limits: ...
    @property
    def pen(self) -> Pen: ...


@dataclass(frozen=True, slots=True)
class ToWrite:
    """What a question comes to: the tokens that are read, and how to go on."""

    ids: Sequence[int]
    tokens: TokenCount
    limits: Limits
    reading: Reading
    settings: Mapping[str, object] = field(default_factory=dict)
    source: str | None = None
    target: str | None = None


Asked = TypeVar("Asked", bound=Order)
Asked_contra = TypeVar("Asked_contra", bound=Order, contravariant=True)


class Reader(Protocol[Asked_contra]):
    """Turns a question into tokens."""

    def size(self, item: Asked_contra) -> int:
        """Guess how many there are; quick."""
        ...

    def read(self, item: Asked_contra) -> ToWrite:
        """Encode it; it has the tokenizer for itself."""
        ...


class TextWriter(Generic[Asked]):
    """What stands behind the lane of a network that writes, a `models.tasks.spec.Writer`."""

    def __init__(
        self,
        generator: "TorchGenerator",
        tokenizer: "PreTrainedTokenizerBase",
        reader: Reader[Asked],
    ) -> None:
        self._generator = generator
        self._tokenizer = tokenizer
        self._reader = reader
        self._using_tokenizer = threading.Lock()  # its state is the source language, for one
        self._is_closed = threading.Event()

    @property
    def memory_bytes(self) -> int:
        """What the network takes."""
        return self._generator.memory_bytes

    def size(self, item: Asked) -> int:
        """Guess the tokens of a question."""
        return self._reader.size(item)

    def prepare(self, items: Sequence[Asked]) -> Callable[[], Sequence[Written]]:
        """Encode the questions; the rest takes the tokenizer for moments only.

        Raises:
            ModelError: it cannot do what is asked.
        """
        with self._using_tokenizer:
            orders = [self._reader.read(item) for item in items]
        return lambda: [
            self._write(item.pen, order) for item, order in zip(items, orders, strict=True)
        ]

    def close(self) -> None:
        """Come to an end soon with all that is being written."""
        self._is_closed.set()

    def _write(self, pen: Pen, order: ToWrite) -> Written:
        generated = self._generator.generate(
            order.ids,
            order.limits,
            _Follower(pen, self._text).look,
            lambda: pen.is_stopped or self._is_closed.is_set(),
            order.settings,
        )
        return Written(
            text=self._text(generated.ids).strip(_HALF_A_CHARACTER),
            reason=self._reason(pen, generated),
            tokens=order.tokens,
            length=len(generated.ids),
            reading=order.reading,
            settings=self._generator.settings(order.limits, order.settings),
            dtype=self._generator.dtype,
            source=order.source,
            target=order.target,
        )

    def _reason(self, pen: Pen, generated: Generated) -> StopReason:
        if generated.reason is StopReason.STOPPED and not pen.is_stopped:
            return StopReason.CLOSED
        return generated.reason

    def _text(self, ids: Sequence[int]) -> str:
        with self._using_tokenizer:
            text: Any = self._tokenizer.decode(list(ids), skip_special_tokens=True)
        return str(text)


class _Follower:
    """Tells of a text now and then."""

    def __init__(self, pen: Pen, text: Callable[[Sequence[int]], str]) -> None:
        self._pen = pen
        self._text = text
        self._not_before = 0.0

    def look(self, ids: Sequence[int]) -> None:
        if monotonic() < self._not_before:
            return
        self._not_before = monotonic() + _BETWEEN_LOOKS_S
        # The end of it may be half a character of several bytes.
        self._pen.on_text(self._text(ids).rstrip(_HALF_A_CHARACTER))
