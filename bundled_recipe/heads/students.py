"""Training a classifier on what people labelled and on what a first round makes of other text.

A few students, alike but for chance, and a linear teacher together label text that nobody labelled,
and other wordings of it; the first student goes on learning from that, too, and knows afterwards
some of what only the others knew.
"""

from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
from torch import Tensor
from transformers import BertForSequenceClassification, PreTrainedTokenizerFast

from bundled_recipe.body.rewording import reworded
from bundled_recipe.body.vocabulary import load_tokenizer
from bundled_recipe.checkpoints import FIGURES, read_figures, save_checkpoint
from bundled_recipe.heads.judging import judge, logits_of
from bundled_recipe.heads.tasks import Pool, Task
from bundled_recipe.heads.teacher import Shares, Teacher, best_mix
from bundled_recipe.heads.tuning import Tuned, TuningSettings, new_classifier, tune
from bundled_recipe.precision import best_device, fastest_arithmetic
from bundled_recipe.texts.examples import Example
from models.finetune.quality.calibrating import fit_temperature, surprise

_FIRST_SHARE = 0.5
"""Of the time, for the labelled rows alone, where more text follows; the students share it."""
_LAST_LEARNING_RATE, _LAST_EPOCHS = 2.5e-4, 2.0
NEW_PARTS = (1.0, 0.75, 0.5)
"""Of the weights after that, beside those before."""

Student = BertForSequenceClassification
Figures = dict[str, Any]
Weights = dict[str, Tensor]
Answering = Callable[[list[str]], Shares]


def train_students(task: Task, body: Path, kept: Path, seconds: float) -> tuple[Student, Figures]:
    """The classifier of ``task`` on ``body``, on the processor again, and how it came about.

    The first students are written into ``kept``, where a later run finds them again.
    """
    share = _FIRST_SHARE if task.pools else 1.0
    each = seconds * share / task.students
    students = [first_student(task, body, kept, each, seed) for seed in range(task.students)]
    tuned = read_figures(kept / "0")
    figures: Figures = {"settings": asdict(task.settings), "training": tuned}
    if task.pools:
        figures |= {"first": tuned, "students": task.students}
        figures |= _learn_more(students, task, body, seconds * (1 - share), figures)
    return students[0], figures


def train_further(
    task: Task, body: Path, finished: Path, seconds: float
) -> tuple[Student, Figures]:
    """The classifier in ``finished`` as the only student of another round."""
    model = new_classifier(finished, task.labels, task.settings)
    model.cpu()
    figures = read_figures(finished)
    known = ("settings", "training", "first", "before", "teachers", "students")
    figures = {key: figures[key] for key in known if key in figures}
    return model, figures | _learn_more([model], task, body, seconds, figures)


def first_student(task: Task, body: Path, kept: Path, seconds: float, seed: int) -> Student:
    """A student of the labelled rows alone; each ``seed`` makes other mistakes."""
    folder = kept / str(seed)
    if not (folder / FIGURES).exists():
        settings = replace(task.settings, seed=seed)
        model = new_classifier(body, task.labels, settings)
        tuned = _tune(model, load_tokenizer(body), task, settings, seconds)
        save_checkpoint(model, folder, asdict(tuned))
    model = new_classifier(folder, task.labels, task.settings)
    model.cpu()
    return model


def _learn_more(
    students: list[Student], task: Task, body: Path, seconds: float, figures: Figures
) -> Figures:
    """Teach the first student the pools, labelled by all and a linear teacher, beside its rows."""
    model, tokenizer = students[0], load_tokenizer(body)
    labelled, said = _labelled(students, tokenizer, task, body)
    settings = replace(task.settings, learning_rate=_LAST_LEARNING_RATE, epochs=_LAST_EPOCHS)
    last = replace(task, train=[*task.train, *labelled])
    start = {name: weight.clone() for name, weight in model.state_dict().items()}
    tuned = asdict(_tune(model, tokenizer, last, settings, seconds))
    earlier = [*figures.get("before", ()), figures["training"]] if "teachers" in figures else []
    return {
        "before": earlier,
        "teachers": said,
        "training": tuned,
        "new_part": average(model, start, tokenizer, task),
    }


def average(
    model: Student, start: Weights, tokenizer: PreTrainedTokenizerFast, task: Task
) -> float:
    """Mix the weights with those of the ``start``, in the share that makes held-out rows likeliest.

    Between the two lies a model that has forgotten less (Wortsman et al., 2022). The same rows
    decide for every share, and each set of them counts alike.
    """
    end = {name: weight.clone() for name, weight in model.state_dict().items()}

    def unlikely(part: float) -> float:
        model.load_state_dict({name: start[name].lerp(end[name], part) for name in end})
        judged = [judge(model, tokenizer, rows, False) for rows in task.held_out.values()]
        return sum(surprise(each, fit_temperature(each)) for each in judged)

    best = min(NEW_PARTS, key=unlikely)
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
    students: list[Student], tokenizer: PreTrainedTokenizerFast, task: Task, body: Path
) -> tuple[list[Example], list[Figures]]:
    """The texts of all pools with the mean of what the students and a teacher say of them."""
    found: list[Example] = []
    figures: list[Figures] = []
    for pool in task.pools:
        chosen = task.held_out[pool.held_out]
        student = _together([_calibrated(each, tokenizer, chosen) for each in students])
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
    temperature = fit_temperature(judge(model, tokenizer, chosen, is_multi_label=False))

    def shares(texts: list[str]) -> Shares:
        with fastest_arithmetic(model.device):
            logits = logits_of(model, tokenizer, texts)
        return np.asarray((logits / temperature).softmax(dim=1).double().numpy())

    return shares


def _together(answering: list[Answering]) -> Answering:
    """The mean of what several say."""

    def shares(texts: list[str]) -> Shares:
        return np.asarray(np.mean([each(texts) for each in answering], axis=0))

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
