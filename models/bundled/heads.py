"""The two classifiers on top of the shared body."""

import contextlib
import copy
import time
from dataclasses import dataclass, replace
from pathlib import Path

import torch
from transformers import BertForSequenceClassification, PreTrainedTokenizerFast

from models.bundled.examples import (
    SENTIMENTS,
    TOPICS,
    Example,
    read_examples,
    read_polarity,
    split,
    without,
)
from models.bundled.plain import ENGLISH, KOREAN, plain_sentences
from models.bundled.precision import fastest_arithmetic
from models.bundled.wordpiece import encode
from models.finetune.loop import LoopSettings, StepReport, predict, train_classifier
from models.finetune.metrics import Metrics, measure

_MAX_TRAIN_LENGTH = 128
_HELD_OUT = 2000
_ENGLISH_REPEATS = 2
_PLAIN_SENTENCES = 6000
_PROBE_STEPS = 36
_FEWEST_EPOCHS = 0.02
_CAUTION = 0.95
_REPORT_EVERY = 100


@dataclass(frozen=True)
class Task:
    """What one classifier learns and is measured on."""

    name: str
    labels: tuple[str, ...]
    train: list[Example]
    held_out: dict[str, list[Example]]
    tests: dict[str, list[Example]]
    settings: LoopSettings
    """``epochs`` is the most that is useful; time may allow fewer."""


def sentiment_task(data: Path) -> Task:
    """Korean film reviews, English remarks and our own plain sentences."""
    tests = {
        "nsmc_test": read_examples(data / "nsmc_test.csv.gz"),
        "go_emotions_test": read_polarity(data / "go_emotions_test.csv.gz"),
        "sst2_dev": read_examples(data / "sst2_dev.csv.gz"),
        "sst2_test": read_examples(data / "sst2_test.csv.gz"),
    }
    measured = [example for rows in tests.values() for example in rows]
    reviews = without(read_examples(data / "nsmc_train.csv.gz"), measured)
    remarks = without(read_polarity(data / "go_emotions_train.csv.gz"), measured)
    korean, korean_held_out = split(reviews, _HELD_OUT)
    english, english_held_out = split(remarks, _HELD_OUT)
    plain = [
        *plain_sentences(KOREAN, _PLAIN_SENTENCES),
        *plain_sentences(ENGLISH, _PLAIN_SENTENCES),
    ]
    return Task(
        name="sentiment",
        labels=SENTIMENTS,
        train=[*korean, *english * _ENGLISH_REPEATS, *without(plain, measured)],
        held_out={"nsmc": korean_held_out, "go_emotions": english_held_out},
        tests=tests,
        settings=LoopSettings(epochs=3, batch_size=64, learning_rate=5e-4, warmup_share=0.06),
    )


def topics_task(data: Path) -> Task:
    """Korean news headlines."""
    tests = {"ynat_dev": read_examples(data / "ynat_dev.csv.gz")}
    headlines = without(read_examples(data / "ynat_train.csv.gz"), tests["ynat_dev"])
    train, held_out = split(headlines, _HELD_OUT)
    return Task(
        name="topics",
        labels=TOPICS,
        train=train,
        held_out={"ynat": held_out},
        tests=tests,
        settings=LoopSettings(epochs=4, batch_size=64, learning_rate=5e-4, warmup_share=0.06),
    )


@dataclass(frozen=True)
class Outcome:
    """A trained classifier's figures."""

    rows: int
    epochs: float
    seconds: float
    held_out: dict[str, Metrics]
    tests: dict[str, Metrics]


def new_classifier(
    body: Path, labels: tuple[str, ...], seed: int = 0
) -> BertForSequenceClassification:
    """The body with an untrained head that knows its label names."""
    torch.manual_seed(seed)
    return BertForSequenceClassification.from_pretrained(
        body,
        num_labels=len(labels),
        id2label=dict(enumerate(labels)),
        label2id={label: number for number, label in enumerate(labels)},
        dtype=torch.float32,
        use_safetensors=True,
    )


def train_head(
    model: BertForSequenceClassification,
    tokenizer: PreTrainedTokenizerFast,
    task: Task,
    seconds: float,
) -> Outcome:
    """Train within ``seconds``, then measure."""
    started = time.monotonic()
    encodings = encode(tokenizer, [example.text for example in task.train], _MAX_TRAIN_LENGTH)
    targets = [example.label for example in task.train]
    left = seconds - (time.monotonic() - started)
    affordable = _affordable_epochs(model, encodings, targets, task.settings, left)
    settings = replace(task.settings, epochs=min(task.settings.epochs, affordable))
    with fastest_arithmetic():
        train_classifier(
            model, encodings, targets, settings, _Printer(task.name), pad_id=tokenizer.pad_token_id
        )
    spent = time.monotonic() - started
    return Outcome(
        rows=len(task.train),
        epochs=round(settings.epochs, 3),
        seconds=spent,
        held_out=_measure_all(model, tokenizer, task, task.held_out),
        tests=_measure_all(model, tokenizer, task, task.tests),
    )


class _Printer:
    """Prints a line now and then."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._loss = 0.0

    def __call__(self, report: StepReport) -> None:
        self._loss += (report.loss - self._loss) / min(report.step, _REPORT_EVERY)
        if report.step % _REPORT_EVERY == 0:
            print(
                f"{self._name} step {report.step}/{report.total_steps} "
                f"loss {self._loss:.3f} after {report.elapsed_s:.0f} s",
                flush=True,
            )


class _EnoughError(Exception):
    """The probe has seen what it needs."""


def _affordable_epochs(
    model: BertForSequenceClassification,
    encodings: list[list[int]],
    targets: list[int],
    settings: LoopSettings,
    seconds: float,
) -> float:
    """How many passes fit into ``seconds``, by timing some steps on a copy of the model."""
    reports: list[StepReport] = []

    def probe(report: StepReport) -> None:
        reports.append(report)
        if report.step == _PROBE_STEPS:
            raise _EnoughError

    with contextlib.suppress(_EnoughError), fastest_arithmetic():
        train_classifier(copy.deepcopy(model), encodings, targets, settings, probe, pad_id=0)
    warm, last = reports[len(reports) // 3], reports[-1]
    per_step = (last.elapsed_s - warm.elapsed_s) / max(1, last.step - warm.step)
    per_epoch = per_step * last.total_steps / settings.epochs
    return max(_FEWEST_EPOCHS, _CAUTION * (seconds - last.elapsed_s) / per_epoch)


def _measure_all(
    model: BertForSequenceClassification,
    tokenizer: PreTrainedTokenizerFast,
    task: Task,
    sets: dict[str, list[Example]],
) -> dict[str, Metrics]:
    return {name: _measure(model, tokenizer, task.labels, rows) for name, rows in sets.items()}


def _measure(
    model: BertForSequenceClassification,
    tokenizer: PreTrainedTokenizerFast,
    labels: tuple[str, ...],
    rows: list[Example],
) -> Metrics:
    encodings = encode(tokenizer, [row.text for row in rows], model.config.max_position_embeddings)
    logits = predict(model, encodings, pad_id=tokenizer.pad_token_id)
    return measure([row.label for row in rows], logits.argmax(dim=1).tolist(), labels)
