"""What is told of each text of a dataset, whatever it is written in. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from handlers.collecting.outcome import Judged, answer_of, said_by
from handlers.learning.votes.consensus import Mark, State
from storage.records import Dataset, DatasetKind, Side

Row = Mapping[str, object]
COLUMNS = ("id", "text", "label", "state", "side", "votes", "agreement", "source")
PEOPLE = ("added_by", "voters")
"""Columns that are there only where the people are wanted."""


@dataclass(frozen=True, slots=True)
class Rows:
    """All texts of a dataset as rows."""

    dataset: Dataset
    rows: tuple[Row, ...]
    has_people: bool = False

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the columns, in their order."""
        return COLUMNS + (PEOPLE if self.has_people else ())

    @property
    def label_names(self) -> tuple[str, ...]:
        """What the labels are called, in their order."""
        return tuple(label.name for label in self.dataset.active)

    @property
    def is_multi(self) -> bool:
        """Whether a text has a list of labels."""
        return self.dataset.kind is DatasetKind.MULTI


def rows_of(dataset: Dataset, found: Sequence[Judged], *, with_people: bool = False) -> Rows:
    """Return what is told of each text."""
    told = [_row(dataset, one) | (_people(dataset, one) if with_people else {}) for one in found]
    return Rows(dataset, tuple(told), with_people)


def splits_of(rows: Rows) -> Mapping[str, tuple[Row, ...]]:
    """Return the rows by what they are for: `train`, `test`, and the `rest`, without empty ones.

    What is left out is in none.
    """
    splits: dict[str, list[Row]] = {"train": [], "test": [], "rest": []}
    for row in rows.rows:
        if row["state"] == State.LEFT_OUT:
            continue
        is_sided = row["state"] == State.GOLD and row["side"] in {Side.TRAIN, Side.TEST}
        splits[str(row["side"]) if is_sided else "rest"].append(row)
    return {name: tuple(some) for name, some in splits.items() if some}


def _row(dataset: Dataset, one: Judged) -> dict[str, object]:
    is_gold = one.state is State.GOLD
    agreeing = sum(answer_of(dataset, vote) == one.labels for vote in one.votes)
    return {
        "id": one.example.id,
        "text": one.example.text,
        "label": _label(dataset, one.labels) if is_gold else None,
        "state": str(one.state),
        "side": one.example.side and str(one.example.side),
        "votes": len(one.votes),
        "agreement": round(agreeing / len(one.votes), 4) if is_gold and one.votes else None,
        "source": one.example.source,
    }


def _label(dataset: Dataset, keys: Sequence[str]) -> object:
    """Return one name, or the list of those that hold."""
    names = [label.name for key in keys if (label := dataset.resolved(key))]
    return names if dataset.kind is DatasetKind.MULTI else names[0]


def _people(dataset: Dataset, one: Judged) -> dict[str, object]:
    """Who gave which label; None: they say that no label fits it well."""
    said = [(vote.user, said_by(dataset, vote)) for vote in one.votes]
    votes = {
        user: None if isinstance(answer, Mark) else _label(dataset, answer)
        for user, answer in said
        if answer is not None
    }
    return {"added_by": one.example.user, "voters": votes}
