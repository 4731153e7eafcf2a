"""Training a classifier on what people labelled and on what a first round makes of other text.

The student and a linear teacher together label text that nobody labelled, and other wordings of
it; the student goes on learning from that, too, and knows afterwards some of what only the teacher
knew.
"""

import json
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
from torch import Tensor
from transformers import BertForSequenceClassification, PreTrainedTokenizerFast

from models.bundled import fitting
from models.bundled.checkpoints import FIGURES
from models.bundled.examples import Example
from models.bundled.judging import judge, logits_of
from models.bundled.precision import best_device, fastest_arithmetic
from models.bundled.rewording import reworded
from models.bundled.tasks import Pool, Task
from models.bundled.teacher import Shares, Teacher, best_mix
from models.bundled.tuning import Tuned, TuningSettings, new_classifier, tune
from models.bundled.vocabulary import load_tokenizer

_FIRST_SHARE = 0.5
"""Of the time, for the labelled rows alone, where more text follows."""
_LAST_LEARNING_RATE, _LAST_EPOCHS = 2.5e-4, 2.0
NEW_PARTS = (1.0, 0.75, 0.5)
"""Of the weights after that, beside those before."""

Student = BertForSequenceClassification
Figures = dict[str, Any]
Weights = dict[str, Tensor]
Answering = Callable[[list[str]], Shares]


def train_students(task: Task, body: Path, seconds: float) -> tuple[Student, Figures]:
    """The classifier of ``task`` on ``body``, on the processor again, and how it came about."""
    tokenizer = load_tokenizer(body)
    model = new_classifier(body, task.labels, task.settings)
    share = _FIRST_SHARE if task.pools else 1.0
    tuned = asdict(_tune(model, tokenizer, task, task.settings, seconds * share))
    figures: Figures = {"settings": asdict(task.settings), "training": tuned}
    if task.pools:
        figures |= {"first": tuned, **_learn_more(model, task, body, seconds * (1 - share))}
    return model, figures


def train_further(
    task: Task, body: Path, finished: Path, seconds: float
) -> tuple[Student, Figures]:
    """The classifier in ``finished`` as the first student of another round."""
    model = new_classifier(finished, task.labels, task.settings)
    model.cpu()
    figures = json.loads((finished / FIGURES).read_text(encoding="utf-8"))
    kept = ("settings", "training", "first", "before")
    return model, {
        **{key: figures[key] for key in kept if key in figures},
        "before": [*figures.get("before", ()), figures["training"]],
        **_learn_more(model, task, body, seconds),
    }


def _learn_more(model: Student, task: Task, body: Path, seconds: float) -> Figures:
    """Teach ``model`` the pools, labelled by itself and a linear teacher, beside its own rows."""
    tokenizer = load_tokenizer(body)
    known, said = _labelled(model, tokenizer, task, body)
    settings = replace(task.settings, learning_rate=_LAST_LEARNING_RATE, epochs=_LAST_EPOCHS)
    last = replace(task, train=[*task.train, *known])
    start = {name: weight.clone() for name, weight in model.state_dict().items()}
    tuned = asdict(_tune(model, tokenizer, last, settings, seconds))
    return {"teachers": said, "training": tuned, "new_part": average(model, start, tokenizer, task)}


def average(
    model: Student, start: Weights, tokenizer: PreTrainedTokenizerFast, task: Task
) -> float:
    """Mix the weights with those of the ``start``, in the share that makes held-out rows likeliest.

    Between the two lies a model that has forgotten less (Wortsman et al., 2022). The same rows
    decide for every share, and each set of them counts alike.
    """
    end = {name: weight.clone() for name, weight in model.state_dict().items()}

    def surprise(part: float) -> float:
        model.load_state_dict({name: start[name].lerp(end[name], part) for name in end})
        judged = [judge(model, tokenizer, rows, False) for rows in task.held_out.values()]
        return sum(fitting.surprise(each, fitting.fit_temperature(each)) for each in judged)

    best = min(NEW_PARTS, key=surprise)
    model.load_state_dict({name: start[name].lerp(end[name], best) for name in end})
    return best


def _tune(
    model: Student,
    tokenizer: PreTrainedTokenizerFast,
    task: Task,
    settings: TuningSettings,
    seconds: float,
) -> Tuned:
    print(f"{task.name}: {len(task.train)} rows", flush=True)
    model.to(best_device())  # type: ignore[arg-type]
    tuned = tune(model, tokenizer, task.train, settings, seconds)
    model.cpu()
    return tuned


def _labelled(
    first: Student, tokenizer: PreTrainedTokenizerFast, task: Task, body: Path
) -> tuple[list[Example], list[Figures]]:
    """The texts of all pools with the mean of what the first student and a teacher say of them."""
    found: list[Example] = []
    figures: list[Figures] = []
    for pool in task.pools:
        chosen = task.held_out[pool.held_out]
        student = _calibrated(first, tokenizer, chosen)
        teacher = Teacher(pool.taught, task.settings.balance).shares
        figures.append({"held_out": pool.held_out, **_weighed(student, teacher, chosen)})
        texts, part = _texts(pool, body), figures[-1]["student_part"]
        shares = part * student(texts) + (1 - part) * teacher(texts)
        found += [
            Example(text, tuple(row)) for text, row in zip(texts, shares.tolist(), strict=True)
        ]
        figures[-1]["rows"] = len(texts)
        print(f"teacher: {figures[-1]}", flush=True)
    return found, figures


def _calibrated(
    model: Student, tokenizer: PreTrainedTokenizerFast, chosen: list[Example]
) -> Answering:
    """What ``model`` says, as sure of it as it has a right to be of ``chosen``."""
    temperature = fitting.fit_temperature(judge(model, tokenizer, chosen, is_multi_label=False))

    def shares(texts: list[str]) -> Shares:
        with fastest_arithmetic(model.device):
            logits = logits_of(model, tokenizer, texts)
        return np.asarray((logits / temperature).softmax(dim=1).double().numpy())

    return shares


def _weighed(student: Answering, teacher: Answering, chosen: list[Example]) -> Figures:
    """How much the student counts beside the teacher, and how often each is right."""
    texts, truth = [row.text for row in chosen], [row.label for row in chosen]
    learnt, known = student(texts), teacher(texts)
    part = best_mix(learnt, known, truth)
    return {
        "student_part": part,
        "student_accuracy": _accuracy(learnt, truth),
        "accuracy": _accuracy(known, truth),
        "together_accuracy": _accuracy(part * learnt + (1 - part) * known, truth),
    }


def _texts(pool: Pool, body: Path) -> list[str]:
    """The texts of ``pool``, and other wordings of them and of what the teacher learnt."""
    known = [*(row.text for row in pool.taught), *pool.texts]
    others = (reworded(body, known, seed) for seed in range(pool.rewordings))
    return [*pool.texts, *(text for texts in others for text in texts)]


def _accuracy(shares: Shares, truth: list[int]) -> float:
    return float((shares.argmax(axis=1) == np.array(truth)).mean())
