"""Lets the contenders take turns: all of them answer a case before the next case begins."""

import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np

from benchmarks.serving.askers import Options
from benchmarks.serving.inputs import checkpoints, texts
from benchmarks.serving.plan import BASE, REFERENCE, Body, Case, Contender, Plan
from benchmarks.serving.results import Absent, Agreement, Results, Run
from benchmarks.serving.runs.contestant import Contestant, Failed
from benchmarks.serving.runs.peak import measure_peaks
from benchmarks.serving.runs.shares import gflop

_MOST_TEXTS = 6_000
_SAY = {
    "distinct": texts.distinct,
    "repeated": texts.repeated,
    "one long": texts.with_one_long,
}
_WARM_UP = {"callers": 8, "least": 32, "least_s": 0.0, "block": 1, "keep": 0}


class Stage:
    """One checkpoint with all who answer for it."""

    def __init__(self, plan: Plan, body: Body, results: Results) -> None:
        self._plan = plan
        self._body = body
        self._contenders = plan.contenders_of(body)
        self._results = results
        self._folder = checkpoints.made(body, plan.work, plan.data)
        self._speaker = checkpoints.speaker_of(body, self._folder)
        self._running: dict[str, Contestant] = {}
        self._said: set[str] = set()
        self._started = perf_counter()
        self._facts = checkpoints.facts(body, self._folder) | {"title": body.title}
        results.checkpoints[body.name] = self._facts

    def play(self) -> None:
        """Measure everything about the checkpoint."""
        with ExitStack() as stack:
            stack.callback(self._close)
            self._start()
            for number in range(self._plan.rounds):
                self._play_round(number)
        for name, contestant in self._running.items():
            self._results.engines.setdefault(self._body.name, {})[name] = contestant.about

    def _start(self) -> None:
        for contender in self._contenders:
            if contender.engine not in ("", "torch"):
                self._note(f"{contender.name}: preparing its engine")
                self._open(contender, prepares=True)
                self._wait_for_all()
                if prepared := self._running.pop(contender.name, None):
                    prepared.close()
        absent = {each.contender for each in self._absences()}
        for contender in (*self._contenders, REFERENCE):
            if contender.name not in absent:
                self._open(contender)
        self._wait_for_all()
        warm_up = self._write(Case("distinct", 8), 999, 64)
        for contestant in list(self._running.values()):
            self._ask(contestant, warm_up, _WARM_UP)

    def _open(self, contender: Contender, prepares: bool = False) -> None:
        options = self._options(contender, prepares)
        self._running[contender.name] = Contestant(contender, options)

    def _wait_for_all(self) -> None:
        for name, contestant in list(self._running.items()):
            try:
                contestant.wait_until_ready()
            except Failed as why:
                self._give_up(name, why)

    def _give_up(self, name: str, why: Failed) -> None:
        del self._running[name]
        self._results.absent.append(Absent(self._body.name, name, str(why)))

    def _options(self, contender: Contender, prepares: bool) -> Options:
        return Options(
            name=self._body.name,
            folder=str(self._folder),
            exports=str(self._plan.exports(contender.engine)),
            workers=len(self._plan.cores),
            engine=contender.engine,
            prepares=prepares,
        )

    def _play_round(self, number: int) -> None:
        cases = list(self._plan.cases(self._body, number))
        for place, case in enumerate(cases):
            # Amid the round, for what else the machine does.
            if place == len(cases) // 2 and not self._body.training:
                found = measure_peaks(self._body.name, self._facts, number, self._plan)
                self._results.peaks.extend(found)
            seed = 10_000 * (number + 1) + 100 * place
            file = self._write(case, seed, self._count(case))
            kept = {
                contestant.contender.name: self._play(contestant, case, file, number)
                for contestant in _rotated(self._timed(), number)
            }
            if number == 0:
                self._compare(case, file, {name: one for name, one in kept.items() if one})

    def _timed(self) -> list[Contestant]:
        return [one for name, one in self._running.items() if name != REFERENCE.name]

    def _count(self, case: Case) -> int:
        if case.texts != "distinct":
            return self._plan.least(case)
        return 1_000 if self._plan.is_quick else _MOST_TEXTS

    def _write(self, case: Case, seed: int, count: int) -> Path:
        said = _SAY[case.texts](
            checkpoints.speaker_of(self._body, self._folder), seed, count, self._said
        )
        self._said.update(said)
        if case.texts == "repeated":
            key = f"{self._body.name}, {case.callers}"
            self._results.repetition[key] = round(texts.repetition(said), 3)
        path = self._plan.work / "texts.json"
        path.write_text(json.dumps(said), "utf-8")
        return path

    def _play(
        self, contestant: Contestant, case: Case, file: Path, number: int
    ) -> dict[str, dict[str, float]] | None:
        order = {
            "callers": case.callers,
            "least": self._plan.least(case),
            "least_s": self._plan.least_s(self._body) if case.texts == "distinct" else 0.0,
            "block": texts.BLOCK if not self._plan.is_quick else 1,
            "keep": self._kept(),
        }
        outcome = self._ask(contestant, file, order)
        if outcome is None:
            return None
        run = _run(outcome, self._facts, case, number, contestant, self._body.name)
        self._results.runs.append(run)
        self._note(
            f"round {number + 1}, {case.texts}, {case.callers} callers, {run.contender}: "
            f"{run.messages_per_s:.0f}/s, p95 {run.p95_ms:.0f} ms"
        )
        answers: dict[str, dict[str, float]] = outcome["answers"]
        return answers

    def _kept(self) -> int:
        """Return how many answers of a case are compared with the reference."""
        if self._plan.is_quick:
            return 16
        return 32 if self._body.name == BASE else 48

    def _ask(
        self, contestant: Contestant, file: Path, order: dict[str, Any]
    ) -> dict[str, Any] | None:
        try:
            return contestant.run(file=str(file), **order)
        except Failed as why:
            self._give_up(contestant.contender.name, why)
            return None

    def _compare(
        self, case: Case, file: Path, kept: dict[str, dict[str, dict[str, float]]]
    ) -> None:
        reference = self._running.get(REFERENCE.name)
        if reference is None:
            return
        order = {"callers": 1, "least": self._kept(), "least_s": 0.0, "block": 1}
        outcome = self._ask(reference, file, order | {"keep": self._kept()})
        if outcome is None:
            return
        for name, answers in kept.items():
            engine = self._running[name].about["engine"]
            where = (self._body.name, case.texts, case.callers, name, engine)
            found = agreement(outcome["answers"], answers)
            self._results.agreements.append(Agreement(*where, *found))

    def _absences(self) -> Iterator[Absent]:
        return (each for each in self._results.absent if each.checkpoint == self._body.name)

    def _close(self) -> None:
        for contestant in self._running.values():
            contestant.close()

    def _note(self, text: str) -> None:
        seconds = perf_counter() - self._started
        print(f"{seconds:5.0f} s {self._body.name}: {text}", file=sys.stderr, flush=True)


def agreement(
    expected: dict[str, dict[str, float]], given: dict[str, dict[str, float]]
) -> tuple[int, int, float]:
    """Return how many answers were compared, how many labels differ, and the largest difference."""
    both = sorted(expected.keys() & given.keys())
    labels = sum(_best(expected[place]) != _best(given[place]) for place in both)
    differences = (
        abs(expected[place][label] - given[place].get(label, 0.0))
        for place in both
        for label in expected[place]
    )
    return len(both), labels, max(differences, default=0.0)


def _best(probabilities: dict[str, float]) -> str:
    return max(probabilities, key=probabilities.__getitem__)


def _rotated(contestants: Sequence[Contestant], by: int) -> list[Contestant]:
    """Let another one begin each time."""
    start = by % max(1, len(contestants))
    return [*contestants[start:], *contestants[:start]]


def _run(
    outcome: dict[str, Any],
    facts: dict[str, Any],
    case: Case,
    number: int,
    contestant: Contestant,
    checkpoint: str,
) -> Run:
    latencies, seconds = outcome["latencies"], outcome["seconds"]
    # Whoever asks first finds nobody waiting: the first of each caller tell nothing of the crowd.
    settled = [each for place, each in latencies.items() if int(place) >= case.callers]
    p50, p95, p99 = 1000 * np.percentile(settled or list(latencies.values()), (50, 95, 99))
    late = 1000 * np.percentile(outcome["lags"] or [0.0], (99.9, 100))
    work = gflop(facts, outcome["tokens"]) if outcome["tokens"] else None
    return Run(
        checkpoint=checkpoint,
        texts=case.texts,
        callers=case.callers,
        round=number,
        contender=contestant.contender.name,
        engine=contestant.about["engine"],
        messages=len(latencies),
        seconds=round(seconds, 4),
        messages_per_s=len(latencies) / seconds,
        p50_ms=float(p50),
        p95_ms=float(p95),
        p99_ms=float(p99),
        lag_999_ms=float(late[0]),
        lag_worst_ms=float(late[1]),
        peak_bytes=outcome["peak_bytes"],
        gflop_per_s=work / seconds if work is not None else None,
    )
