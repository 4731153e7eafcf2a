"""The split before examples had sides: fixed by the texts, fair, no text on both sides."""

from collections import Counter, defaultdict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.migrations.first_sides import Example, folded, split

LABELS = ("a", "b", "c")
TEXTS = st.text(alphabet="aAbß 한글🙂\n\ud800", max_size=6)
ANY = st.lists(st.tuples(TEXTS, st.sampled_from(LABELS)), max_size=60)
CONSISTENT = ANY.map(lambda rows: [(text, LABELS[len(folded(text)) % 3]) for text, _ in rows])
SHARES = st.floats(0.05, 0.95)


def numbered(count: int, label: str = "a") -> list[Example]:
    return [(f"text {label} {number}", label) for number in range(count)]


@given(ANY, SHARES)
def test_every_example_is_on_one_side_in_its_order(rows, share):
    train, held_out = split(rows, share)
    assert Counter(train) + Counter(held_out) == Counter(rows)
    keys = {folded(row[0]) for row in held_out}
    assert train == tuple(row for row in rows if folded(row[0]) not in keys)
    assert held_out == tuple(row for row in rows if folded(row[0]) in keys)


@given(ANY, SHARES)
def test_every_label_can_be_learned(rows, share):
    train, _ = split(rows, share)
    assert {row[1] for row in train} == {row[1] for row in rows}


@given(CONSISTENT, SHARES)
def test_two_texts_of_a_label_are_enough_to_measure_it(rows, share):
    _, held_out = split(rows, share)
    texts = defaultdict(set)
    for row in rows:
        texts[row[1]].add(folded(row[0]))
    measurable = {label for label, keys in texts.items() if len(keys) > 1}
    assert {row[1] for row in held_out} == measurable


@given(CONSISTENT, SHARES)
def test_each_label_is_held_out_in_about_its_share(rows, share):
    _, held_out = split(rows, share)
    for label in LABELS:
        total = len({folded(row[0]) for row in rows if row[1] == label})
        count = len({folded(row[0]) for row in held_out if row[1] == label})
        assert count <= 1.5 * share * total + 1
        assert count >= 0.5 * share * total - 1 or count == total - 1


@given(ANY, st.randoms())
def test_neither_order_nor_chance_decides(rows, random):
    shuffled = list(rows)
    random.shuffle(shuffled)
    assert Counter(split(rows)[1]) == Counter(split(shuffled)[1])


def test_equal_but_for_case_and_spaces_is_equal():
    rows = [*numbered(30), *[(f" TEXT  A\n{number} ", "a") for number in range(30)]]
    train, held_out = split(rows)
    assert {folded(r[0]) for r in train}.isdisjoint({folded(r[0]) for r in held_out})


def test_examples_keep_their_side_while_others_come():
    before = set(split([*numbered(100), *numbered(100, "b")])[1])
    after = set(split([*numbered(150), *numbered(300, "b")])[1])
    assert before < after


@pytest.mark.parametrize("share", [0, 1, -0.1, 2])
def test_a_share_that_is_none_is_refused(share):
    with pytest.raises(ValueError, match="between 0 and 1"):
        split(numbered(4), share)
