"""`head`: a logistic regression on the features of a frozen body, in seconds.

Letters (`models.finetune.recipes.letters`) go beside it where rows that neither has seen are
answered better by both. A base that knows the labels may also stay as it is, with letters beside
it: a small network forgets more than a thousand texts teach it. Which base, how free the regression
is and how much the letters count is found out by cross-validation on the train side, and so is how
to read the probabilities.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from models.checkpoints.certainty.calibration import CONFIG_KEY, Calibration, read_calibration
from models.checkpoints.certainty.letters import write_letters
from models.checkpoints.files import read_config
from models.finetune.checks import checkpoint_in
from models.finetune.network.checkpoint import TrainableClassifier, save
from models.finetune.network.frozen import features, give_means, put_head
from models.finetune.network.loop import predict
from models.finetune.network.words import take_over_words
from models.finetune.plan import Base
from models.finetune.quality.calibrating import Judged, calibrate, fit_temperature, surprise
from models.finetune.quality.reading import settle
from models.finetune.recipes.beginning import begin, require_examples
from models.finetune.recipes.letters import C as C_OF_LETTERS
from models.finetune.recipes.letters import LearnedLetters, LetterGroups
from models.finetune.recipes.parts import parts_of
from models.finetune.recipes.recipe import Made, Work
from models.finetune.recipes.regression import Floats, Targets, fit, truth_of, unseen_logits

PARTS = 5
_MOST_COMPARED = 2_000
"""Rows on which choices are compared: more would take long and choose the same."""
_C, _FREEDOMS = 3.0, (0.3, 1.0, 10.0)
"""The regression's freedom at first, and what else is tried for the base that is best."""
_SHARES = (0.0, 0.5, 1.0, 1.5)
_FEWEST_TUNED = 100
"""From fewer rows only the base is chosen: choosing more by 48 rows cost 3 points."""
_USUAL_C, _USUAL_SHARE = 10.0, 1.0
_MADE = "made of a logistic regression on the features of its body, which learned nothing"
_KEPT = "kept as it was, like its body: groups of letters beside it learned alone"


@dataclass(frozen=True)
class _Body:
    """A base with what it makes of the texts."""

    base: Base
    classifier: TrainableClassifier
    rows: Floats
    """What its last layer reads; of one that stays as it is, its logits."""
    heat: float | None = None
    """The temperature of one that stays as it is."""

    def unseen(
        self,
        rows: NDArray[np.int64],
        targets: Targets,
        parts: Sequence[NDArray[np.int64]],
        c: float,
    ) -> Floats:
        """Return the logits of rows, none of which it learned from."""
        if self.heat is not None:
            return self.rows[rows] / self.heat
        return unseen_logits(self.rows[rows], targets, parts, c)


@dataclass(frozen=True, order=True)
class _Choice:
    """What the unseen rows say for one way; the smallest surprise is the best."""

    surprise: float
    c: float
    share: float
    place: int


@dataclass(frozen=True)
class Unseen:
    """What a way to learn says of rows of the train side that it has not seen."""

    rows: NDArray[np.int64]
    """Their places in the plan's `train`."""
    by_letters: Judged
    """What letters alone say of them."""
    by_head: Judged


@dataclass(frozen=True)
class Prepared:
    """The best way to learn a head, found but not learned yet."""

    body: _Body
    choice: _Choice
    unseen: Unseen | None
    """None: there are too few rows."""
    groups: LetterGroups
    by_letters: Any
    targets: Targets
    frozen: Floats | None
    """As of `Made`."""


def head(work: Work) -> Made:
    """Learn the last layer of the best of the plan's bases, and letters beside it.

    Raises:
        TrainingError: a base cannot be read, or a label has no example.
    """
    return finish(work, prepare(work))


def prepare(work: Work) -> Prepared:
    """Find the best of the plan's bases, and how to learn from what it makes of the texts.

    Raises:
        TrainingError: a base cannot be read, or a label has no example.
    """
    plan = work.plan
    require_examples(plan)
    texts = [example.text for example in plan.train]
    bodies = [body for base in plan.bases for body in _bodies(base, texts, work)]
    groups = LetterGroups(texts, len(plan.labels))
    targets = truth_of(plan.train, len(plan.labels), is_multi_label=plan.is_multi_label)
    by_letters = groups.features(texts)
    choice, unseen = _Comparing(bodies, by_letters, targets, plan.seed).best()
    work.progress.advance()
    first = bodies[0]
    frozen = first.rows if set(first.classifier.fresh) == set(plan.labels) else None
    return Prepared(bodies[choice.place], choice, unseen, groups, by_letters, targets, frozen)


def finish(work: Work, found: Prepared) -> Made:
    """Learn from all rows, and save."""
    body, choice, plan = found.body, found.choice, work.plan
    if body.heat is None:
        learned = fit(body.rows, found.targets, choice.c)
        put_head(body.classifier, learned.weights, learned.bias)
    calibration = _calibration(body, found.unseen.by_head) if found.unseen else Calibration(rows=0)
    letters = None
    work.progress.tell("evaluating")
    save(body.classifier, body.base.folder, work.folder)
    if choice.share:
        letters = LearnedLetters.of(found.groups, found.by_letters, found.targets)
        write_letters(work.folder, letters.letters(choice.share * (body.heat or 1.0)))
    texts = [example.text for example in (*plan.train, *plan.held_out)]
    take_over_words(body.classifier, body.base.folder, work.folder, texts)
    return replace(_made(body, choice, calibration), letters=letters, frozen=found.frozen)


class _Comparing:
    """Cross-validation of the ways to learn, on the train side."""

    def __init__(
        self,
        bodies: Sequence[_Body],
        by_letters: Any,  # noqa: ANN401 - as scipy has it
        targets: Targets,
        seed: int,
    ) -> None:
        self._bodies = bodies
        self._compared = _some(targets, seed)
        self._targets = targets.of(self._compared)
        self._parts = parts_of(self._targets.classes.tolist(), PARTS, seed)
        self._by_letters = by_letters[self._compared]

    def best(self) -> tuple[_Choice, Unseen | None]:
        """Return the best way, and what it says of rows it has not seen; None: too few rows."""
        if not self._parts:
            return _Choice(float("nan"), _USUAL_C, _USUAL_SHARE, 0), None
        letters = unseen_logits(self._by_letters, self._targets, self._parts, C_OF_LETTERS)
        places = range(len(self._bodies))
        is_few = len(self._compared) < _FEWEST_TUNED
        shares = (_USUAL_SHARE,) if is_few else _SHARES
        c = _USUAL_C if is_few else _C
        first = min(each for at in places for each in self._choices(letters, at, c, shares))
        choice = first
        if self._bodies[first.place].heat is None and not is_few:
            others = (self._choices(letters, first.place, c, shares) for c in _FREEDOMS)
            choice = min(first, *(each for some in others for each in some))
        both = self._unseen(choice.place, choice.c) + choice.share * letters
        return choice, Unseen(self._compared, self._judged(letters), self._judged(both))

    def _choices(
        self, letters: Floats, place: int, c: float, shares: Sequence[float]
    ) -> Iterator[_Choice]:
        logits = self._unseen(place, c)
        for share in shares:
            judged = self._judged(logits + share * letters)
            yield _Choice(surprise(judged, fit_temperature(judged)), c, share, place)

    def _unseen(self, place: int, c: float) -> Floats:
        return self._bodies[place].unseen(self._compared, self._targets, self._parts, c)

    def _judged(self, logits: Floats) -> Judged:
        truth = torch.from_numpy(self._targets.truth)
        return Judged(torch.from_numpy(logits), truth, self._targets.is_multi_label)


def _bodies(base: Base, texts: Sequence[str], work: Work) -> Iterator[_Body]:
    classifier, _ = begin(work.plan, base)
    if not classifier.fresh:
        logits = predict(classifier.model, classifier.encode(texts), padding=classifier.padding)
        yield _Body(base, classifier, logits.double().numpy(), _heat(base))
        classifier, _ = begin(work.plan, base)
    give_means(classifier)
    yield _Body(base, classifier, features(classifier, texts, work.progress.advance))


def _heat(base: Base) -> float:
    config = read_config(checkpoint_in(base.folder, base.name))
    return read_calibration(config.get(CONFIG_KEY)).temperature


def _calibration(body: _Body, unseen: Judged) -> Calibration:
    """How to read it: what stays as it is gives its own logits, and the letters are as hot."""
    heat = body.heat or 1.0
    if not unseen.is_multi_label:
        found = calibrate(unseen)
        return replace(found, temperature=found.temperature * heat)
    return settle(body.classifier, replace(unseen, logits=unseen.logits * heat))


def _made(body: _Body, choice: _Choice, calibration: Calibration) -> Made:
    return Made(
        origin=_MADE if body.heat is None else _KEPT,
        final_loss=choice.surprise,
        facts={
            **({} if body.heat else {"Regression's C": choice.c}),
            "Share of the letters": choice.share,
        },
        base=body.base,
        calibration=calibration,
    )


def _some(targets: Targets, seed: int) -> NDArray[np.int64]:
    """Return which rows are compared: of each label its share."""
    classes = targets.classes.tolist()
    count = -(-len(classes) // _MOST_COMPARED)
    parts = parts_of(classes, count, seed) if count > 1 else []
    return parts[0] if parts else np.arange(len(classes))
