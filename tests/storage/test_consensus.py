import random

from hypothesis import given
from hypothesis import strategies as st

from storage.consensus import Vote, settle, winner
from storage.records import LabelledText

MOOD = ("joy", "anger")


def vote(query_id: int, user: str, label: str | None, text: str = "sun", **changes) -> Vote:
    fields = {"label_set": MOOD, "model": f"mood@{query_id}", "is_right": False, **changes}
    return Vote(query_id=query_id, user=user, label=label, text=text, **fields)


def gold(*votes: Vote) -> list[tuple[str, str]]:
    return [(one.text, one.label) for pool in settle(votes) for one in pool.examples]


def test_nothing_gives_nothing() -> None:
    assert settle([]) == []


def test_most_votes_win() -> None:
    assert gold(vote(1, "a", "joy"), vote(1, "b", "joy"), vote(1, "c", "anger")) == [("sun", "joy")]


def test_a_tie_is_left_out() -> None:
    assert gold(vote(1, "a", "joy"), vote(1, "b", "anger")) == []
    three = ("joy", "anger", "fear")
    tied = [vote(1, user, label, label_set=three) for user, label in zip("abc", three, strict=True)]
    assert gold(*tied) == []


def test_one_user_counts_once_for_a_text_and_last() -> None:
    votes = [vote(1, "a", "joy"), vote(2, "a", "joy"), vote(3, "a", "anger"), vote(4, "b", "anger")]
    assert gold(*votes) == [("sun", "anger")]


def test_a_bare_wrong_takes_back_ones_own_right_only() -> None:
    right = vote(1, "a", "joy", is_right=True)
    assert gold(right, vote(2, "a", None)) == []
    assert gold(vote(1, "a", None), vote(2, "a", "joy", is_right=True)) == [("sun", "joy")]
    assert gold(right, vote(2, "b", None)) == [("sun", "joy")]
    assert gold(vote(1, "a", "anger"), vote(2, "a", None)) == [("sun", "anger")]
    assert gold(right, vote(2, "a", None, "rain")) == [("sun", "joy")]


def test_order_of_labels_does_not_split_a_pool_and_the_newest_decides_it() -> None:
    old = vote(1, "a", "joy", "sun")
    new = vote(2, "a", "anger", "rain", label_set=("anger", "joy"), model="mood@9")
    for votes in ([old, new], [new, old]):
        [pool] = settle(votes)
        assert (pool.label_set, pool.model) == (("anger", "joy"), "mood@9")
        assert pool.examples == (LabelledText("sun", "joy"), LabelledText("rain", "anger"))


def test_larger_pools_come_first() -> None:
    other = [vote(n, "a", "yes", str(n), label_set=("yes", "no")) for n in (2, 3)]
    pools = settle([vote(1, "a", "joy"), *other])
    assert [pool.label_set for pool in pools] == [("yes", "no"), MOOD]


def test_a_label_outside_the_set_is_no_gold_and_breaks_nothing() -> None:
    assert gold(vote(1, "a", "LABEL_0"), vote(2, "a", "joy", "rain")) == [("rain", "joy")]
    assert gold(vote(1, "a", "joy", label_set=())) == []


def test_a_label_outside_the_set_ties_with_none() -> None:
    assert gold(vote(1, "a", "joy"), vote(1, "b", "LABEL_0")) == [("sun", "joy")]


def test_texts_stand_in_the_order_of_their_first_queries() -> None:
    votes = [vote(n, "a", "joy", text) for n, text in [(5, "e"), (2, "b"), (9, "b"), (3, "c")]]
    assert [text for text, _ in gold(*votes)] == ["b", "c", "e"]


@given(st.lists(st.sampled_from("abc")), st.integers())
def test_the_order_of_votes_does_not_choose_the_winner(labels: list[str], seed: int) -> None:
    shuffled = random.Random(seed).sample(labels, len(labels))
    assert winner(labels) == winner(shuffled)


@given(st.lists(st.sampled_from("abcd"), max_size=12))
def test_the_winner_has_more_votes_than_every_other(labels: list[str]) -> None:
    counts = {label: labels.count(label) for label in "abcd"}
    most = [label for label, count in counts.items() if count and count == max(counts.values())]
    assert winner(labels) == (most[0] if len(most) == 1 else None)
