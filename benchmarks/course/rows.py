"""One row of the table: a feature, the command that shows it, and plain code to put beside it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from handlers.table import Bilingual
from handlers.types import Reply


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of a command."""

    reply: Reply
    kept: Mapping[str, Any]
    """The answer as it is remembered, with six digits."""
    pressed: Reply | None = None
    """What the last of the row's buttons showed."""

    def column(self, place: int) -> list[str]:
        """Return the cells of one column of the table."""
        assert self.reply.table
        return [row[place] for row in self.reply.table.rows]


@dataclass(frozen=True, slots=True)
class Compared:
    """An answer beside what plain code says."""

    tokki: str
    plain: str = ""
    is_equal: bool | None = None
    """None: there is no code to compare."""
    how: str = ""
    """How equal: to the letter, to 1e-4."""


Check = Callable[[Answer, str], Compared]


@dataclass(frozen=True, slots=True)
class Row:
    """A feature of the course."""

    feature: Bilingual
    command: Bilingual
    """The same question in both languages."""
    check: Check | None = None
    plain: str = ""
    """Plain code, where no button shows any."""
    prints: str = ""
    """Put behind the code of the button, to print what it saves."""
    is_long: bool = False
    """It takes minutes: of the Korean command it is only looked whether it is read as the same."""
    buttons: Sequence[str] = ()
    """Families of the buttons that are pressed, one under the other."""
    model: str = ""
    """What the model is, where it does not come with Tokki."""


@dataclass(frozen=True, slots=True)
class Chapter:
    """Rows that belong together."""

    english: str
    korean: str
    rows: Sequence[Row]


TINY = "a tiny one, made on the spot, from a Hub on loopback"
