"""`loop` and `trainer`, the two ways of the course, and how sure `full` says it is."""

import hashlib
import re
from dataclasses import replace

import pytest
import torch
from transformers import AutoModelForSequenceClassification, AutoTokenizer

from models.finetune.checks import TrainingError
from models.finetune.network.checkpoint import load_trained
from models.finetune.plan import Example, RecipeName, TrainingPlan, TrainingProgress, Tuning
from models.finetune.quality.evaluation import logits_of
from models.finetune.recipes.parts import parts_of, without_part
from models.finetune.recipes.steps import steps_of
from models.finetune.training import run
from tests.models.finetune.conftest import trained

BOTH = pytest.mark.parametrize("recipe", [RecipeName.LOOP, RecipeName.TRAINER])
TEXTS = ["the film was good", "so bad", "영화 싫어요", "🙂"]


@pytest.fixture
def large_plan(plan) -> TrainingPlan:
    """Enough rows for a part that measures."""
    return replace(plan, train=plan.train * 2, epochs=15)


class BrokenOff(Exception):
    """As if the process had been killed."""


def digest(plan) -> str:
    return hashlib.sha256((plan.output / "model.safetensors").read_bytes()).hexdigest()


@BOTH
def test_it_learns_tells_of_each_epoch_and_is_what_transformers_loads(large_plan, recipe):
    news: list[TrainingProgress] = []
    plan = replace(large_plan, recipe=recipe)
    outcome = trained(plan, news.append)
    assert outcome.new.accuracy > 0.9
    assert len(outcome.epochs) == plan.epochs
    first, last = outcome.epochs[0], outcome.epochs[-1]
    assert last.train_loss < first.train_loss and last.eval_loss < first.eval_loss
    assert last.eval_accuracy > 0.9
    assert news[-1].step == news[-1].steps == steps_of(plan)
    card = (plan.output / "README.md").read_text(encoding="utf-8")
    assert f"| {plan.epochs} | {last.train_loss:.4f} | {last.eval_loss:.4f} |" in card

    model = AutoModelForSequenceClassification.from_pretrained(plan.output).eval()
    tokenizer = AutoTokenizer.from_pretrained(plan.output)
    with torch.inference_mode():
        alone = [model(**tokenizer(text, return_tensors="pt")).logits for text in TEXTS]
    ours = logits_of(load_trained(plan.output), TEXTS)
    torch.testing.assert_close(ours, torch.cat(alone), atol=1e-4, rtol=0)


@pytest.mark.parametrize("recipe", [RecipeName.LOOP, RecipeName.TRAINER, RecipeName.FULL])
def test_one_that_was_broken_off_does_not_begin_anew(large_plan, recipe):
    """`test_killed.py` holds the weights at its end to those of one that nobody broke off."""
    plan = replace(large_plan, recipe=recipe, epochs=3)
    each = steps_of(plan) // 3
    seen: list[int] = []

    def break_off(progress: TrainingProgress) -> None:
        # Between two reports are steps: the first one told of in the last epoch ends it.
        if progress.step > 2 * each:
            raise BrokenOff

    with pytest.raises(BrokenOff):
        run(plan, break_off)
    outcome = trained(plan, lambda progress: seen.append(progress.step))
    assert min(step for step in seen if step) > each
    assert len(outcome.epochs) == (0 if recipe is RecipeName.FULL else 3)


@BOTH
def test_few_rows_are_all_learned_from(plan, recipe):
    few = replace(plan, recipe=recipe, epochs=2)
    outcome = trained(few)
    assert steps_of(few) == 2 * 8
    assert all(epoch.eval_loss is None for epoch in outcome.epochs)


@BOTH
def test_two_texts_one_of_them_very_long(plan, recipe):
    long = Example("bad " + "so " * 33_000, 1)
    outcome = trained(
        replace(plan, recipe=recipe, epochs=1, train=(Example("good", 0), long), tuning=Tuning())
    )
    assert len(outcome.new_said.labels) == len(plan.held_out)


@pytest.mark.parametrize("recipe", [RecipeName.LOOP, RecipeName.TRAINER, RecipeName.FULL])
def test_a_loss_that_is_no_number_ends_it(plan, recipe):
    hot = replace(plan, recipe=recipe, epochs=40, tuning=Tuning(learning_rate=1e30))
    with pytest.raises(TrainingError, match="diverged"):
        run(hot, lambda _: None)


def test_full_is_as_sure_as_rows_say_that_one_like_it_had_not_seen(large_plan):
    steps: list[int] = []
    plan = large_plan
    outcome = trained(plan, lambda progress: steps.append(progress.step))
    card = (plan.output / "README.md").read_text(encoding="utf-8")
    _, measured = without_part(plan, 5)
    assert re.search(rf"\b{len(measured)} (unseen )?examples", card)
    assert steps == sorted(steps) and steps[-1] == steps_of(plan)
    assert outcome.new.accuracy > 0.9


def test_what_is_tuned_is_what_is_done(plan):
    tuning = Tuning(learning_rate=1e-4, batch_size=3, warmup=0.25, weight_decay=0.2, max_length=4)
    tuned = replace(plan, recipe=RecipeName.LOOP, epochs=1, tuning=tuning)
    trained(tuned)
    assert steps_of(tuned) == 16
    card = (tuned.output / "README.md").read_text(encoding="utf-8")
    for said in ("Batch size: 3", "rate: 0.0001", "25% of", "decay: 0.2", "text: 4 tokens"):
        assert said in card


def test_parts_hold_of_each_label_the_same():
    labels = [0] * 20 + [1] * 10 + [2] * 5
    parts = parts_of(labels, 5, seed=1)
    assert sorted(place for part in parts for place in part) == list(range(35))
    for part in parts:
        assert [[labels[place] for place in part].count(label) for label in range(3)] == [4, 2, 1]
    assert parts_of([0, 1], 5, seed=1) == []
    assert parts_of([0, 0, 0, 1], 2, seed=1) == []
