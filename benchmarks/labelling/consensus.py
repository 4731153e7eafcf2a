"""How often what comes of the votes of a crowd is right; and what liars do to a model."""

from collections.abc import Mapping, Sequence

import numpy as np

from benchmarks.figures.report import Figure, Report, mean, percent
from benchmarks.labelling import crowd
from benchmarks.labelling.data import Rows
from benchmarks.labelling.provisional import macro_f1
from benchmarks.serving.tables import table
from handlers.learning.votes.consensus import NOTHING, Answer, Rules, Settlements
from handlers.learning.votes.counting import count
from handlers.learning.votes.outcomes import Gold, Vote, ballots_of, outcomes

LABELS = 7
TEXTS = 1000
LIARS = 5
GOALS = {2: 0.77, 3: 0.86}


def measure_accuracy(report: Report) -> None:
    """Votes on a thousand texts, of two, three and five people each."""
    lines = []
    for each in (2, 3, 5):
        found = [_accuracy(seed, each) for seed in report.seeds]
        counted, ours, settled, right = (mean(column) for column in zip(*found, strict=True))
        lines.append((str(each), *(percent(one) for one in (counted, ours, settled, right))))
        if each in GOALS:
            name = f"consensus accuracy, {each} votes a text, 15 % spammers, 40 people, long-tailed"
            goal = GOALS[each]
            rival = f"majority {percent(counted)}"
            report.figures.append(
                Figure(name, percent(ours), rival, f"{100 * goal:.0f}", ours >= goal)
            )
    titles = ("votes a text", "majority right", "ours right", "called gold", "of these right")
    report.tables.append(table(titles, lines))


def _accuracy(seed: int, each: int) -> tuple[float, float, float, float]:
    rng = np.random.default_rng(seed)
    truth = rng.integers(LABELS, size=TEXTS).tolist()
    votes = crowd.votes(rng, crowd.gathered(rng), truth, LABELS, each)
    counted = majority(votes, TEXTS)
    guessed = likeliest(votes)
    found = outcomes(votes, LABELS, 2)
    gold = {n: int(one.answer[0]) for n in range(TEXTS) if isinstance(one := found[n], Gold)}
    return (
        mean([counted.get(n) == right for n, right in enumerate(truth)]),
        mean([guessed[n] == right for n, right in enumerate(truth)]),
        len(gold) / TEXTS,
        mean([truth[n] == label for n, label in gold.items()]),
    )


def measure_liars(report: Report, rows: Rows) -> None:
    """A model that learned from the gold of a crowd in which five call one class another."""
    losses = [_losses(seed, rows) for seed in report.seeds]
    counted, ours = (mean(column) for column in zip(*losses, strict=True))
    report.figures.append(
        Figure(
            "5 of 40 colluders flip one class: points of macro-F1 that a model loses",
            f"{100 * ours:.1f}",
            f"majority {100 * counted:.1f}",
            "at most 1",
            ours <= 0.01,
            "three votes a text, against the same crowd without liars",
        )
    )


def _losses(seed: int, rows: Rows) -> tuple[float, float]:
    """What liars cost who counts, and who weighs."""
    reached: dict[tuple[bool, bool], float] = {}
    for has_liars in (False, True):
        rng = np.random.default_rng(seed)
        chosen = rng.permutation(len(rows.labels))
        learned, measured = chosen[:TEXTS], chosen[TEXTS:]
        truth = rows.labels[learned].tolist()
        people = crowd.gathered(rng, LIARS if has_liars else 0)
        votes = crowd.votes(rng, people, truth, LABELS, 3)
        found = outcomes(votes, LABELS, 2)
        gold = {n: int(one.answer[0]) for n in range(TEXTS) if isinstance(one := found[n], Gold)}
        for weighs, labels in ((False, majority(votes, TEXTS)), (True, gold)):
            known = learned[list(labels)]
            reached[has_liars, weighs] = macro_f1(rows, known, list(labels.values()), measured)
    return tuple(reached[False, weighs] - reached[True, weighs] for weighs in (False, True))  # type: ignore[return-value]


def likeliest(votes: Sequence[Vote]) -> Mapping[int, int]:
    """The answer of each text that leads, gold or not."""
    texts: dict[int, int] = {}
    answers: dict[Answer, int] = {}
    ballots = ballots_of(votes, texts, answers)
    none = Settlements(np.full(len(texts), NOTHING, np.int8), np.full(len(texts), NOTHING))
    leading = count(ballots, none, Rules(LABELS, 2)).texts.answer
    names = [*answers]
    asked = {vote.example for vote in votes if not vote.is_check}
    return {text: int(names[leading[place]][0]) for text, place in texts.items() if text in asked}  # type: ignore[index]


def majority(votes: Sequence[Vote], texts: int) -> dict[int, int]:
    """What most people say of each text; of a tie, nothing."""
    counts = np.zeros((texts, LABELS))
    for vote in votes:
        if vote.example < texts:
            counts[vote.example, int(vote.answer[0])] += 1  # type: ignore[index]
    is_alone = (counts == counts.max(axis=1, keepdims=True)).sum(axis=1) == 1
    return {int(n): int(counts[n].argmax()) for n in np.flatnonzero(is_alone)}
