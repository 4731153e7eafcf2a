"""How well a checkpoint labels the held-out examples."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import one_hot

from models.checkpoints.certainty.calibration import CONFIG_KEY, read_calibration
from models.finetune.network.checkpoint import TrainableClassifier, load_trained
from models.finetune.network.loop import predict
from models.finetune.network.targets import sets
from models.finetune.plan import Example, Said, Scores
from models.finetune.quality.calibrating import Judged
from models.finetune.quality.metrics import measure
from models.finetune.quality.set_answers import SetAnswers

_NONE_OF_THEM = -1
_LIKELY = 0.5
"""Of a classifier of several labels that does not say from where on one holds."""
_TIMED_TEXTS, _TRIES = 20, 3


@dataclass(frozen=True)
class Answers:
    """What a classifier said of examples."""

    logits: Tensor
    """A column for each label of the classifier's own."""
    numbers: tuple[int, ...]
    """For each column the number of its label among `labels`."""
    truth: tuple[int, ...]
    labels: tuple[str, ...]
    temperature: float = 1.0
    """By what the classifier divides its logits when it answers."""
    is_multi_label: bool = False

    def said(self, p95_ms: float) -> Said:
        """Return each row's likeliest label, and how likely it was said to be."""
        scaled = self.logits / self.temperature
        shares = scaled.sigmoid() if self.is_multi_label else scaled.softmax(dim=1)
        confidence, columns = shares.max(dim=1)
        labels = tuple(self.numbers[column] for column in columns.tolist())
        return Said(labels, tuple(confidence.tolist()), p95_ms)

    def scores(self) -> Scores:
        """Count them. An answer that is not among `labels` is a wrong one.

        F1 is given for the labels that occur among the examples, and macro-F1 is their mean, so
        that two classifiers on the same examples are averaged over the same labels.
        """
        answers = [self.numbers[column] for column in self.logits.argmax(dim=1).tolist()]
        metrics = measure(self.truth, answers, self.labels)
        f1 = {self.labels[n]: metrics.label_f1[self.labels[n]] for n in sorted(set(self.truth))}
        return Scores(metrics.accuracy, sum(f1.values()) / len(f1), f1)

    def judged(self) -> Judged:
        """Return the probabilities' side of it, of a classifier of the very labels, in order."""
        truth = one_hot(torch.tensor(self.truth), len(self.labels)).float()
        return Judged(self.logits, truth, is_multi_label=False)


def answers(
    folder: Path,
    labels: Sequence[str],
    examples: Sequence[Example],
    *,
    is_multi_label: bool = False,
) -> Answers | SetAnswers | None:
    """Ask the classifier in `folder`; None when it knows none of the labels.

    Labels are matched by name, whatever their order there. `is_multi_label`: several of them may
    hold for an example.
    """
    classifier = load_trained(folder)
    if set(labels).isdisjoint(classifier.labels):
        return None
    ours = {label: number for number, label in enumerate(labels)}
    texts = [example.text for example in examples]
    config = classifier.model.config
    calibration = read_calibration(getattr(config, CONFIG_KEY, None))
    logits = logits_of(classifier, texts)
    numbers = tuple(ours.get(name, _NONE_OF_THEM) for name in classifier.labels)
    reading = (calibration.temperature, config.problem_type == "multi_label_classification")
    if not is_multi_label:
        truth = tuple(example.label for example in examples)
        return Answers(logits, numbers, truth, tuple(labels), *reading)
    held = sets(examples, len(labels))
    likely_from = calibration.likely_from or _LIKELY
    return SetAnswers(logits, numbers, held, tuple(labels), *reading, likely_from)


def logits_of(classifier: TrainableClassifier, texts: Sequence[str]) -> Tensor:
    """Return what a classifier answers, as `models.tasks.classification` has it."""
    logits = predict(classifier.model, classifier.encode(texts), padding=classifier.padding)
    if classifier.letters is None:
        return logits
    return logits + torch.from_numpy(classifier.letters.logits(texts))


def p95_ms(folders: Sequence[Path], texts: Sequence[str]) -> list[float]:
    """Return how long each classifier computes at one text: 19 in 20 take no longer.

    It is the time of one thread, whatever else the machine does, the best of three; they take
    turns, so that what changes meanwhile changes for all of them. Some of the texts are enough.
    """
    every = max(1, len(texts) // _TIMED_TEXTS)
    classifiers = [load_trained(folder) for folder in folders]
    with _one_thread():
        best = [_best_ms(classifiers, text) for text in texts[::every][:_TIMED_TEXTS]]
    return [float(np.quantile(times, 0.95)) for times in zip(*best, strict=True)]


def _best_ms(classifiers: Sequence[TrainableClassifier], text: str) -> list[float]:
    rounds = [[_taken_ms(each, text) for each in classifiers] for _ in range(_TRIES)]
    return [min(times) for times in zip(*rounds, strict=True)]


def _taken_ms(classifier: TrainableClassifier, text: str) -> float:
    started = time.thread_time()
    logits_of(classifier, [text])
    return 1000 * (time.thread_time() - started)


@contextmanager
def _one_thread() -> Iterator[None]:
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(threads)
