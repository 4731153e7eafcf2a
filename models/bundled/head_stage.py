"""From the body and a task to a calibrated classifier."""

from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import torch
from transformers import BertForSequenceClassification, PreTrainedTokenizerFast

from models.bundled import fitting
from models.bundled.checkpoints import copy_tokenizer, save_checkpoint, training_place
from models.bundled.examples import Example
from models.bundled.fitting import Judged
from models.bundled.judging import judge, logits_of
from models.bundled.precision import best_device, fastest_arithmetic
from models.bundled.tasks import Task
from models.bundled.teacher import Teacher, best_mix
from models.bundled.tuning import Tuned, new_classifier, tune
from models.bundled.vocabulary import load_tokenizer
from models.calibration import CONFIG_KEY
from models.finetune.metrics import measure

_FIRST_SHARE = 0.5
"""Of the time, for the first student, where a second one follows."""
_SECOND_LEARNING_RATE = 2.5e-4


def head_stage(task: Task, body: Path, folder: Path, seconds: float) -> None:
    """Train, calibrate, measure and save."""
    tokenizer = load_tokenizer(body)
    model = new_classifier(body, task.labels, task.settings)
    figures: dict[str, Any] = {"settings": asdict(task.settings)}
    if task.unlabelled:
        figures["first"] = asdict(_tune(model, tokenizer, task, task.train, seconds * _FIRST_SHARE))
        taught, figures["teacher"] = _taught(model, tokenizer, task)
        task = replace(
            task,
            train=[*task.train, *taught],
            settings=replace(task.settings, learning_rate=_SECOND_LEARNING_RATE),
        )
        seconds *= 1 - _FIRST_SHARE
    figures["training"] = asdict(_tune(model, tokenizer, task, task.train, seconds))
    model.cpu()
    model.set_attn_implementation("sdpa")
    model.half().float()  # type: ignore[no-untyped-call]  # measure what will be on disk
    figures |= _measured(model, tokenizer, task)
    figures |= {"parameters": model.num_parameters(), **training_place()}
    setattr(model.config, CONFIG_KEY, figures["calibration"])
    copy_tokenizer(body, folder)
    save_checkpoint(model, folder, figures)


def _tune(
    model: BertForSequenceClassification,
    tokenizer: PreTrainedTokenizerFast,
    task: Task,
    examples: list[Example],
    seconds: float,
) -> Tuned:
    print(f"{task.name}: {len(examples)} rows", flush=True)
    return tune(model, tokenizer, examples, task.settings, seconds)


def _taught(
    model: BertForSequenceClassification, tokenizer: PreTrainedTokenizerFast, task: Task
) -> tuple[list[Example], dict[str, Any]]:
    """The unlabelled text with the mean of what student and linear teacher say of it."""
    teacher = Teacher(task.taught, task.settings.balance)
    model.cpu()
    chosen = next(iter(task.held_out.values()))
    judged = judge(model, tokenizer, chosen, task.settings.is_multi_label)
    temperature = fitting.fit_temperature(judged)
    said = teacher.shares([row.text for row in chosen])
    part = best_mix(
        judged.shares(temperature).double().numpy(), said, [row.label for row in chosen]
    )
    with fastest_arithmetic(model.device):
        logits = logits_of(model, tokenizer, task.unlabelled)
    mixed = part * (logits / temperature).softmax(dim=1).double().numpy()
    mixed += (1 - part) * teacher.shares(task.unlabelled)
    right = [row.label == int(answer) for row, answer in zip(chosen, said.argmax(1), strict=True)]
    figures = {
        "seconds": teacher.seconds,
        "student_part": part,
        "accuracy": sum(right) / len(right),
        "rows": len(task.unlabelled),
    }
    print(f"teacher: {figures}", flush=True)
    model.to(best_device())  # type: ignore[arg-type]
    targets = [tuple(map(float, row)) for row in mixed]
    return [Example(*pair) for pair in zip(task.unlabelled, targets, strict=True)], figures


def _measured(
    model: BertForSequenceClassification, tokenizer: PreTrainedTokenizerFast, task: Task
) -> dict[str, Any]:
    """Temperature and thresholds from the held-out rows, and the figures of all sets."""
    is_multi_label = task.settings.is_multi_label
    held_out = {
        name: judge(model, tokenizer, rows, is_multi_label) for name, rows in task.held_out.items()
    }
    whole = Judged(
        torch.cat([each.logits for each in held_out.values()]),
        torch.cat([each.truth for each in held_out.values()]),
        is_multi_label,
    )
    temperature = fitting.fit_temperature(whole)
    calibration = {"temperature": temperature}
    if is_multi_label:
        calibration["likely_from"] = fitting.best_cut(whole, temperature)
    else:
        calibration["unsure_below"] = fitting.sure_from(whole, temperature)
    tests = {
        name: judge(model, tokenizer, rows, is_multi_label) for name, rows in task.tests.items()
    }
    return {
        "calibration": calibration,
        "held_out": {name: _figures(each, task, calibration) for name, each in held_out.items()},
        "tests": {name: _figures(each, task, calibration) for name, each in tests.items()},
    }


def _figures(judged: Judged, task: Task, calibration: dict[str, float]) -> dict[str, Any]:
    temperature = calibration["temperature"]
    errors = {
        "calibration_error": fitting.calibration_error(judged, temperature),
        "uncalibrated_error": fitting.calibration_error(judged, 1.0),
    }
    if judged.is_multi_label:
        cut = calibration["likely_from"]
        micro = fitting.micro_f1(judged, temperature, cut)
        return {"rows": len(judged.truth), "micro_f1": micro, **errors}
    truth, answers = judged.truth.argmax(dim=1), judged.logits.argmax(dim=1)
    return {**asdict(measure(truth.tolist(), answers.tolist(), task.labels)), **errors}
