"""A guess after a few labels."""

import asyncio
import contextlib

import numpy as np
import psutil

from models.provisional import Guessed, guess, learned

PETS = ["the cat purrs", "my cat sleeps", "a cat in the sun"]
CARS = ["the car drives", "my car is fast", "a car on the road"]
TEXTS, LABELS = [*PETS, *CARS], ["pet"] * 3 + ["car"] * 3


async def test_it_tells_what_is_likely_in_a_process_of_its_own():
    asked = ["cat", "car", "", "\ud800 고양이", "x" * 5_000]
    told = (await guess(TEXTS, LABELS, asked)).asked
    assert told[0]["pet"] > 0.5 and told[1]["car"] > 0.5
    assert len(told) == 5 and all(abs(sum(one.values()) - 1) < 1e-9 for one in told)
    assert not (await guess(TEXTS, LABELS, [])).asked


async def test_what_a_body_sees_counts_where_the_letters_say_nothing():
    vectors = np.zeros((8, 4), np.float32)
    vectors[:3, 0] = vectors[6, 0] = 1
    vectors[3:6, 1] = vectors[7, 1] = 1
    told = (await guess(TEXTS, LABELS, ["zzz", "zzz"], vectors)).asked
    assert told[0]["pet"] > 0.6 and told[1]["car"] > 0.6
    assert learned(TEXTS, LABELS, ["zzz", "zzz"], vectors).asked[0].keys() == {"pet", "car"}


def test_what_is_rare_counts_as_much():
    told = learned(
        ["cat a", "cat b", "cat c", "cat d", "car e"], ["pet"] * 4 + ["car"], ["car"]
    ).asked
    assert told[0]["car"] > told[0]["pet"]


def test_a_wrong_label_is_the_least_likely_of_all():
    texts = [f"{what} {n}" for what in ("cat purrs", "car drives") for n in range(30)]
    labels = ["pet"] * 30 + ["car"] * 30
    labels[7] = "car"
    given = learned(texts, labels, []).given
    assert len(given) == 60 and given.index(min(given)) == 7 and min(given) < 0.2


async def test_who_goes_away_leaves_no_process():
    def children():
        return {child.pid for child in psutil.Process().children() if child.is_running()}

    before = children()
    asking = asyncio.create_task(guess(TEXTS, LABELS, ["cat"]))
    await asyncio.sleep(0.3)
    asking.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await asking
    assert children() <= before


async def test_what_cannot_be_learned_is_no_guess():
    assert await guess(["one"], ["alone"], ["x"]) == Guessed()
