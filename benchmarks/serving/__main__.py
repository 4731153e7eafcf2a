"""The serving benchmark's command line."""

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter

from benchmarks.serving import machine, pages
from benchmarks.serving.inputs.examples import Missing
from benchmarks.serving.inputs.trained import PACKAGE
from benchmarks.serving.page import draw
from benchmarks.serving.plan import (
    BODIES,
    BUNDLED,
    CALLERS,
    CONTENDERS,
    DEFAULT,
    INFINITY,
    MINILM,
    REAL,
    ROUNDED,
    TINY,
    Body,
    Plan,
)
from benchmarks.serving.results import Absent, Results
from benchmarks.serving.runs.first_answers import measure_starts
from benchmarks.serving.runs.rounds import Stage
from benchmarks.serving.runs.ways import measure_ways
from benchmarks.serving.targets import targets

_OURS = Path()
"""Instead of a file: the page of the processor."""
_QUICK_CALLERS = (1, 8)


def main(words: Sequence[str] | None = None) -> None:
    """Measure, and print or write what was found."""
    arguments = _arguments(words)
    cores = machine.use_cores(arguments.cores)
    with _work_folder(arguments.work) as work:
        results = measure(_plan(arguments, cores, work), not arguments.no_starts)
    if arguments.write is not None:
        _write(results, arguments.write)
    print(_json(results) if arguments.json else draw(results))


def measure(plan: Plan, with_starts: bool = True) -> Results:
    """Run the whole plan."""
    started = perf_counter()
    now = datetime.now(UTC).strftime("%Y-%m-%d")
    results = Results(machine.describe(plan.cores), machine.command(), now, plan.rounds)
    for body in plan.bodies:
        with _unless_missing(results, body):
            Stage(plan, body, results).play()
    for body in plan.ways_of:
        with _unless_missing(results, body):
            print(f"ways to round {body.name}", file=sys.stderr, flush=True)
            results.ways += measure_ways(body, plan)
    if with_starts:
        results.starts.extend(measure_starts(plan))
    results.took_s = round(perf_counter() - started, 1)
    return results


@contextmanager
def _unless_missing(results: Results, body: Body) -> Iterator[None]:
    """Note which checkpoint is absent, and go on without."""
    try:
        yield
    except Missing as why:
        print(f"{body.name} is absent: {why}", file=sys.stderr, flush=True)
        absent = Absent(body.name, "", str(why))
        results.absent += [absent] if absent not in results.absent else []


def _write(results: Results, file: Path) -> None:
    if file != _OURS:
        file.write_text(draw(results), "utf-8")
        return
    page = pages.page_of(results.machine["flags"])
    page.write_text(draw(results, pages.remarks_of(page)), "utf-8")
    pages.INDEX.write_text(pages.index(), "utf-8")


def _json(results: Results) -> str:
    goals = [asdict(each) | {"is_met": each.is_met} for each in targets(results)]
    return json.dumps(asdict(results) | {"targets": goals}, indent=1, ensure_ascii=False)


def _plan(arguments: argparse.Namespace, cores: Sequence[int], work: Path) -> Plan:
    bodies = TINY if arguments.quick else BODIES
    chosen = arguments.checkpoints or ([MINILM] if arguments.quick else list(bodies))
    contenders = [CONTENDERS[name] for name in arguments.contenders]
    other = arguments.infinity_python or sys.executable
    return Plan(
        contenders=[
            replace(each, python=other) if each.name == INFINITY else each for each in contenders
        ],
        bodies=[bodies[name] for name in chosen],
        callers=arguments.callers or (_QUICK_CALLERS if arguments.quick else CALLERS),
        rounds=arguments.rounds or (1 if arguments.quick else 3),
        cores=cores,
        work=work,
        is_quick=arguments.quick,
        is_whole=arguments.whole,
        ways_of=_rounded(arguments),
        data=arguments.data,
    )


def _rounded(arguments: argparse.Namespace) -> list[Body]:
    real = TINY if arguments.quick else BODIES
    known = {body.name: body for body in ROUNDED} | {name: real[name] for name in REAL}
    by_default = () if arguments.quick else known
    chosen = by_default if arguments.ways is None else arguments.ways
    return [known[name] for name in chosen]


def _arguments(words: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.serving", description=__doc__)
    add = parser.add_argument
    add("--json", action="store_true", help="print everything for machines")
    add("--write", type=Path, nargs="?", const=_OURS, help="write FILE, or our page")
    add("--quick", action="store_true", help="tiny checkpoints, few texts: does it run at all?")
    add("--whole", action="store_true", help="also what takes minutes and no target is about")
    add("--rounds", type=int, help="3, quick 1")
    add("--cores", type=int, default=2, help="everything runs on so many")
    add("--checkpoints", nargs="+", choices=BODIES, help=f"{', '.join(REAL)} need {PACKAGE}")
    ways_of = [*BUNDLED, *REAL]
    add("--ways", nargs="*", choices=ways_of, help="compare ways to round these; by default all")
    add("--data", type=Path, help="public files: trec_train.csv.gz, ynat_dev.csv.gz and others")
    add("--callers", nargs="+", type=int, choices=CALLERS)
    add("--contenders", nargs="+", choices=CONTENDERS, default=list(DEFAULT))
    add("--infinity-python", help="of an environment that has infinity-emb")
    add("--no-starts", action="store_true", help="leave out the first answers")
    add("--work", type=Path, help="keep what is made here for the next run")
    return parser.parse_args(words)


@contextmanager
def _work_folder(chosen: Path | None) -> Iterator[Path]:
    if chosen is None:
        with tempfile.TemporaryDirectory() as folder:
            yield Path(folder)
    else:
        chosen.mkdir(parents=True, exist_ok=True)
        yield chosen.resolve()


if __name__ == "__main__":
    main()
