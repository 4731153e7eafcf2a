"""A guess after a few labels."""

import asyncio
import contextlib

import numpy as np
import psutil

from models.provisional import Guessed, Lesson, guess, learned

PETS = ["the cat purrs", "my cat sleeps", "a cat in the sun"]
CARS = ["the car drives", "my car is fast", "a car on the road"]
ANIMALS = Lesson([*PETS, *CARS], [("pet",)] * 3 + [("car",)] * 3)


async def test_it_tells_what_is_likely_in_a_process_of_its_own():
    asked = ["cat", "car", "", "\ud800 고양이", "x" * 5_000]
    told = (await guess(ANIMALS, asked)).asked
    assert told[0]["pet"] > 0.5 and told[1]["car"] > 0.5
    assert len(told) == 5 and all(abs(sum(one.values()) - 1) < 1e-9 for one in told)
    assert not learned(ANIMALS, []).asked


async def test_what_a_body_sees_counts_where_the_letters_say_nothing():
    vectors = np.zeros((8, 4), np.float32)
    vectors[:3, 0] = vectors[6, 0] = 1
    vectors[3:6, 1] = vectors[7, 1] = 1
    told = (await guess(ANIMALS, ["zzz", "zzz"], [vectors])).asked
    assert told[0]["pet"] > 0.6 and told[1]["car"] > 0.6
    assert learned(ANIMALS, ["zzz", "zzz"], [vectors]).asked[0].keys() == {"pet", "car"}


def test_what_is_rare_counts_as_much():
    texts = ["cat a", "cat b", "cat c", "cat d", "car e"]
    told = learned(Lesson(texts, [("pet",)] * 4 + [("car",)]), ["car"]).asked
    assert told[0]["car"] > told[0]["pet"]


def test_a_wrong_label_is_the_least_likely_of_all():
    texts = [f"{what} {n}" for what in ("cat purrs", "car drives") for n in range(30)]
    labels = [("pet",)] * 30 + [("car",)] * 30
    labels[7] = ("car",)
    given = learned(Lesson(texts, labels), []).given
    assert len(given) == 60 and given.index(min(given)) == 7 and min(given) < 0.2


SEVERAL = [
    *[(f"cat purrs {n}", ("pet",)) for n in range(20)],
    *[(f"car drives {n}", ("car",)) for n in range(20)],
    *[(f"cat purrs, car drives {n}", ("car", "pet")) for n in range(20)],
    *[(f"it rains {n}", ()) for n in range(20)],
]


async def test_several_labels_are_told_each_by_itself():
    lesson = Lesson(*zip(*SEVERAL, strict=True), are_several=True)
    asked = ["cat purrs", "car drives", "cat purrs, car drives", "it rains", ""]
    guessed = await guess(lesson, asked)
    held = [{label for label, p in one.items() if p > 0.5} for one in guessed.asked]
    assert held[:4] == [{"pet"}, {"car"}, {"car", "pet"}, set()]
    assert guessed == learned(lesson, asked) and len(guessed.given) == 80


def test_of_a_label_that_all_have_or_none_nothing_is_told():
    texts = [text for text, _ in SEVERAL]
    labels = [("there", *labels) for _, labels in SEVERAL]
    told = learned(Lesson(texts, labels, are_several=True), ["cat purrs"])
    assert told.asked[0].keys() == {"car", "pet"}
    assert learned(Lesson(texts, [("there",)] * 80, are_several=True), ["x"]).asked == [{}]


def test_of_several_labels_one_that_is_missing_or_too_many_is_unlikely():
    labels = [set(labels) for _, labels in SEVERAL]
    labels[3], labels[63] = {"pet", "car"}, {"pet"}
    texts = [text for text, _ in SEVERAL]
    given = learned(Lesson(texts, [tuple(one) for one in labels], are_several=True), []).given
    assert set(np.argsort(given)[:2].tolist()) == {3, 63} and given[3] < 0.3 > given[63]


async def test_who_goes_away_leaves_no_process():
    def children():
        return {child.pid for child in psutil.Process().children() if child.is_running()}

    before = children()
    asking = asyncio.create_task(guess(ANIMALS, ["cat"]))
    await asyncio.sleep(0.3)
    asking.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await asking
    assert children() <= before


async def test_what_cannot_be_learned_is_no_guess():
    assert await guess(Lesson(["one"], [("alone",)]), ["x"]) == Guessed()
