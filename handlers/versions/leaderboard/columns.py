"""The figures that models are sorted by."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from handlers.table import Bilingual
from handlers.versions.leaderboard.entrants import Entrant


@dataclass(frozen=True, slots=True)
class Column:
    """One figure of each model."""

    key: str
    name: Bilingual
    """As it is chosen."""
    heading: Bilingual
    """As it stands above the figures, where a phone has room for little."""
    value: Callable[[Entrant], float | None]
    """None: nobody knows."""
    write: Callable[[float], str]
    is_more_better: bool = False
    is_measured: bool = True
    """Whether it was found on the texts, so that other texts give another."""

    def cell(self, one: Entrant) -> str:
        """Return what stands in the table."""
        value = self.value(one)
        return "–" if value is None else self.write(value)

    def rank(self, one: Entrant) -> tuple[int, float]:
        """Return what models are sorted by, the best last: what cannot be compared comes first."""
        value = self.value(one)
        if value is None:
            return 0, 0.0
        is_comparable = one.is_current or not self.is_measured
        return 2 if is_comparable else 1, value if self.is_more_better else -value


def sorted_by(typed: str) -> str | None:
    """Return the key of a column by its name in either language."""
    names = {name: one.key for one in COLUMNS.values() for name in (one.name.en, one.name.ko)}
    return names.get(typed)


def _accuracy(one: Entrant) -> float | None:
    return one.figures.accuracy.value if one.figures else None


def _f1(one: Entrant) -> float | None:
    return one.figures.macro_f1.value if one.figures else None


def _calibration(one: Entrant) -> float | None:
    return one.figures.calibration_error if one.figures else None


def _ms(one: Entrant) -> float | None:
    return one.figures.p95_ms if one.figures else None


def _mb(one: Entrant) -> float | None:
    return None if one.size_bytes is None else one.size_bytes / 1e6


def _made_at(one: Entrant) -> float | None:
    return one.made_at.timestamp() if one.made_at else None


def _share(value: float) -> str:
    return f"{100 * value:.1f}"


def _rounded(value: float) -> str:
    return f"{value:.1f}"


def _date(value: float) -> str:
    return f"{datetime.fromtimestamp(value, UTC):%m-%d}"


_MORE, _SAME = {"is_more_better": True}, {"is_measured": False}
COLUMNS: Mapping[str, Column] = {
    one.key: one
    for one in (
        Column(
            "accuracy",
            Bilingual("accuracy", "정확도"),
            Bilingual("acc.", "정확"),
            _accuracy,
            _share,
            **_MORE,
        ),
        Column(
            "f1", Bilingual("macro-F1", "매크로F1"), Bilingual("F1", "F1"), _f1, _share, **_MORE
        ),
        Column(
            "ece",
            Bilingual("calibration", "보정오차"),
            Bilingual("ECE", "ECE"),
            _calibration,
            _share,
        ),
        Column("ms", Bilingual("time", "시간"), Bilingual("ms", "ms"), _ms, _rounded),
        Column("mb", Bilingual("size", "크기"), Bilingual("MB", "MB"), _mb, _rounded, **_SAME),
        Column(
            "date",
            Bilingual("date", "날짜"),
            Bilingual("date", "날짜"),
            _made_at,
            _date,
            **_MORE,
            **_SAME,
        ),
    )
}
"""By their keys."""
