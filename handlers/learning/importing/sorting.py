"""What becomes of each row: a text with its labels, or left out with a reason."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from handlers.learning.importing.columns import Columns
from handlers.learning.row_files.table import BadRow, Cell, Odd, Reason, Row, listed
from models.canonical import canonical, find_label, folded, identity_of

_BETWEEN_LABELS = re.compile(r"[;|,\n]")
_MOST_REMEMBERED = 10_000
_MOST_UNKNOWN = 1_000
_REMEMBERED_BYTES = 12
"""Of what makes a text the same example: enough for a million of them."""


@dataclass(frozen=True, slots=True)
class Item:
    """A row that can be kept."""

    line: int
    text: str
    identity: bytes
    """The same for texts that are the same example."""
    labels: tuple[str, ...] | None
    """Keys; None: the file gives it none."""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A row that is not kept."""

    line: int
    reason: Reason
    text: str = ""
    label: str = ""


@dataclass(frozen=True, slots=True)
class LabelNames:
    """What the names in a file stand for."""

    keys: Mapping[str, str]
    """The key of each label of the dataset, by its name."""
    is_multi: bool = False
    """Several may hold at once."""
    chosen: Mapping[str, str] = field(default_factory=dict)
    """The keys that somebody chose for names that are none of these, by their folded form."""


class Sorter:
    """Sorts rows one after another; knows those that it has had, by a few bytes each."""

    def __init__(
        self,
        columns: Columns,
        names: LabelNames,
        most_characters: int,
        first: "Sorter | None" = None,
    ) -> None:
        """`first` has had the same rows, and knows which texts come with several labels."""
        self._columns = columns
        self._names = names
        self._most = most_characters
        self._contradicted = first._twisted if first else set()
        self._outdone = first._labelled_later if first else set()
        self._resolved: dict[str, str | None] = {}
        self._seen: dict[bytes, int] = {}
        self._said: dict[tuple[str, ...] | None, int] = {}
        self._twisted: set[bytes] = set()
        self._labelled_later: set[bytes] = set()
        self._unknown: dict[str, tuple[str, int]] = {}

    @property
    def unknown(self) -> Mapping[str, int]:
        """Names of labels that the dataset does not have, as they were first written, and how often
        they come; the commonest first."""
        return dict(sorted(self._unknown.values(), key=lambda pair: -pair[1]))

    def sort(self, rows: Iterable[Row | BadRow]) -> Iterator[Item | LeftOut]:
        """Yield what becomes of each row."""
        for row in rows:
            if isinstance(row, BadRow):
                yield LeftOut(row.line, row.reason, row.written[: self._most])
            else:
                yield self._sorted(row)

    def _sorted(self, row: Row) -> Item | LeftOut:
        cell, given = row.cells[self._columns.text], self._label_cell(row)
        text = cell.strip() if isinstance(cell, str) else ""
        shown = " | ".join(given) if isinstance(given, tuple) else given
        if reason := self._without_text(cell, text):
            return LeftOut(row.line, reason, text[: self._most], _shown(shown))
        labels = self._labels(given)
        if isinstance(labels, Reason):
            return LeftOut(row.line, labels, text, _shown(shown))
        identity = identity_of(text)
        if reason := self._said_before(identity, labels):
            return LeftOut(row.line, reason, text, _shown(shown))
        return Item(row.line, text, identity, labels)

    def _label_cell(self, row: Row) -> Cell:
        place = self._columns.label
        cell = None if place is None else row.cells[place]
        return None if isinstance(cell, str) and not canonical(cell) else cell

    def _without_text(self, cell: Cell, text: str) -> Reason | None:
        if cell is Odd.TOO_LONG or len(text) > self._most:
            return Reason.TOO_LONG
        if isinstance(cell, Odd | tuple):
            return Reason.NO_TEXT
        return None if canonical(text) else Reason.EMPTY

    def _labels(self, cell: Cell) -> tuple[str, ...] | Reason | None:
        """The keys that a cell stands for; an empty list says that no label holds."""
        if cell is None:
            return None
        if isinstance(cell, Odd):
            return Reason.UNKNOWN_LABEL
        names = self._split(cell) if isinstance(cell, str) else cell
        if not self._names.is_multi and len(names) != 1:
            return Reason.SEVERAL_LABELS if names else None
        keys = [self._key(name) for name in names]
        known = tuple(dict.fromkeys(key for key in keys if key is not None))
        return known if len(keys) == sum(key is not None for key in keys) else Reason.UNKNOWN_LABEL

    def _split(self, cell: str) -> tuple[str, ...]:
        """A name may have a comma in it: what is a label as it stands is one.

        Where several may hold, a list of JSON is one before it is a name, as an export writes it.
        """
        if not self._names.is_multi:
            return (cell,)
        if (names := listed(cell)) is not None:
            return names
        if find_label(cell, tuple(self._names.keys)) is not None:
            return (cell,)
        return tuple(part for part in _BETWEEN_LABELS.split(cell) if canonical(part))

    def _key(self, name: str) -> str | None:
        if name not in self._resolved and len(self._resolved) < _MOST_REMEMBERED:
            self._resolved[name] = self._resolve(name)
        key = self._resolved[name] if name in self._resolved else self._resolve(name)
        if key is None and folded(name) not in self._names.chosen:
            self._count_unknown(name)
        return key

    def _resolve(self, name: str) -> str | None:
        label = find_label(name, tuple(self._names.keys))
        return self._names.chosen.get(folded(name)) if label is None else self._names.keys[label]

    def _count_unknown(self, name: str) -> None:
        form = folded(name)
        shown, count = self._unknown.get(form, (canonical(name), 0))
        if count or len(self._unknown) < _MOST_UNKNOWN:
            self._unknown[form] = shown, count + 1

    def _said_before(self, identity: bytes, labels: tuple[str, ...] | None) -> Reason | None:
        """A row without a label says nothing against one that has some."""
        if identity in self._contradicted:
            return Reason.CONTRADICTED
        if labels is None and identity in self._outdone:
            return Reason.TWICE
        whole = tuple(sorted(labels)) if labels else labels
        said = self._said.setdefault(whole, len(self._said))
        before = self._seen.get(identity[:_REMEMBERED_BYTES])
        if before is None:
            self._seen[identity[:_REMEMBERED_BYTES]] = said
            return None
        if before == said or labels is None:
            return Reason.TWICE
        if before == self._said.get(None):
            self._seen[identity[:_REMEMBERED_BYTES]] = said
            self._labelled_later.add(identity)
            return None
        self._twisted.add(identity)
        return Reason.CONTRADICTED


def _shown(cell: Cell) -> str:
    return cell if isinstance(cell, str) else ""
