import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.learning.consensus import Conflict, Gold, agreed


@pytest.mark.parametrize(
    ("labels", "told"),
    [
        ([], None),
        (["joy"], Gold("joy")),
        (["joy", "joy", "anger"], Gold("joy")),
        (["joy", "anger"], Conflict(("anger", "joy"))),
        (["joy", "anger", "fear"], Conflict(("anger", "fear", "joy"))),
        (["joy", "joy", "anger", "anger", "fear"], Conflict(("anger", "joy"))),
    ],
)
def test_most_votes_win_and_a_tie_is_a_conflict(labels: list[str], told: object) -> None:
    assert agreed(labels) == told


@given(st.lists(st.sampled_from("abc")), st.integers())
def test_the_order_of_votes_does_not_choose_the_winner(labels: list[str], seed: int) -> None:
    shuffled = random.Random(seed).sample(labels, len(labels))
    assert agreed(labels) == agreed(shuffled)


@given(st.lists(st.sampled_from("abcd"), max_size=12))
def test_the_winner_has_more_votes_than_every_other(labels: list[str]) -> None:
    counts = {label: labels.count(label) for label in "abcd"}
    most = [label for label, count in counts.items() if count and count == max(counts.values())]
    told = agreed(labels)
    assert (told == Gold(most[0])) if len(most) == 1 else not isinstance(told, Gold)
