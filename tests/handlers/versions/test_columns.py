"""By what models are sorted: what was measured on other texts never stands above the rest."""

from datetime import UTC, datetime

import pytest

from handlers.learning.gate.figures import Bounded, Figures
from handlers.versions.leaderboard.columns import COLUMNS, sorted_by
from handlers.versions.leaderboard.entrants import Entrant
from models.results import Checkpoint, Origin


def entrant(name, share=None, *, is_current=True, size=2_000_000, day=1):
    bounded = Bounded(share or 0.0, 0.0, 1.0)
    figures = None if share is None else Figures(bounded, bounded, 1 - share, 10 * share, {})
    made_at = None if day is None else datetime(2026, 11, day, tzinfo=UTC)
    checkpoint = Checkpoint(name, "1", Origin.TRAINED, None)
    return Entrant(checkpoint, "", figures, 9, is_current, size, made_at, is_live=False)


ALL = [
    entrant("good", 0.9, size=3_000_000, day=2),
    entrant("bad", 0.5, size=1_000_000, day=3),
    entrant("once", 0.99, is_current=False),
    entrant("never", size=None, day=None),
]


def names(key):
    ranked = sorted(ALL, key=COLUMNS[key].rank, reverse=True)
    return [one.checkpoint.name for one in ranked]


@pytest.mark.parametrize(
    ("key", "order"),
    [
        ("accuracy", ["good", "bad", "once", "never"]),
        ("f1", ["good", "bad", "once", "never"]),
        ("ece", ["good", "bad", "once", "never"]),
        ("ms", ["bad", "good", "once", "never"]),
        ("mb", ["bad", "once", "good", "never"]),
        ("date", ["bad", "good", "once", "never"]),
    ],
)
def test_the_best_stands_first(key, order) -> None:
    assert names(key) == order


def test_cells_say_what_is_known() -> None:
    good, _, _, never = ALL
    cells = {key: column.cell(good) for key, column in COLUMNS.items()}
    shares = {"accuracy": "90.0", "f1": "90.0", "ece": "10.0"}
    assert cells == {**shares, "ms": "9.0", "mb": "3.0", "date": "11-02"}
    assert {column.cell(never) for column in COLUMNS.values()} == {"–"}


def test_columns_are_chosen_in_either_language() -> None:
    assert sorted_by("macro-F1") == sorted_by("매크로F1") == "f1"
    assert sorted_by("beauty") is None
