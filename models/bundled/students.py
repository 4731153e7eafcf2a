"""Training a classifier on what people labelled and on what a first round makes of other text.

The first students and a linear teacher label text that nobody labelled, and other wordings of it;
the last student goes on learning from that, too, and knows afterwards some of what only the
teacher knew.
"""

from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from transformers import BertForSequenceClassification, PreTrainedTokenizerFast

from models.bundled import fitting
from models.bundled.examples import Example
from models.bundled.judging import judge, logits_of
from models.bundled.precision import best_device, fastest_arithmetic
from models.bundled.rewording import reworded
from models.bundled.tasks import Pool, Task
from models.bundled.teacher import Shares, Teacher, best_mix
from models.bundled.tuning import Tuned, TuningSettings, new_classifier, tune
from models.bundled.vocabulary import load_tokenizer

_FIRST_SHARE = 0.5
"""Of the time, for the first students, where a last one follows."""
_LAST_LEARNING_RATE, _LAST_EPOCHS = 2.5e-4, 2.0

Student = BertForSequenceClassification
Figures = dict[str, Any]
Answering = Callable[[list[str]], Shares]


def train_students(task: Task, body: Path, seconds: float) -> tuple[Student, Figures]:
    """The classifier of ``task`` on ``body``, on the processor again, and how it came about."""
    tokenizer = load_tokenizer(body)
    figures: Figures = {"settings": asdict(task.settings)}
    share = _FIRST_SHARE / task.first_students if task.pools else 1.0
    firsts: list[Student] = []
    for seed in range(task.first_students):
        settings = replace(task.settings, seed=seed)
        firsts.append(new_classifier(body, task.labels, settings))
        tuned = _tune(firsts[-1], tokenizer, task, settings, seconds * share)
        figures["training"] = asdict(tuned)
    if task.pools:
        known, said = _labelled(firsts, tokenizer, task, body)
        figures |= {"students": len(firsts), "first": figures["training"], "teachers": said}
        settings = replace(task.settings, learning_rate=_LAST_LEARNING_RATE, epochs=_LAST_EPOCHS)
        last = replace(task, train=[*task.train, *known])
        tuned = _tune(firsts[0], tokenizer, last, settings, seconds * (1 - _FIRST_SHARE))
        figures["training"] = asdict(tuned)
    return firsts[0], figures


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
    firsts: list[Student], tokenizer: PreTrainedTokenizerFast, task: Task, body: Path
) -> tuple[list[Example], list[Figures]]:
    """The texts of all pools with the mean of what the first students and a teacher say of them."""
    found: list[Example] = []
    figures: list[Figures] = []
    for pool in task.pools:
        chosen = task.held_out[pool.held_out]
        students = _together(firsts, tokenizer, chosen)
        teacher = Teacher(pool.taught, task.settings.balance).shares
        figures.append({"held_out": pool.held_out, **_weighed(students, teacher, chosen)})
        texts, part = _texts(pool, body), figures[-1]["student_part"]
        shares = part * students(texts) + (1 - part) * teacher(texts)
        found += [
            Example(text, tuple(row)) for text, row in zip(texts, shares.tolist(), strict=True)
        ]
        figures[-1]["rows"] = len(texts)
        print(f"teacher: {figures[-1]}", flush=True)
    return found, figures


def _together(
    models: list[Student], tokenizer: PreTrainedTokenizerFast, chosen: list[Example]
) -> Answering:
    """The mean of what ``models`` say, each as sure as it has a right to be of ``chosen``."""
    temperatures = [
        fitting.fit_temperature(judge(model, tokenizer, chosen, is_multi_label=False))
        for model in models
    ]

    def shares(texts: list[str]) -> Shares:
        each: list[torch.Tensor] = []
        for model, temperature in zip(models, temperatures, strict=True):
            with fastest_arithmetic(model.device):
                each.append((logits_of(model, tokenizer, texts) / temperature).softmax(dim=1))
        return np.asarray(torch.stack(each).mean(dim=0).double().numpy())

    return shares


def _weighed(students: Answering, teacher: Answering, chosen: list[Example]) -> Figures:
    """How much the students count beside the teacher, and how often each is right."""
    texts, truth = [row.text for row in chosen], [row.label for row in chosen]
    learnt, known = students(texts), teacher(texts)
    part = best_mix(learnt, known, truth)
    return {
        "student_part": part,
        "students_accuracy": _accuracy(learnt, truth),
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
