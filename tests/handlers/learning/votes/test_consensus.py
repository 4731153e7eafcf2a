"""What people agree on: measured words, two people or one moderator, and never a coin."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.learning.votes.consensus import Mark, possible_answers
from handlers.learning.votes.outcomes import (
    Ambiguous,
    Conflict,
    Gold,
    LeftOut,
    Open,
    Vote,
    outcomes,
)

JOY, ANGER = ("joy",), ("anger",)


def said(*words: tuple[str, tuple[str, ...] | Mark], example: int = 1, **kind: bool) -> list[Vote]:
    return [Vote(example, user, answer, **kind) for user, answer in words]


def one(votes: list[Vote], people: int = 2, answers: int = 2) -> object:
    return outcomes(votes, answers, people)[1]


def test_one_member_is_not_enough_and_two_are():
    assert one(said(("ann", JOY))) == Open()
    told = one(said(("ann", JOY), ("bob", JOY)))
    assert told == Gold(JOY, pytest.approx(0.7**2 / (0.7**2 + 0.3**2)))


def test_one_moderator_is_enough():
    assert one(said(("mod", JOY), is_moderator=True)) == Gold(JOY, pytest.approx(0.9))


@pytest.mark.parametrize("answers", [2, 3, 7, 100])
def test_a_posterior_is_how_often_one_person_is_right_whatever_there_is_to_choose(answers):
    assert one(said(("mod", JOY), is_moderator=True), answers=answers) == Gold(
        JOY, pytest.approx(0.9)
    )


def test_a_moderator_who_saw_the_answer_is_enough_as_long_as_nobody_contradicts():
    alone = said(("mod", JOY), is_moderator=True, is_anchored=True)
    assert one(alone) == Gold(JOY, pytest.approx(0.75))
    assert one(alone + said(("ann", ANGER))) == Conflict((ANGER, JOY))


@pytest.mark.parametrize("people", [1, 2, 3])
def test_a_moderator_who_is_contradicted_settles_it(people):
    votes = said(("mod", JOY), is_moderator=True) + said(("file:1", ANGER))
    assert one(votes, people) == Conflict((ANGER, JOY))
    agreed = votes + said(("other", JOY), is_moderator=True)
    assert isinstance(one(agreed, people), Gold)


def test_two_who_saw_the_answer_are_one_who_did_not():
    seen = said(("ann", JOY), ("bob", JOY), is_anchored=True)
    assert one(seen) == Open()
    assert isinstance(one(seen + said(("cid", JOY))), Gold)


@pytest.mark.parametrize("anchored", [False, True])
def test_a_tie_is_a_conflict_for_moderators(anchored):
    votes = said(("ann", JOY), ("bob", ANGER), is_anchored=anchored)
    assert one(votes) == Conflict((ANGER, JOY))
    settled = outcomes(votes, 2, 2, {1: LeftOut()})
    assert settled == {1: LeftOut()}


def test_what_five_people_do_not_clear_up_is_a_conflict():
    votes = said(("ann", JOY), ("bob", JOY), ("cid", JOY), ("dan", ANGER))
    assert isinstance(one(votes), Gold)
    votes = said(("ann", JOY), ("bob", JOY), ("cid", ANGER))
    assert one(votes) == Open()
    votes = said(("a", JOY), ("b", JOY), ("c", JOY), ("d", ANGER), ("e", ANGER))
    assert one(votes) == Conflict((ANGER, JOY))


def test_ambiguous_is_an_answer_like_another():
    votes = said(("ann", Mark.AMBIGUOUS), ("bob", Mark.AMBIGUOUS))
    assert one(votes) == Ambiguous()
    assert one(said(("ann", Mark.AMBIGUOUS), ("bob", JOY))) == Conflict((Mark.AMBIGUOUS, JOY))


def test_several_labels_are_judged_as_a_set():
    answers = possible_answers(5, is_multi=True)
    assert answers == 32
    both, none = ("anger", "joy"), ()
    agreed = one(said(("ann", both), ("bob", both)), answers=answers)
    assert isinstance(agreed, Gold) and agreed.answer == both
    assert one(said(("ann", both), ("bob", JOY)), answers=answers) == Conflict((both, JOY))
    empty = one(said(("ann", none), ("bob", none)), answers=answers)
    assert isinstance(empty, Gold) and empty.answer == none


def test_a_set_of_many_labels_has_an_end():
    assert possible_answers(100, is_multi=True) == 1000
    assert possible_answers(7) == 7


def test_checks_measure_people_and_not_texts():
    known = [
        vote for n in range(2, 32) for vote in said(("mod", JOY), example=n, is_moderator=True)
    ]
    wrong = [Vote(n, "eve", ANGER, is_check=True) for n in range(2, 32)]
    pair = said(("ann", JOY), ("eve", ANGER))
    assert one(pair + known) == Conflict((ANGER, JOY))
    found = outcomes(pair + known + wrong, 2, 2)
    assert found[1] == Open()
    assert all(isinstance(found[n], Gold) for n in range(2, 32))
    assert isinstance(one(pair + said(("bob", JOY)) + known + wrong), Gold)


def test_where_one_person_is_enough_most_of_them_win():
    assert isinstance(one(said(("ann", JOY), is_anchored=True), people=1), Gold)
    tie = said(("ann", JOY), ("bob", ANGER), is_anchored=True)
    assert one(tie, people=1) == Conflict((ANGER, JOY))
    third = one(tie + said(("cid", ANGER), is_anchored=True), people=1)
    assert isinstance(third, Gold) and third.answer == ANGER


VOTES = st.lists(
    st.tuples(st.integers(1, 4), st.sampled_from("abcdefg"), st.sampled_from("xyz")),
    unique_by=lambda row: row[:2],
    max_size=20,
).map(lambda rows: [Vote(number, user, (answer,)) for number, user, answer in rows])


@given(VOTES, st.integers(), st.integers(1, 3))
def test_the_order_of_votes_decides_nothing(votes, seed, people):
    shuffled = random.Random(seed).sample(votes, len(votes))
    found, again = outcomes(votes, 3, people), outcomes(shuffled, 3, people)
    assert {n: kind(one) for n, one in found.items()} == {n: kind(o) for n, o in again.items()}


def kind(told: object) -> object:
    return told.answer if isinstance(told, Gold) else told


@given(VOTES)
def test_gold_never_comes_from_one_member_nor_from_a_tie(votes):
    for example, told in outcomes(votes, 3, 2).items():
        if isinstance(told, Gold):
            answers = [vote.answer for vote in votes if vote.example == example]
            assert answers.count(told.answer) >= 2
            assert told.posterior >= 0.8


def test_what_moderators_name_holds_whatever_is_said():
    votes = said(("ann", JOY), ("bob", ANGER))
    assert outcomes(votes, 2, 2, {1: Gold(("fear",), 1.0)}) == {1: Gold(("fear",), 1.0)}


def test_without_votes_there_is_only_what_is_settled():
    assert outcomes([], 2, 2) == {}
    assert outcomes([], 2, 2, {7: Ambiguous()}) == {7: Ambiguous()}
