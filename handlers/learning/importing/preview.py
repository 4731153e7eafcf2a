"""What a file would bring, counted before anything is kept."""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from handlers.learning.importing.sorting import Item, LeftOut
from handlers.learning.near_duplicates import words_of
from handlers.learning.row_files.table import Reason

_SHOWN = 3


@dataclass(slots=True)
class Preview:
    """Counts of rows, and the first of them."""

    rows: int = 0
    new: int = 0
    here: int = 0
    """The dataset has them: their labels come to the texts that are there."""
    near: int = 0
    """New ones that only differ in case, spaces or marks from another of the file."""
    like: int = 0
    """New ones that the dataset surely has nearly the same of."""
    unlabelled: int = 0
    """New ones that people are asked about."""
    labels: Counter[str] = field(default_factory=Counter)
    """How many rows bring each label, by its key."""
    left_out: Counter[Reason] = field(default_factory=Counter)
    first: list[Item] = field(default_factory=list)
    _letters: set[int] = field(default_factory=set)

    def add(
        self,
        sorted_rows: Iterable[Item | LeftOut],
        here: Collection[bytes],
        like: Collection[bytes] = (),
    ) -> None:
        """Count some rows.

        Args:
            sorted_rows: what has become of them.
            here: the identities among them that the dataset has.
            like: those of which it has nearly the same.
        """
        for one in sorted_rows:
            self.rows += 1
            if isinstance(one, LeftOut):
                self.left_out[one.reason] += 1
            else:
                self._add(one, one.identity in here, one.identity in like)

    def _add(self, item: Item, is_here: bool, is_like: bool) -> None:
        self.labels.update(item.labels or ())
        self.here += is_here
        if is_here:
            return
        self.new += 1
        self.like += is_like
        self.unlabelled += item.labels is None
        if len(self.first) < _SHOWN:
            self.first.append(item)
        letters = hash("".join(words_of(item.text)))
        self.near += letters in self._letters
        self._letters.add(letters)
