"""Krippendorff's alpha, against a published example and against its definition."""

import itertools
from collections import Counter

import numpy as np
import pytest

from handlers.collecting.overview import alpha as krippendorff
from handlers.learning.votes.counting import numbered

PUBLISHED = ("*****34121133*3", "1*213343*******", "**21344*21133*4")
"""Three people, a text a column; among published examples, with an alpha of .691 for names."""


def alpha(said):
    """Of the values that people gave each text."""
    rows = [(text, value) for text, values in enumerate(said) for value in values]
    texts = np.array([text for text, _ in rows], np.int64)
    return krippendorff.alpha(texts, numbered([value for _, value in rows], {}))


def by_definition(said):
    """One less observed disagreement by expected, over all pairs of values."""
    items = [values for values in said if len(values) > 1]
    observed = total = 0.0
    counts = Counter(value for values in items for value in values)
    for values in items:
        pairs = itertools.permutations(values, 2)
        observed += sum(a != b for a, b in pairs) / (len(values) - 1)
        total += len(values)
    expected = sum(counts[a] * counts[b] for a, b in itertools.permutations(counts, 2)) / (
        total - 1
    )
    return 1 - observed / expected


def test_a_published_example():
    columns = zip(*PUBLISHED, strict=True)
    told = alpha([value for value in column if value != "*"] for column in columns)
    assert told.value == pytest.approx(0.691, abs=0.0005) and told.items == 12


@pytest.mark.parametrize("seed", range(20))
def test_it_is_what_the_definition_says(seed):
    draws = np.random.default_rng(seed)
    said = [
        list(draws.integers(0, 4, size)) if draws.random() < 0.6 else [1] * size
        for size in draws.integers(0, 5, 40)
    ]
    told = alpha(said)
    assert told.value == pytest.approx(by_definition(said))
    assert told.low <= told.value <= told.high
    assert told.items == sum(len(values) > 1 for values in said)
    assert told == alpha(said)


@pytest.mark.parametrize("said", [[], [["a"]], [["a", "a"], ["a", "a"]], [[], ["b"]]])
def test_where_nobody_could_disagree_there_is_none(said):
    assert alpha(said) is None


def test_its_ends():
    assert alpha([["a", "a"], ["b", "b"]]).value == 1
    assert alpha([["a", "b"]] * 10).value < 0


def masi(one, other):
    """As Passonneau defines it."""
    if not one and not other:
        return 1.0
    if one == other:
        weight = 1.0
    elif one < other or other < one:
        weight = 2 / 3
    else:
        weight = 1 / 3 if one & other else 0.0
    return weight * len(one & other) / len(one | other)


def alpha_of_sets(said):
    rows = [(text, value) for text, values in enumerate(said) for value in values]
    known = {}
    answers = numbered([value for _, value in rows], known)
    names = np.array([[label in value for label in "abc"] for value in known], bool)
    return krippendorff.alpha(np.array([text for text, _ in rows], np.int64), answers, names)


@pytest.mark.parametrize("seed", range(10))
def test_sets_agree_as_far_as_they_have_something_in_common(seed):
    draws = np.random.default_rng(seed)
    said = [
        [frozenset(c for c in "abc" if draws.random() < 0.5) for _ in range(size)]
        for size in draws.integers(0, 5, 30)
    ]
    items = [values for values in said if len(values) > 1]
    total = sum(map(len, items))
    observed = sum(
        (1 - masi(a, b)) / (len(values) - 1)
        for values in items
        for a, b in itertools.permutations(values, 2)
    )
    every = [value for values in items for value in values]
    expected = sum(1 - masi(a, b) for a, b in itertools.permutations(every, 2)) / (total - 1)
    told = alpha_of_sets(said)
    assert told.value == pytest.approx(1 - observed / expected)
    assert told.low <= told.value <= told.high


def test_who_has_half_in_common_agrees_more_than_who_has_nothing():
    ab, a, c, none = (frozenset(each) for each in ("ab", "a", "c", ""))
    near = alpha_of_sets([[ab, a], [c, c], [none, none]]).value
    far = alpha_of_sets([[ab, c], [a, a], [none, none]]).value
    assert 1 > near > far
