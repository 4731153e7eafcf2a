"""What passes between the bot and the process that reads: one line each way, as JSON."""

from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from typing import Any

from pydantic import TypeAdapter

import models.errors
from models.errors import ModelError
from models.inspection.allowance import Allowance
from models.results import Checkpoint, Task


class Look(StrEnum):
    """What is looked at."""

    CARD = "card"
    """The front matter of README.md."""
    DESCRIPTION = "description"
    """The same, and the headers of the weights."""
    OVERVIEW = "overview"
    USE = "use"
    """Whether a task can be done with it."""


@dataclass(frozen=True, slots=True)
class Order:
    """What the process is to read."""

    look: Look
    checkpoint: Checkpoint
    task: Task | None = None
    """Which, of a use."""

    @property
    def is_heavy(self) -> bool:
        """Whether it takes torch and transformers."""
        return self.look is Look.USE


@dataclass(frozen=True, slots=True)
class Found:
    """What came of it: something, or why not."""

    value: Any = None
    error: str = ""
    """The name of a `ModelError`; "MemoryError"; or what else it was, for the log."""
    facts: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def failure(cls, error: BaseException) -> "Found":
        """Return what is told of an error."""
        if isinstance(error, ModelError):
            return cls(error=type(error).__name__, facts=error.facts)
        return cls(error=type(error).__name__)

    def known_error(self) -> ModelError | None:
        """Return the error that the files themselves are to blame for, if it is one."""
        kind = getattr(models.errors, self.error, None)
        if isinstance(kind, type) and issubclass(kind, ModelError):
            return kind(**self.facts)
        return None


@cache
def order_form() -> TypeAdapter[tuple[Order, Allowance]]:
    """Slow to make, as the other is: neither is on the way to the first prompt."""
    return TypeAdapter(tuple[Order, Allowance])


@cache
def found_form() -> TypeAdapter[Found]:
    """How it is told what was found."""
    return TypeAdapter(Found)
