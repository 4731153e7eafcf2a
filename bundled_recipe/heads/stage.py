"""From the body and a task to a calibrated classifier."""

from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch
from transformers import BertForSequenceClassification, PreTrainedTokenizerFast

from bundled_recipe.body.stage import Workshop
from bundled_recipe.body.vocabulary import load_tokenizer
from bundled_recipe.checkpoints import copy_tokenizer, save_checkpoint, training_place
from bundled_recipe.heads import calibrating
from bundled_recipe.heads.judging import judge
from bundled_recipe.heads.students import train_further, train_students
from bundled_recipe.heads.tasks import Task
from models.checkpoints.certainty.calibration import CONFIG_KEY
from models.finetune.quality.calibrating import (
    Judged,
    calibration_error,
    fit_temperature,
    sure_from,
)
from models.finetune.quality.metrics import measure


def head_stage(task: Task, body: Path, shop: Workshop, seconds: float) -> None:
    """Train, calibrate, measure and save; go on from an earlier checkpoint where there is one."""
    finished, folder = shop.earlier / task.name, shop.out / task.name
    kept = shop.students / task.name
    tokenizer = load_tokenizer(body)
    if finished.exists():
        model, figures = train_further(task, body, finished, seconds)
    else:
        model, figures = train_students(task, body, kept, seconds)
    model.set_attn_implementation("sdpa")
    model.half().float()  # type: ignore[no-untyped-call]  # measure what will be on disk
    figures |= _measured(model, tokenizer, task)
    figures |= {
        "is_asked_otherwise": task.is_asked_otherwise,
        "parameters": model.num_parameters(),
        **training_place(),
    }
    setattr(model.config, CONFIG_KEY, figures["calibration"])
    copy_tokenizer(body, folder)
    save_checkpoint(model, folder, figures)


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
    if is_multi_label:
        temperature = fit_temperature(whole)
        threshold = {"likely_from": calibrating.best_cut(whole, temperature)}
    else:
        cautious = calibrating.cautious_temperature(list(held_out.values()))
        temperature = cautious if task.is_asked_otherwise else fit_temperature(whole)
        threshold = {"unsure_below": sure_from(whole, temperature)}
    calibration = {"temperature": temperature, **threshold}
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
        "calibration_error": calibration_error(judged, temperature),
        "uncalibrated_error": calibration_error(judged, 1.0),
    }
    if judged.is_multi_label:
        cut = calibration["likely_from"]
        micro = calibrating.micro_f1(judged, temperature, cut)
        return {"rows": len(judged.truth), "micro_f1": micro, **errors}
    truth, answers = judged.truth.argmax(dim=1), judged.logits.argmax(dim=1)
    return {**asdict(measure(truth.tolist(), answers.tolist(), task.labels)), **errors}
