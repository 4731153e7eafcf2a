"""The schedule: enough steps for few examples, no more than needed for many."""

import pytest

from models.finetune.network import schedule


@pytest.mark.parametrize("count", [10, 16, 24, 40, 80, 150, 300, 500])
def test_few_shot_sizes_get_about_a_hundred_steps(count):
    batch = schedule.batch_size(["short"] * count)
    steps = schedule.default_epochs(count) * schedule.steps_an_epoch(count, batch)
    assert 80 <= steps <= 140


@pytest.mark.parametrize("count", [0, 1, 2, 5, 10_000])
def test_epochs_stay_within_their_bounds(count):
    assert 3 <= schedule.default_epochs(count) <= 30


def test_long_texts_make_small_batches():
    assert schedule.batch_size(["x" * 100_000] * 500) == 8
    assert schedule.batch_size(["x" * 100] * 500) == 16


def test_narrow_bodies_take_larger_steps():
    rates = [schedule.learning_rate(width) for width in (16, 256, 384, 768, 1024)]
    assert rates == sorted(rates, reverse=True)
    assert rates[0] <= 1e-3
    assert rates[3] == pytest.approx(5e-5)
