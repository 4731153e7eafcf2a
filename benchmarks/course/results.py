"""What was found, kept beside the code: docs/course.md is drawn from it."""

import json
import platform
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import transformers

from benchmarks.course.afternoon import Seen
from benchmarks.course.rows import Compared
from benchmarks.course.walking import Shown

FILE = Path(__file__).with_name("results.json")


@dataclass(frozen=True, slots=True)
class Results:
    """Of the rows and the steps that were measured; when and where the last ones were."""

    rows: Mapping[str, Compared] = field(default_factory=dict)
    """By their feature in English."""
    steps: Mapping[str, str] = field(default_factory=dict)
    """What the terminal showed, by what was given."""
    day: str = ""
    version: str = ""
    machine: str = ""

    def and_now(self, shown: Sequence[Shown], seen: Sequence[Seen]) -> "Results":
        """Return these with what has been found today, here."""
        return Results(
            {**self.rows, **{each.row.feature.en: each.compared for each in shown}},
            {**self.steps, **{each.step.command: each.shown for each in seen}},
            day=datetime.now(UTC).strftime("%Y-%m-%d"),
            version=transformers.__version__,
            machine=platform.machine(),
        )


def read() -> Results:
    """Return what was kept."""
    kept = json.loads(FILE.read_text("utf-8"))
    rows = {name: Compared(**found) for name, found in kept.pop("rows").items()}
    return Results(rows, **kept)


def keep(results: Results) -> None:
    """Keep them in place of those that were kept."""
    FILE.write_text(json.dumps(asdict(results), ensure_ascii=False, indent=1) + "\n", "utf-8")
