"""What becomes of a model that learns from people who mean harm: does it take the live one's place?

Texts are drawn words, forty people vote on them (benchmarks/labelling/crowd.py), what they agree on
is found by the functions that Tokki finds it by, a small classifier learns from it, and the gate
judges it beside one that learned from clean labels.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from benchmarks.figures.report import Figure, Report, mean, percent
from benchmarks.labelling import crowd
from benchmarks.labelling.consensus import majority
from handlers.learning.gate.answers import Answers, Paired
from handlers.learning.gate.verdict import Verdict, judge
from handlers.learning.shares import Contribution, beyond_their_share
from handlers.learning.votes.outcomes import Gold, Vote, outcomes

LABELS = 7
CLEAN, TEXTS, FRESH = 500, 1_000, 2_000
"""Texts that the live model learned from, that people label, and by which the truth is told."""
MANY_TEXTS = 4_000
"""Enough for a better model, where people are honest."""
TESTED = 0.2
FLOODER, FLOODED = "flooder", 0.8
_OWN_WORDS, _COMMON_WORDS, _LENGTH, _OWN = 60, 400, 9, 0.3
_NAMES = tuple(str(label) for label in range(LABELS))

Votes = Sequence[Vote]
Attack = Callable[[np.random.Generator, Sequence[int], np.ndarray], Votes]


@dataclass(frozen=True)
class Outcome:
    """What came of one attack."""

    promoted: bool
    believed: bool
    """Whether majority and "more often right" would have let it answer."""
    accuracy: float
    """Of the new model, on fresh texts."""
    live: float
    """Of the live one."""


def measure(report: Report) -> None:
    """Each attack, and nothing but honest people."""
    attacks: Mapping[str, tuple[Attack, int]] = {
        "the flood: one person gives 80 % of the labels, all of one class": (_flood, TEXTS),
        "5 of 40 collude and call a class another": (_colluders, TEXTS),
        "all labels that are learned from are of the next class": (_flipped, TEXTS),
        "honest people, four times as many texts": (_honest, MANY_TEXTS),
    }
    for name, (attack, count) in attacks.items():
        is_welcome = attack is _honest
        found = [_outcome(attack, count, seed) for seed in report.seeds]
        passed, believed = mean([x.promoted for x in found]), mean([x.believed for x in found])
        new, live = mean([x.accuracy for x in found]), mean([x.live for x in found])
        report.figures.append(
            Figure(
                f"{name}: promoted",
                f"{percent(passed)} %",
                f"majority, new > old {percent(believed)} %",
                "100 %" if is_welcome else "0 %",
                passed == is_welcome,
                f"accuracy {percent(live)} % before, {percent(new)} % of the new one",
            )
        )


def _outcome(attack: Attack, count: int, seed: int) -> Outcome:
    chance = np.random.default_rng(seed)
    texts, truth = _drawn(chance, CLEAN + count + FRESH)
    live = _learned(texts[:CLEAN], truth[:CLEAN], np.ones(CLEAN))
    asked, right = texts[CLEAN : CLEAN + count], truth[CLEAN : CLEAN + count]
    fresh, sure = texts[CLEAN + count :], truth[CLEAN + count :]
    is_tested = chance.random(count) < TESTED
    votes = attack(chance, right.tolist(), is_tested)
    gold, counted = _gold(votes, is_tested), majority(votes, count)
    ours, theirs = (_new(asked, labels, is_tested) for labels in (gold, _sure(counted)))
    return Outcome(
        promoted=_judged(asked, gold, is_tested, live, ours) is Verdict.BETTER,
        believed=_is_more_often_right(asked, counted, is_tested, live, theirs),
        accuracy=_accuracy(ours, fresh, sure),
        live=_accuracy(live, fresh, sure),
    )


def _drawn(chance: np.random.Generator, count: int) -> tuple[list[str], np.ndarray]:
    """Texts of words, of which three in ten are the label's own."""
    truth = chance.integers(LABELS, size=count)
    is_own = chance.random((count, _LENGTH)) < _OWN
    own = truth[:, np.newaxis] * _OWN_WORDS + chance.integers(_OWN_WORDS, size=is_own.shape)
    common = LABELS * _OWN_WORDS + chance.integers(_COMMON_WORDS, size=is_own.shape)
    words = np.where(is_own, own, common)
    return [" ".join(f"word{one}" for one in row) for row in words], truth


def _honest(chance: np.random.Generator, truth: Sequence[int], _tested: np.ndarray) -> Votes:
    return crowd.votes(chance, crowd.gathered(chance), truth, LABELS, 3)


def _colluders(chance: np.random.Generator, truth: Sequence[int], _tested: np.ndarray) -> Votes:
    return crowd.votes(chance, crowd.gathered(chance, 5), truth, LABELS, 3)


def _flood(chance: np.random.Generator, truth: Sequence[int], tested: np.ndarray) -> Votes:
    """One person calls most texts the first label; the others label what is left, and check it."""
    honest = _honest(chance, truth, tested)
    is_flooded = chance.random(len(truth)) < FLOODED
    kept = [one for one in honest if one.example >= len(truth) or not is_flooded[one.example]]
    return kept + [Vote(int(n), FLOODER, ("0",)) for n in np.flatnonzero(is_flooded)]


def _flipped(chance: np.random.Generator, truth: Sequence[int], tested: np.ndarray) -> Votes:
    """As where a column of a file was moved: what measures is labelled by people all the same."""
    told = [
        right if is_tested else (right + 1) % LABELS
        for right, is_tested in zip(truth, tested, strict=True)
    ]
    return _honest(chance, told, tested)


Labels = Mapping[int, tuple[int, float]]
"""The label of each text, and how much it counts."""


def _gold(votes: Votes, tested: np.ndarray) -> Labels:
    """What is gold, without what somebody supplies too much of."""
    found = {
        number: one
        for number, one in outcomes(votes, LABELS, 2).items()
        if isinstance(one, Gold) and number < len(tested)
    }
    people: dict[int, set[str]] = {number: set() for number in found}
    for vote in votes:
        if vote.example in found and vote.answer == found[vote.example].answer:
            people[vote.example].add(vote.user)
    beyond = beyond_their_share(
        [
            Contribution(number, one.answer[0], frozenset(people[number]))
            for number, one in found.items()
            if not tested[number]
        ]
    )
    return {
        number: (int(one.answer[0]), one.posterior)
        for number, one in found.items()
        if number not in beyond
    }


def _sure(labels: Mapping[int, int]) -> Labels:
    return {number: (label, 1.0) for number, label in labels.items()}


def _new(texts: Sequence[str], labels: Labels, tested: np.ndarray) -> object:
    learned = [number for number in labels if not tested[number]]
    given, weight = zip(*(labels[number] for number in learned), strict=True)
    return _learned([texts[number] for number in learned], np.array(given), np.array(weight))


def _learned(texts: Sequence[str], labels: np.ndarray, weight: np.ndarray) -> object:
    from sklearn.feature_extraction.text import TfidfVectorizer  # noqa: PLC0415 - late
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415
    from sklearn.pipeline import make_pipeline  # noqa: PLC0415

    model = make_pipeline(TfidfVectorizer(), LogisticRegression(C=10, max_iter=300))
    return model.fit(texts, labels, logisticregression__sample_weight=weight)


def _answers(model: object, texts: Sequence[str]) -> Answers:
    told = model.predict_proba(texts)  # type: ignore[attr-defined]
    return Answers(model.classes_[told.argmax(axis=1)], told.max(axis=1))  # type: ignore[attr-defined]


def _judged(
    texts: Sequence[str], labels: Labels, tested: np.ndarray, live: object, new: object
) -> Verdict:
    """The gate's word, by what people who were asked blindly agree on."""
    measured = [number for number in labels if tested[number]]
    asked = [texts[number] for number in measured]
    truth = np.array([labels[number][0] for number in measured])
    return judge(Paired(truth, _answers(live, asked), _answers(new, asked), _NAMES)).verdict


def _is_more_often_right(
    texts: Sequence[str],
    labels: Mapping[int, int],
    tested: np.ndarray,
    live: object,
    new: object,
) -> bool:
    measured = [number for number in labels if tested[number]]
    asked, truth = [texts[number] for number in measured], [labels[n] for n in measured]
    scores = [_accuracy(model, asked, np.array(truth)) for model in (new, live)]
    return scores[0] > scores[1]


def _accuracy(model: object, texts: Sequence[str], truth: np.ndarray) -> float:
    return float((_answers(model, texts).labels == truth).mean())
