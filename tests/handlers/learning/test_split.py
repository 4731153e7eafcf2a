"""The side of a new text: fixed by the text, fair to every label, whatever comes in which order."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from handlers.learning.split import side_of
from storage.records import Side

KEYS = st.lists(st.text(max_size=6), min_size=1, max_size=80)


def sides_of(keys: list[str]) -> list[Side]:
    counts: Counter[Side] = Counter()
    for key in keys:
        counts[side_of(key, counts)] += 1
    return list(counts.elements())


@given(KEYS)
def test_every_label_can_be_learned_and_two_texts_are_enough_to_measure_it(keys):
    sides = Counter(sides_of(keys))
    assert sides[Side.TRAIN] >= 1
    assert sides[Side.TEST] >= 1 or len(keys) == 1


@given(KEYS)
def test_each_label_is_held_out_in_about_its_share(keys):
    tested, total = Counter(sides_of(keys))[Side.TEST], len(keys)
    assert tested <= 0.3 * total + 1
    assert tested >= 0.1 * total - 1 or tested == total - 1


def test_the_first_text_is_learned_and_the_second_measured():
    assert side_of("a", {}) is Side.TRAIN
    assert side_of("b", {Side.TRAIN: 1}) is Side.TEST


def test_where_both_would_do_the_text_alone_decides():
    counts = {Side.TRAIN: 160, Side.TEST: 40}
    sides = [side_of(f"text {n}", counts) for n in range(1000)]
    assert sides == [side_of(f"text {n}", counts) for n in range(1000)]
    assert sides == [side_of(f"text {n}", {Side.TRAIN: 80, Side.TEST: 20}) for n in range(1000)]
    assert 150 < sides.count(Side.TEST) < 250


@given(st.text(alphabet="a\ud800 한글🙂"))
def test_any_text_has_a_side(key):
    assert side_of(key, {Side.TRAIN: 80, Side.TEST: 20}) in Side
