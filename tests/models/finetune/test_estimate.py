"""The estimate: more of anything takes longer, and a broken header is told in plain words."""

import shutil
from dataclasses import replace

import pytest

from models.errors import BrokenCheckpoint, TrainingFailed
from models.finetune.network.schedule import default_epochs
from models.finetune.plan import Base, RecipeName
from models.finetune.trainer import Trainer
from models.reasons import Reason

_TO_IMPORT_TORCH_S = 5.0
"""With its first model, on two cores."""


def test_it_counts_examples_and_steps(plan):
    found = Trainer().estimate(plan)
    assert found.examples == 48
    assert found.steps == 160
    assert 1 < found.seconds < 60


def test_more_work_takes_longer(plan, make_classifier):
    trainer = Trainer()
    seconds = trainer.estimate(plan).seconds
    longer = tuple(replace(row, text=row.text * 50) for row in plan.train)
    assert trainer.estimate(replace(plan, epochs=40)).seconds > seconds
    assert trainer.estimate(replace(plan, train=plan.train * 2)).seconds > seconds
    assert trainer.estimate(replace(plan, train=longer)).seconds > seconds
    assert trainer.estimate(replace(plan, current=make_classifier(("a", "b")))).seconds > seconds
    assert default_epochs(len(plan.train)) > 3


def test_each_model_that_is_read_takes_time(plan, make_classifier):
    trainer, other = Trainer(), make_classifier(("a", "b"))
    alone = replace(plan, recipe=RecipeName.HEAD, current=None)
    compared = replace(alone, others=(Base(other, "other@0"),))
    assert trainer.estimate(compared).seconds > trainer.estimate(alone).seconds
    assert trainer.estimate(alone).seconds > _TO_IMPORT_TORCH_S


@pytest.mark.parametrize(
    ("weights", "why"),
    [
        (b"", Reason.WEIGHTS_HEADER_UNREADABLE),
        (b"\0" * 7, Reason.WEIGHTS_HEADER_UNREADABLE),
        (b"\xff" * 64, Reason.WEIGHTS_NO_SAFETENSORS),
        (b"\2\0\0\0\0\0\0\0[]", Reason.WEIGHTS_HEADER_UNREADABLE),
        (b"\4\0\0\0\0\0\0\0null", Reason.WEIGHTS_HEADER_UNREADABLE),
        (None, Reason.WEIGHTS_MISSING),
    ],
)
def test_a_broken_header(plan, tmp_path, weights, why):
    base = tmp_path / "broken"
    base.mkdir()
    if weights is not None:
        (base / "model.safetensors").write_bytes(weights)
    shutil.copyfile(plan.base / "config.json", base / "config.json")
    with pytest.raises(BrokenCheckpoint) as caught:
        Trainer().estimate(replace(plan, base=base))
    assert caught.value.facts == {"name": "fillmask@0", "reason": why}


def test_a_head_of_something_else_is_refused_by_name_before_the_training(plan, tmp_path):
    base = tmp_path / "tagger"
    shutil.copytree(plan.base, base)
    config = (base / "config.json").read_text()
    (base / "config.json").write_text(config.replace("ForMaskedLM", "ForTokenClassification"))
    with pytest.raises(TrainingFailed, match="base_other_task:token-classification"):
        Trainer().estimate(replace(plan, base=base))
