"""No class belongs to one person."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.learning.shares import Contribution, beyond_their_share


def by(*people: str, first: int = 0, count: int = 1, label: str = "joy", **kind: bool):
    return [Contribution(first + n, label, frozenset(people), **kind) for n in range(count)]


def test_a_flood_is_cut_to_what_each_of_the_others_supplies():
    flood = by("eve", first=100, count=80)
    others = [one for n, user in enumerate("abcd") for one in by(user, first=10 * n, count=5)]
    left_out = beyond_their_share(flood + others)
    assert set(left_out.values()) == {"eve"}
    assert len(flood) - len(left_out) == 5
    assert min(left_out) == 105


def test_ten_who_do_the_same_lose_nothing():
    assert beyond_their_share([one for n in range(10) for one in by(f"user{n}", first=n)]) == {}


def test_four_who_share_a_class_lose_nothing_and_one_of_two_does():
    assert beyond_their_share([one for n in range(4) for one in by(f"user{n}", first=n)]) == {}
    two = [one for n in range(2) for one in by(f"user{n}", first=10 * n, count=10)]
    assert set(beyond_their_share(two).values()) == {"user0", "user1"}


def test_two_accounts_that_agree_with_each_other_are_two_people():
    pair = by("eve", "puppet", first=100, count=40)
    assert len(beyond_their_share(pair + by("ann", "bob", count=10))) == 20


def test_what_a_moderator_says_is_kept():
    assert beyond_their_share(by("mod", count=50, is_by_moderator=True)) == {}
    both = by("mod", "ann", count=50, is_by_moderator=True)
    assert beyond_their_share(both) == {}


def test_classes_are_counted_apart():
    anger = by("eve", first=50, count=20, label="anger")
    joy = [one for n in range(20) for one in by(f"user{n}", first=n)]
    assert set(beyond_their_share(joy + anger)) == set(range(50, 70))


@pytest.mark.parametrize("empty", [[], by("ann", is_by_moderator=True)])
def test_nothing_to_leave_out(empty):
    assert beyond_their_share(empty) == {}


PEOPLE = st.frozensets(st.sampled_from("abcdefghijklmno"), min_size=1, max_size=2)


@given(st.lists(PEOPLE, max_size=60))
def test_nobody_is_left_with_more_than_their_share(people):
    given_by = [Contribution(n, "joy", some) for n, some in enumerate(people)]
    left_out = beyond_their_share(given_by)
    total, everyone = len(given_by), {user for some in people for user in some}
    share = max(0.1, 1 / len(everyone)) if len(everyone) > 3 else 0.1
    for user in everyone:
        theirs = [one for one in given_by if user in one.people]
        supplied = sum(1 / len(one.people) for one in theirs)
        kept = sum(1 / len(one.people) for one in theirs if one.example not in left_out)
        assert kept <= max(0.0, (total - supplied) * share / (1 - share)) + 1e-6
