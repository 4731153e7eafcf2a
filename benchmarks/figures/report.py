"""What is measured, and the table that tells it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

_MET = {True: "yes", False: "**no**", None: "not measured"}


@dataclass(frozen=True)
class Figure:
    """One row: what Tokki reaches beside a rival in the same run."""

    name: str
    ours: str
    rival: str
    """Such as "majority 78.1"."""
    goal: str
    is_met: bool | None
    """None: it could not be measured."""
    remark: str = ""


@dataclass
class Report:
    """All that one run has measured."""

    seeds: Sequence[int]
    figures: list[Figure] = field(default_factory=list)
    absent: list[str] = field(default_factory=list)
    """Why something was not measured."""
    tables: list[str] = field(default_factory=list)
    """More than the goals ask for."""


def merged(reports: Iterable[Report]) -> Report:
    """Return one report of all, in their order."""
    whole = Report(range(1))
    for each in reports:
        whole.figures += each.figures
        whole.absent += each.absent
        whole.tables += each.tables
    return whole


def percent(share: float) -> str:
    """Write a share as people read it."""
    return f"{100 * share:.1f}"


def mean(values: Sequence[float]) -> float:
    """The average."""
    return sum(values) / len(values)


def page(title: str, head: str, report: Report, method: str) -> str:
    """Write everything that was measured, and how."""
    absent = [f"- {each}" for each in dict.fromkeys(report.absent)]
    parts = [title, head, table_of(report.figures), *report.tables, *absent, method]
    return "\n\n".join(part.strip() for part in parts) + "\n"


def table_of(figures: Sequence[Figure]) -> str:
    """Write a table, whose goals the index of all figures finds again."""
    lines = ["| figure | Tokki | beside it | goal | met | |", "| --- " * 6 + "|"]
    return "\n".join([*lines, *map(_row, figures)])


def give(written: str, path: Path | None) -> None:
    """Print a page, and keep it where it is wanted."""
    if path:
        path.write_text(written, "utf-8")
    print(written)


def _row(each: Figure) -> str:
    cells = (each.name, each.ours, each.rival, each.goal, _MET[each.is_met], each.remark)
    return f"| {' | '.join(cells)} |"
