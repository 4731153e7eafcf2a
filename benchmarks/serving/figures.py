"""Medians with their spread: absolute, and as ratios to the naive bot of the same round."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from benchmarks.serving.plan import NAIVE
from benchmarks.serving.results import Results, Run

Quantity = Callable[[Run], float]


@dataclass(frozen=True, slots=True)
class Spread:
    """A median over rounds, and the least and the most."""

    median: float
    least: float
    most: float

    @classmethod
    def of(cls, values: Sequence[float]) -> "Spread":
        """Summarise at least one value."""
        return cls(float(np.median(values)), min(values), max(values))

    def text(self, form: str) -> str:
        """Write it, with the spread where there is one."""
        if self.least == self.most:
            return f"{self.median:{form}}"
        return f"{self.median:{form}} ({self.least:{form}}–{self.most:{form}})"


def throughput(run: Run) -> float:
    """Messages a second."""
    return run.messages_per_s


def p95(run: Run) -> float:
    """Milliseconds."""
    return run.p95_ms


class Figures:
    """Looks up what was measured of a checkpoint."""

    def __init__(self, results: Results, checkpoint: str) -> None:
        self._results = results
        self.checkpoint = checkpoint
        self._runs = [run for run in results.runs if run.checkpoint == checkpoint]

    def cases(self) -> list[tuple[str, int]]:
        """Return kinds of texts with numbers of callers, as they ran."""
        return list(dict.fromkeys((run.texts, run.callers) for run in self._runs))

    def contenders(self) -> list[str]:
        """Return who answered, the naive bot first."""
        names = dict.fromkeys(run.contender for run in self._runs)
        return sorted(names, key=lambda name: name != NAIVE)

    def of(self, texts: str, callers: int, contender: str) -> list[Run]:
        """Return the runs of a case, one a round."""
        case = (texts, callers, contender)
        return [run for run in self._runs if (run.texts, run.callers, run.contender) == case]

    def absolute(
        self, quantity: Quantity, texts: str, callers: int, contender: str
    ) -> Spread | None:
        """Return a quantity as it was measured."""
        found = [quantity(run) for run in self.of(texts, callers, contender)]
        return Spread.of(found) if found else None

    def ratio(
        self, quantity: Quantity, texts: str, callers: int, contender: str, to: str = NAIVE
    ) -> Spread | None:
        """Return a quantity as a ratio to that of another contender in the same round."""
        others = {run.round: quantity(run) for run in self.of(texts, callers, to)}
        found = [
            quantity(run) / others[run.round]
            for run in self.of(texts, callers, contender)
            if run.round in others
        ]
        return Spread.of(found) if found else None

    def share(self, texts: str, callers: int, contender: str) -> Spread | None:
        """Return which part of the estimated limit was used."""
        found = list(self._shares(self.of(texts, callers, contender)))
        return Spread.of(found) if found else None

    def limit(self, unit: str, number: int | None = None) -> float | None:
        """Return the best rate in 10^9 operations a second, of a round or of all."""
        found = [
            peak.gflop_per_s
            for peak in self._results.peaks
            if peak.checkpoint == self.checkpoint
            and peak.unit == unit
            and number in (None, peak.round)
        ]
        return max(found, default=None)

    def _shares(self, runs: Sequence[Run]) -> Iterator[float]:
        for run in runs:
            limit = self.limit(unit_of(run.engine), run.round)
            if limit and run.gflop_per_s:
                yield run.gflop_per_s / limit


def unit_of(engine: str) -> str:
    """Return which numbers an engine computes with."""
    return "int8" if engine.endswith("int8") else "fp32"
