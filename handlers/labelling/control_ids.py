"""What a button of a card says by its id, which carries the whole state.

`label:<dataset>:<text>:<choice>`, where a choice is a label's place among all that the dataset ever
had, or a word. Where several labels may hold, those that are chosen so far stand before it, as the
bits of a number: `label:<dataset>:<text>:t5:1`. What moderators settle begins with `conflict:`.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from handlers.types import UserError
from storage.records import Dataset

LABEL, SETTLE = "label", "conflict"

_ID = re.compile(
    r"(?P<family>label|conflict):(?P<dataset>\d{1,15}):"
    r"(?:(?P<text>\d{1,15}):(?:t(?P<chosen>[0-9a-f]{1,26}):)?)?"
    r"(?P<choice>\d{1,3}|pick|done|none|skip|ambiguous|guide|leave_out|undo|stop|next)",
    re.ASCII,
)


@dataclass(frozen=True, slots=True)
class CardControl:
    """A button of a card."""

    family: str
    dataset: int
    text: int | None
    choice: str
    chosen: int = 0
    """The labels that are chosen so far, where several may hold: a bit each."""

    @property
    def id(self) -> str:
        """Return it as it stands in a button."""
        text = "" if self.text is None else f"{self.text}:"
        chosen = f"t{self.chosen:x}:" if self.chosen else ""
        return f"{self.family}:{self.dataset}:{text}{chosen}{self.choice}"

    @property
    def place(self) -> int | None:
        """The place of the label that is chosen by it."""
        return int(self.choice) if self.choice.isdecimal() else None


def read_control(control: str) -> CardControl:
    """Return what a button says.

    Raises:
        UserError: the id is none of ours.
    """
    found = _ID.fullmatch(control)
    if not found:
        raise UserError("unknown_control", control=control)
    text = int(found["text"]) if found["text"] else None
    chosen = int(found["chosen"], 16) if found["chosen"] else 0
    return CardControl(found["family"], int(found["dataset"]), text, found["choice"], chosen)


def keys_at(dataset: Dataset, places: Iterable[int], control: str) -> tuple[str, ...]:
    """Return the keys of the labels at some places, whatever has become of them.

    Raises:
        UserError: there are not so many.
    """
    every = dataset.all_labels
    wanted = list(places)
    if any(place >= len(every) for place in wanted):
        raise UserError("unknown_control", control=control)
    return tuple(every[place].key for place in wanted)


def bits_of(number: int) -> list[int]:
    """Return the places that are chosen."""
    return [place for place in range(number.bit_length()) if number >> place & 1]
