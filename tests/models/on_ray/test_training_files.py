"""What a training leaves in the store: whoever takes it up goes on with all of it. No Ray here."""

import asyncio
import hashlib
import json
from dataclasses import replace
from pathlib import Path

import pytest

from models.disk import write_whole
from models.finetune.kept_files import EPOCH, EPOCHS, TRAINER, UNSEEN, kept_files
from models.finetune.plan import RecipeName, TrainingPlan, TrainingProgress
from models.finetune.recipes.steps import steps_of
from models.finetune.training import run
from models.finetune.wire import state_folder
from models.on_ray.store import Store
from models.on_ray.training_files import TrainingFiles
from models.on_ray.training_job import _keep_states
from tests.models.finetune.conftest import one_thread, plan, trained
from tests.waiting import until

__all__ = ["one_thread", "plan"]


@pytest.fixture
def files(tmp_path: Path) -> TrainingFiles:
    return TrainingFiles(Store((tmp_path / "a store").as_uri()), "mood")


class BrokenOff(Exception):
    """As if its machine had lost power."""


def break_off_in_the_last_step(plan: TrainingPlan) -> None:
    def break_off(progress: TrainingProgress) -> None:
        if progress.step == progress.steps:
            raise BrokenOff

    with pytest.raises(BrokenOff):
        run(plan, break_off)


def weights(plan: TrainingPlan) -> str:
    return hashlib.sha256((plan.output / "model.safetensors").read_bytes()).hexdigest()


@pytest.mark.parametrize("recipe", [RecipeName.FULL, RecipeName.LOOP, RecipeName.TRAINER])
def test_who_goes_on_elsewhere_goes_on_with_all_that_was_done(files, plan, tmp_path, recipe):
    # Rows enough for a part that measures.
    here = replace(plan, recipe=recipe, epochs=2, train=plan.train * 2)
    places = (tmp_path / place / here.output.name for place in ("there", "unbroken"))
    there, unbroken = (replace(here, output=place) for place in places)
    break_off_in_the_last_step(here)
    files.keep_state(state_folder(here.output))
    came = state_folder(there.output)
    came.mkdir(parents=True)
    assert files.fetch_state(came)
    assert not files.fetch_state(came)  # it may be further by then
    steps: list[int] = []
    outcome = trained(there, lambda progress: steps.append(progress.step))
    assert steps[0] > steps_of(there) / 2
    assert outcome.epochs == trained(unbroken).epochs
    assert len(outcome.epochs) == (0 if recipe is RecipeName.FULL else 2)
    assert weights(there) == weights(unbroken)


async def test_what_belongs_to_an_epoch_follows_it_into_the_store(files, tmp_path):
    state, came = tmp_path / "state", tmp_path / "came"
    for folder in (state, came):
        folder.mkdir()
    write_whole(state / EPOCH, b"an epoch")
    keeping = asyncio.create_task(_keep_states(files, state))
    first = await until(files._state, "an epoch in the store")
    write_whole(state / UNSEEN, b"[[], []]")
    await until(lambda: files._state() != first, "what belongs to it", files._state)
    keeping.cancel()
    assert files.fetch_state(came)
    assert list(kept_files(came)) == [EPOCH, UNSEEN]


def test_only_what_is_whole_travels_and_nothing_else(files, tmp_path):
    state, came = tmp_path / "state", tmp_path / "came"
    whole, half = (state / TRAINER / f"checkpoint-{step}" for step in (9, 10))
    came.mkdir()
    for checkpoint in (whole, half):
        checkpoint.mkdir(parents=True)
        (checkpoint / "optimizer.pt").write_bytes(b"moments")
    (whole / "trainer_state.json").write_text(json.dumps({"global_step": 9}))
    (half / "trainer_state.json").write_text("{")
    for name in (EPOCHS, "outcome.json", "lock"):
        (state / name).write_text("[]")
    files.keep_state(state)
    assert files.fetch_state(came)
    names = {path.relative_to(came).as_posix() for path in came.rglob("*") if path.is_file()}
    of_trainer = (f"trainer/checkpoint-9/{name}" for name in ("trainer_state.json", "optimizer.pt"))
    assert names == {EPOCHS, *of_trainer}
    (half / "trainer_state.json").write_text(json.dumps({"global_step": 10}))
    assert "trainer/checkpoint-10/optimizer.pt" in set(kept_files(state))
