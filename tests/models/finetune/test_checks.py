"""Plans that cannot be carried out: each is refused in a plain sentence and leaves nothing."""

from dataclasses import replace
from pathlib import Path

import pytest

from models.errors import TrainingFailed
from models.finetune.plan import Example, TrainingPlan, TrainingProgress
from models.finetune.trainer import Trainer

ENDLESS = 20_000
"""Epochs that take minutes."""


async def ignore(_: TrainingProgress) -> None:
    pass


async def failure(plan: TrainingPlan) -> str:
    with pytest.raises(TrainingFailed) as error:
        await Trainer().train(plan, ignore)
    assert not list(plan.output.parent.glob("*"))
    return str(error.value.facts["reason"])


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"train": ()}, "no examples to learn"),
        ({"held_out": ()}, "no held-out examples"),
        ({"labels": ("good",)}, "two labels"),
        ({"labels": ("good", "good")}, "same name"),
        ({"train": (Example("good", 2),)}, "not among the labels"),
        ({"train": (Example("good", -1),)}, "not among the labels"),
        ({"epochs": 0}, "one epoch"),
        ({"base": Path("nowhere")}, "is not there"),
        ({"labels": ("good", "bad", "so\nso")}, "“so so” has no example"),
    ],
)
async def test_plans_that_cannot_be_carried_out(plan, change, said):
    assert said in await failure(replace(plan, **change))


async def test_a_folder_that_exists_is_not_touched(plan):
    plan.output.mkdir(parents=True)
    (plan.output / "kept").touch()
    with pytest.raises(TrainingFailed):
        await Trainer().train(plan, ignore)
    assert [file.name for file in plan.output.iterdir()] == ["kept"]


@pytest.mark.parametrize("broken", ["model.safetensors", "config.json", "tokenizer.json"])
async def test_a_broken_base(plan, make_classifier, broken):
    base = make_classifier(("a", "b"))
    (base / broken).write_bytes(b"{")
    assert await failure(replace(plan, base=base)) == "The checkpoint to begin from cannot be read."


async def test_a_broken_current_model_is_told_before_the_work(plan, tmp_path):
    reason = await failure(replace(plan, current=tmp_path, epochs=ENDLESS))
    assert reason == "The model to compare with cannot be read."
