"""`auto`: it takes what is best on rows that it had not seen, and tells what it tried."""

from dataclasses import replace

import pytest

from models.finetune.control import control
from models.finetune.plan import Example, RecipeName, TrainingPlan, TrainingProgress
from models.finetune.recipes.steps import FULL_FROM, learning_steps, steps_of
from models.finetune.training import run
from models.finetune.wire import partial_folder, state_folder
from tests.models.finetune.conftest import FILLERS


@pytest.fixture
def auto_plan(plan) -> TrainingPlan:
    return replace(plan, recipe=RecipeName.AUTO)


def in_order() -> tuple[Example, ...]:
    """Which of two words comes first: no mean over tokens and no letters tell that."""
    pairs = [("good", "bad"), ("좋아요", "싫어요"), ("🙂", "🙁")]
    both = [pair if not label else pair[::-1] for label in range(2) for pair in pairs]
    rows = [
        Example(f"{filler} {first} {between} {second}", number // len(pairs))
        for number, (first, second) in enumerate(both)
        for filler in FILLERS
        for between in ("so", "film", "was")
    ]
    return tuple(rows)


def test_few_labels_are_for_the_head_alone(auto_plan):
    assert not learning_steps(auto_plan)
    outcome = run(auto_plan, lambda _: None)
    assert outcome.recipe == "head"
    assert [one.what for one in outcome.tried] == ["head", "tfidf"]
    assert all(one.rows == len(auto_plan.train) for one in outcome.tried)
    assert outcome.tried[0].accuracy > 0.9


def test_what_only_the_whole_network_can_learn_is_learned_by_all_of_it(auto_plan):
    """Though it was broken off: it tries the head again, and goes on with the rest."""
    rows = in_order()
    assert len(rows) >= FULL_FROM * 2
    plan = replace(auto_plan, train=rows, held_out=rows[::7], epochs=24)

    class BrokenOff(Exception):
        pass

    def break_off(progress: TrainingProgress) -> None:
        if progress.step > 0.7 * progress.steps:
            raise BrokenOff

    with pytest.raises(BrokenOff):
        run(plan, break_off)
    assert (state_folder(plan.output) / "unseen.json").exists()
    news: list[TrainingProgress] = []
    outcome = run(plan, news.append)
    assert outcome.recipe == "full"
    head, full, letters = outcome.tried
    assert (head.what, full.what, letters.what) == ("head", "full", "tfidf")
    assert full.rows == head.rows == len(rows) / 5
    assert full.macro_f1 > head.macro_f1
    assert outcome.new.accuracy > 0.9 > outcome.control.accuracy
    steps = [one.step for one in news]
    assert steps == sorted(steps) and steps[-1] == steps_of(plan)
    partial_folder(plan.output).rename(plan.output)


def test_the_control_is_measured_on_the_same_rows(plan):
    found = control(plan)
    assert found is not None and found.accuracy > 0.9
    assert set(found.f1) == {"good", "bad"}
    assert control(replace(plan, train=plan.train[:1])) is None
