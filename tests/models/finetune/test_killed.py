"""`kill -9` in each step of each recipe: what is half done answers nobody, and it goes on."""

import hashlib
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from models.finetune.plan import RecipeName, TrainingPlan
from models.finetune.wire import encode_plan
from tests.models.finetune import killed_child as moments

ROOT = Path(__file__).parents[3]
KILLED = "-9"
IN_EPOCHS = {
    RecipeName.FULL: (moments.KEPT, moments.SECOND, moments.LAST),
    RecipeName.LOOP: (moments.KEPT, moments.LAST),
    RecipeName.TRAINER: (moments.KEPT, moments.LAST),
}
EVERYWHERE = (moments.FIRST, moments.MEASURED)
BEHIND = (moments.WRITTEN, moments.SAVED)
"""When the recipe has done its part: one with epochs and one without are enough."""


pytestmark = pytest.mark.xdist_group("killed trainings")  # one process for them all


class Training:
    """Plans carried out one after another, each in a process of its own."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.models.finetune.killed_child"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=ROOT,
        )

    def ends(self, plan: TrainingPlan, moment: str = moments.NEVER) -> str:
        """Return how the process of a plan ended."""
        assert self._process.stdin and self._process.stdout
        self._process.stdin.write(moment.encode() + b" " + encode_plan(plan).strip() + b"\n")
        self._process.stdin.flush()
        return self._process.stdout.readline().decode().strip()

    def close(self) -> None:
        assert self._process.stdin and self._process.stdout
        self._process.stdin.close()
        self._process.stdout.close()
        assert self._process.wait() == 0


@pytest.fixture(scope="module")
def training() -> Iterator[Training]:
    training = Training()
    yield training
    training.close()


def content(plan: TrainingPlan) -> str:
    names = sorted(file.name for file in plan.output.iterdir() if file.name != "README.md")
    whole = b"".join((plan.output / name).read_bytes() for name in names)
    return hashlib.sha256(whole).hexdigest()


def moments_of(recipe: RecipeName) -> Iterator[str]:
    yield from IN_EPOCHS.get(recipe, ())
    yield from EVERYWHERE
    yield from BEHIND if recipe in (RecipeName.FULL, RecipeName.HEAD) else ()


@pytest.mark.parametrize("recipe", RecipeName)
def test_it_goes_on_to_what_it_would_have_been(training, plan, recipe):
    """Killed at one moment after another, which is how a machine that fails behaves."""
    # Rows enough for a part that measures, and for `auto` to try all weights.
    times = 3 if recipe is RecipeName.AUTO else 2
    epochs = 2 if recipe in IN_EPOCHS else 1
    whole = replace(plan, recipe=recipe, epochs=epochs, train=plan.train * times)
    broken = replace(whole, output=plan.output.with_name("broken"))
    assert training.ends(whole) == "0"
    for moment in moments_of(recipe):
        assert training.ends(broken, moment) == KILLED, moment
        assert not broken.output.exists(), moment
    assert training.ends(broken) == "0"
    assert content(broken) == content(whole)
