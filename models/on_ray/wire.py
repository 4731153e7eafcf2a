"""What a bot and a replica say to each other: pickles in which only our own data may stand.

Whoever reads one takes the frozen data of the engine, its errors and arrays of numbers, by their
names. Nothing else is looked up, so a stranger on the network can have no code run here.
"""

import io
import pickle
from collections.abc import Sequence
from dataclasses import dataclass, is_dataclass
from enum import Enum
from typing import Any, TypeVar

from models.engines.protocol import EngineError
from models.errors import ModelError
from models.results import EngineReport, Origin, Task
from models.tasks.registry import network_tasks

WIRE = 1
"""Changes with what is said, so that bots and replicas of different versions never meet."""
CONTENT_TYPE = "application/vnd.tokki"
_SHORT = 32

Message = TypeVar("Message")


class Unreadable(Exception):
    """It is nothing that we say."""


@dataclass(frozen=True, slots=True)
class Model:
    """A checkpoint, by its name and by what its files hold."""

    name: str
    version: str
    origin: Origin
    digest: str
    repo_id: str | None = None
    revision: str | None = None

    @property
    def id(self) -> str:
        """By which Serve knows who has it loaded."""
        return self.digest[:_SHORT]


@dataclass(frozen=True, slots=True)
class Asked:
    """Questions of one task to one checkpoint."""

    model: Model
    task: Task
    questions: tuple[Any, ...]
    asker: str
    """Which bot it is: several take turns."""


@dataclass(frozen=True, slots=True)
class Broke:
    """A fault of ours over there, whose log says more."""

    what: str


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer, or the error in its place, for each question."""

    answers: tuple[Any, ...] = ()
    engine: EngineReport | None = None
    refusal: str | None = None
    """Why nothing is answered there at all, a `Reason`."""


def encode(message: object) -> bytes:
    """Return what `decode` reads."""
    return pickle.dumps(message, protocol=pickle.HIGHEST_PROTOCOL)


def decode(line: bytes, kind: type[Message]) -> Message:
    """Return a message.

    Raises:
        Unreadable: it is none of that kind.
    """
    try:
        message = _Reader(io.BytesIO(line)).load()
    except Exception as error:  # a pickle that is none fails in any way
        raise Unreadable(f"{type(error).__name__}: {error}") from error
    if not isinstance(message, kind):
        raise Unreadable(type(message).__name__)
    return message


_MODULES = frozenset(
    {
        __name__,
        "models.engines.protocol",
        "models.errors",
        "models.reasons",
        "models.results",
        *(spec.question.__module__ for spec in network_tasks()),
    }
)
_NUMPY = frozenset(
    {
        ("numpy", "dtype"),
        ("numpy", "ndarray"),
        ("numpy._core.multiarray", "_reconstruct"),
        ("numpy._core.multiarray", "scalar"),
        ("numpy._core.numeric", "_frombuffer"),
        ("numpy.core.multiarray", "_reconstruct"),
        ("numpy.core.multiarray", "scalar"),
        ("numpy.core.numeric", "_frombuffer"),
    }
)
"""Of what arrays and numbers are made."""


class _Reader(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:  # noqa: ANN401 - as its base says
        if (module, name) in _NUMPY:
            return super().find_class(module, name)
        if module in _MODULES and "." not in name:
            found = super().find_class(module, name)
            if _is_ours(found, module):
                return found
        raise pickle.UnpicklingError(f"{module}.{name} is no data of ours")


def _is_ours(found: object, module: str) -> bool:
    if not isinstance(found, type) or found.__module__ != module:
        return False
    return is_dataclass(found) or issubclass(found, (Enum, EngineError, ModelError))


def as_sent(results: Sequence[object]) -> tuple[object, ...]:
    """Put a word in place of what is no error of ours: it may not be readable elsewhere."""
    known = (EngineError, ModelError)
    return tuple(
        Broke(repr(one)) if isinstance(one, BaseException) and not isinstance(one, known) else one
        for one in results
    )


def as_received(results: Sequence[object]) -> list[object]:
    """Put an error in the place of such a word."""
    return [RuntimeError(one.what) if isinstance(one, Broke) else one for one in results]
