"""What a training is asked to do, how it fares and what came of it: plain data, free of torch."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Literal, NamedTuple

TRAINED = "models/trained"
"""The folder of all that was trained, in the data folder."""


class RecipeName(StrEnum):
    """How a checkpoint comes of labels: a file each in `models.finetune.recipes`."""

    FULL = "full"
    """All weights are learned, in length buckets."""
    LOOP = "loop"
    """All weights, by a plain loop as courses write it."""
    TRAINER = "trainer"
    """All weights, by transformers' Trainer."""
    AUTO = "auto"
    """The best of the others, by cross-validation on the train side."""
    HEAD = "head"
    """A logistic regression on the features of a frozen body, in seconds."""


Phase = Literal["starting", "training", "evaluating"]


@dataclass(frozen=True, slots=True)
class Example:
    """A text with its label's index in the plan's `labels`."""

    text: str
    label: int
    """-1 where `held` tells it."""
    weight: float = 1.0
    """How much it counts beside the others, from 0 to 1."""
    held: tuple[int, ...] | None = None
    """Where several labels may hold: the indices of all that do; None: `label` alone does."""

    @property
    def labels(self) -> tuple[int, ...]:
        """The indices of the labels that hold."""
        return (self.label,) if self.held is None else self.held


@dataclass(frozen=True, slots=True)
class Examples:
    """What is learned from, and what only measures it."""

    labels: tuple[str, ...]
    train: tuple[Example, ...]
    held_out: tuple[Example, ...]
    is_multi_label: bool = False
    """Several labels may hold for a text, or none."""
    renamed: Mapping[str, str] = field(default_factory=dict)
    """What labels of the base are called by now that it knows by other names."""
    must_pass: tuple[Example, ...] = ()
    """What a model must get right, and does not learn from."""


@dataclass(frozen=True, slots=True)
class Base:
    """A checkpoint to begin from."""

    folder: Path
    name: str
    """model@version."""


@dataclass(frozen=True, slots=True)
class Tuning:
    """What somebody wants otherwise than it is usual; None: as it is."""

    learning_rate: float | None = None
    """The peak."""
    batch_size: int | None = None
    warmup: float | None = None
    """Share of the steps before the peak, from 0 to 1."""
    weight_decay: float | None = None
    max_length: int | None = None
    """Tokens of a text that are learned from."""


@dataclass(frozen=True, slots=True)
class Epoch:
    """What one epoch came to; of a tenth of the train side that nothing was learned from."""

    train_loss: float
    eval_loss: float | None = None
    eval_accuracy: float | None = None


@dataclass(frozen=True, slots=True)
class Tried:
    """A way to learn, by rows of the train side that it had not seen; from 0 to 1."""

    what: str
    """A recipe, or `tfidf`."""
    accuracy: float
    macro_f1: float
    rows: int


@dataclass(frozen=True, slots=True)
class TrainingPlan:
    """Everything that decides the outcome; the same plan on the same machine gives the same one."""

    base: Path
    """Folder of the checkpoint to begin from. A head that does not fit `labels` is made fresh."""
    base_name: str
    current: Path | None
    """Folder of the classifier to measure beside it on the held-out examples; None: none."""
    name: str
    """What the new model will be called, for its card."""
    labels: tuple[str, ...]
    train: tuple[Example, ...]
    held_out: tuple[Example, ...]
    epochs: int
    seed: int
    output: Path
    """The folder that the checkpoint becomes; it exists only once it is whole."""
    is_multi_label: bool = False
    """Several labels may hold for a text, or none: each is decided by itself."""
    renamed: Mapping[str, str] = field(default_factory=dict)
    """What labels of the base are called by now that it knows by other names."""
    recipe: RecipeName = RecipeName.FULL
    must_pass: tuple[Example, ...] = ()
    """What the new model must get right, and does not learn from."""
    others: tuple[Base, ...] = ()
    """Checkpoints that a recipe that compares bases may take in place of `base`."""
    tuning: Tuning = Tuning()

    @property
    def bases(self) -> tuple[Base, ...]:
        """Return all that may be begun from."""
        return Base(self.base, self.base_name), *self.others


@dataclass(frozen=True, slots=True)
class TrainingEstimate:
    """What a training will take, said before it starts."""

    examples: int
    steps: int
    seconds: float


@dataclass(frozen=True, slots=True)
class TrainingProgress:
    """How far a training has come. `loss` is None until the first step."""

    phase: Phase
    step: int
    steps: int
    loss: float | None
    elapsed_s: float
    remaining_s: float | None


@dataclass(frozen=True, slots=True)
class Scores:
    """A classifier on the held-out examples; all from 0 to 1."""

    accuracy: float
    macro_f1: float
    f1: dict[str, float]
    """F1 of each label that occurs."""
    micro_f1: float | None = None
    """Of all decisions together, where several labels may hold; there `accuracy` is that of
    whole sets."""


@dataclass(frozen=True, slots=True)
class Said:
    """What a classifier said of the held-out examples, in their order."""

    labels: tuple[int, ...]
    """Each answer's index in the plan's `labels`; -1 for one that is none of them."""
    confidence: tuple[float, ...]
    """How probable each answer was said to be."""
    p95_ms: float
    """Milliseconds that it computes at one of these texts, on one thread: 19 in 20 take no more."""
    held: tuple[tuple[int, ...], ...] | None = None
    """Where several labels may hold: the indices of those that it said do. `labels` has the
    likeliest then."""
    shares: tuple[tuple[float, ...], ...] | None = None
    """There, too: how probable each of the plan's labels was said to be."""


class CurvePoint(NamedTuple):
    """How good a quick model is that learned from so many of the texts."""

    texts: int
    macro_f1: float
    error: float
    """The standard error by the order of the texts."""


@dataclass(frozen=True, slots=True)
class TrainingOutcome:
    """What came of a training."""

    folder: Path
    new: Scores
    current: Scores | None
    new_said: Said
    current_said: Said | None
    final_loss: float
    seconds: float
    must_pass_said: tuple[tuple[int, ...], ...] = ()
    """What the new model said of what it must get right: the indices of the labels of each."""
    base: str = ""
    """model@version that it was begun from: of several, the best."""
    curve: tuple[CurvePoint, ...] = ()
    """By the number of texts; empty where it would tell nothing."""
    epochs: tuple[Epoch, ...] = ()
    """What each came to, of a recipe that says so."""
    tried: tuple[Tried, ...] = ()
    """Of a recipe that compares others."""
    control: Scores | None = None
    """Of letters alone on the held-out examples; None: there is nothing that they could learn."""
    recipe: str = ""
    """By which it was made: of several, the best."""
