"""Plans that cannot be carried out: each is refused for its own reason and leaves nothing."""

from dataclasses import replace
from pathlib import Path

import pytest

from models.errors import TrainingFailed
from models.finetune.checks import TrainingError
from models.finetune.plan import Example, TrainingPlan, TrainingProgress
from models.finetune.trainer import Trainer
from models.finetune.training import run
from models.reasons import Reason

ENDLESS = 20_000
"""Epochs that take minutes."""


async def ignore(_: TrainingProgress) -> None:
    pass


def refusal(plan: TrainingPlan) -> str:
    """Why a plan fails in the process that trains, carried out in this one."""
    with pytest.raises(TrainingError) as error:
        run(plan, lambda _: None)
    assert not list(plan.output.parent.glob("*"))
    return str(error.value)


async def failure(plan: TrainingPlan) -> str:
    with pytest.raises(TrainingFailed) as error:
        await Trainer().train(plan, ignore)
    assert not list(plan.output.parent.glob("*"))
    return str(error.value.facts["reason"])


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"train": ()}, Reason.EXAMPLES_MISSING),
        ({"held_out": ()}, Reason.HELD_OUT_MISSING),
        ({"labels": ("good",)}, Reason.LABELS_TOO_FEW),
        ({"labels": ("good", "good")}, Reason.LABELS_ALIKE),
        ({"train": (Example("good", 2),)}, Reason.LABEL_UNKNOWN),
        ({"train": (Example("good", -1),)}, Reason.LABEL_UNKNOWN),
        ({"epochs": 0}, Reason.EPOCHS_MISSING),
        ({"base": Path("nowhere")}, Reason.BASE_MISSING),
        ({"labels": ("good", "bad", "so\nso")}, "label_without_example:so so"),
    ],
)
async def test_plans_that_cannot_be_carried_out(plan, change, reason):
    assert await failure(replace(plan, **change)) == reason


async def test_a_folder_that_exists_is_not_touched(plan):
    plan.output.mkdir(parents=True)
    (plan.output / "kept").touch()
    with pytest.raises(TrainingFailed):
        await Trainer().train(plan, ignore)
    assert [file.name for file in plan.output.iterdir()] == ["kept"]


@pytest.mark.parametrize(
    ("broken", "reason"),
    [
        ("model.safetensors", Reason.WEIGHTS_HEADER_UNREADABLE),
        ("config.json", Reason.FILE_UNREADABLE.of("config.json")),
        ("tokenizer.json", Reason.FILE_UNREADABLE.of("tokenizer.json")),
    ],
)
def test_a_broken_base(plan, make_classifier, broken, reason):
    base = make_classifier(("a", "b"))
    (base / broken).write_bytes(b"{")
    assert refusal(replace(plan, base=base)) == reason


def test_a_broken_current_model_is_told_before_the_work(plan, tmp_path):
    reason = refusal(replace(plan, current=tmp_path, epochs=ENDLESS))
    assert reason == Reason.CURRENT_UNREADABLE
