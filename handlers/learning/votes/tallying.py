"""Counts the votes on a dataset into a tally: all, or what came since the last one. Pure."""

import json
from collections.abc import Mapping, Sequence

import numpy as np

from handlers.learning.votes.columns import Flags, Numbers
from handlers.learning.votes.consensus import (
    NOTHING,
    Answer,
    Mark,
    Rules,
    Settlements,
    Standings,
    State,
    possible_answers,
)
from handlers.learning.votes.counting import Ballots, count, numbered, recount
from handlers.learning.votes.tally import ARMS, SIDES, Given, Tally, Texts, Votes
from storage.records import (
    Arm,
    Dataset,
    DatasetKind,
    HowGiven,
    Settled,
    TextColumns,
    VoteColumns,
    VotesSince,
)

_SIDE_CODES: Mapping[str | None, int] = {
    None: NOTHING,
    **{side: code for code, side in enumerate(SIDES)},
}
_SETTLED_CODES: Mapping[str | None, int] = {
    None: NOTHING,
    Settled.LEFT_OUT: State.LEFT_OUT.code,
    Settled.AMBIGUOUS: State.AMBIGUOUS.code,
    Settled.LABELLED: State.GOLD.code,
}
_MOST_BEHIND = 0.01
_FEW_VOTES = 20_000
"""So many are counted anew in some milliseconds."""


def tally(since: VotesSince, silent: frozenset[str] = frozenset()) -> Tally:
    """Count everything, but for what those say who are silent."""
    users: dict[str, int] = {}
    given: dict[Given, int] = {}
    texts = _texts(since.texts, given)
    votes = _votes(since.votes, texts, users, given)
    return _counted(since.dataset, since.upto, texts, votes, users, given, silent)


def exact(known: Tally) -> Tally:
    """Return the same, with all that every vote tells of people."""
    if known.is_exact:
        return known
    parts = (known.texts, known.votes, known.users, known.given, known.silent)
    return _counted(known.dataset, known.upto, *parts)


def updated(known: Tally, since: VotesSince) -> Tally | None:
    """Return the tally after some changes; None where all has to be read anew.

    Few votes on a large dataset are counted as `recount` does, others are counted exactly.
    """
    assert since.changed is not None
    there = set(since.texts.number)
    if any(known.place(number) is not None for number in since.changed if number not in there):
        return None
    users, given = dict(known.users), dict(known.given)
    texts, changed = _with_texts(known.texts, _texts(since.texts, given))
    if changed is None:
        return None
    votes = _votes(since.votes, texts, users, given)
    kept = ~np.isin(known.votes.text, changed)
    behind = known.behind + max(len(votes.text), int((~kept).sum()))
    both = known.votes.only(kept).and_then(votes)
    is_same = since.dataset == known.dataset
    if not is_same or len(both.text) <= _FEW_VOTES or behind > _MOST_BEHIND * len(both.text):
        return _counted(since.dataset, since.upto, texts, both, users, given, known.silent)
    unheard = _unheard(votes, users, known.silent)
    answers, rules, ballots, settled = _ballots(since.dataset, texts, votes, given, unheard)
    found = recount(known.count, kept, ballots, changed, settled, rules)
    return Tally(
        since.dataset,
        since.upto,
        texts,
        both,
        found,
        answers,
        users,
        given,
        known.silent,
        behind=behind,
    )


def by_some(known: Tally, which: Flags) -> Standings:
    """Return where texts stand by some of the votes alone; what has none of them is open."""
    unheard = _unheard(known.votes, known.users, known.silent)
    parts = (known.dataset, known.texts, known.votes, known.given)
    _, rules, ballots, settled = _ballots(*parts, unheard)
    some = ballots.only(which & (ballots.answer != NOTHING))
    has_any = np.zeros(len(known.texts.number), bool)
    has_any[some.text] = True
    state, answer = (np.where(has_any, each, NOTHING) for each in (settled.state, settled.answer))
    return count(some, Settlements(state, answer), rules).texts


def answer_given(dataset: Dataset, given: Given) -> Answer | None:
    """Return what a vote says now, in order; None: it names no label that there is."""
    return given if isinstance(given, Mark) else keys_now(dataset, given)


def keys_now(dataset: Dataset, keys: Sequence[str] | None) -> tuple[str, ...] | None:
    """Return the keys that count for these, in order; None where none of them does."""
    if keys is None:
        return None
    known = {label.key for key in keys if (label := dataset.resolved(key))}
    return tuple(sorted(known)) if known or not keys else None


def _counted(
    dataset: Dataset,
    upto: int,
    texts: Texts,
    votes: Votes,
    users: Mapping[str, int],
    given: Mapping[Given, int],
    silent: frozenset[str],
) -> Tally:
    unheard = _unheard(votes, users, silent)
    answers, rules, ballots, settled = _ballots(dataset, texts, votes, given, unheard)
    found = count(ballots, settled, rules)
    return Tally(dataset, upto, texts, votes, found, answers, users, given, silent)


def _unheard(votes: Votes, users: Mapping[str, int], silent: frozenset[str]) -> Flags:
    """Which votes are of those who are silent."""
    return np.isin(votes.user, [users[user] for user in silent if user in users])


def _texts(rows: TextColumns, given: dict[Given, int]) -> Texts:
    settled_on = [
        given.setdefault(tuple(json.loads(keys or "[]")), len(given))
        if how == Settled.LABELLED
        else NOTHING
        for how, keys in zip(rows.settled, rows.settled_labels, strict=True)
    ]
    return Texts(
        np.array(rows.number, np.int64),
        np.array([_SIDE_CODES[side] for side in rows.side], np.int8),
        np.array([_SETTLED_CODES[one] for one in rows.settled], np.int8),
        np.array(settled_on, np.int64),
    )


def _with_texts(known: Texts, changed: Texts) -> tuple[Texts, Numbers | None]:
    """The texts with those that have changed or are new, and the places of these.

    None: a new text does not come behind all others.
    """
    is_new = ~np.isin(changed.number, known.number)
    new = changed.number[is_new]
    if len(new) and len(known.number) and new[0] < known.number[-1]:
        return known, None
    texts = known.and_then(changed.only(is_new))
    places = np.searchsorted(texts.number, changed.number)
    texts.put(places, changed)
    return texts, places


def _votes(
    rows: VoteColumns, texts: Texts, users: dict[str, int], given: dict[Given, int]
) -> Votes:
    written: dict[str, int] = {}
    kind = numbered(rows.how, written)
    kinds = [HowGiven.read(one) for one in written]
    arms = [NOTHING if one.arm is None else ARMS.index(one.arm) for one in kinds]
    return Votes(
        np.searchsorted(texts.number, np.array(rows.text, np.int64)),
        numbered(rows.user, users),
        numbered(map(_given, kinds), given)[kind],
        np.array([one.day.toordinal() for one in kinds], np.int64)[kind],
        np.array([one.is_anchored for one in kinds], bool)[kind],
        np.array([one.is_moderator for one in kinds], bool)[kind],
        np.array(arms, np.int8)[kind],
    )


def _given(how: HowGiven) -> Given:
    return Mark.AMBIGUOUS if how.is_ambiguous else how.labels


def _ballots(
    dataset: Dataset, texts: Texts, votes: Votes, given: Mapping[Given, int], unheard: Flags
) -> tuple[Sequence[Answer], Rules, Ballots, Settlements]:
    """What votes say by what the labels are now: some are called otherwise, or are one by now."""
    answers: dict[Answer, int] = {}
    place_of = np.full(len(given) + 1, NOTHING)  # the last stands for NOTHING itself
    for keys, place in given.items():
        answer = answer_given(dataset, keys)
        if answer is not None:
            place_of[place] = answers.setdefault(answer, len(answers))
    marks = tuple(place for answer, place in answers.items() if isinstance(answer, Mark))
    possible = possible_answers(len(dataset.active), dataset.kind is DatasetKind.MULTI)
    ballots = Ballots(
        votes.text,
        votes.user,
        np.where(unheard, NOTHING, place_of[votes.given]),
        votes.is_anchored,
        votes.is_moderator,
        votes.arm == ARMS.index(Arm.CHECK),
    )
    settled_on = place_of[texts.settled_on]
    is_gone = (texts.settled_on != NOTHING) & (settled_on == NOTHING)
    settled = Settlements(np.where(is_gone, NOTHING, texts.settled), settled_on)
    return tuple(answers), Rules(possible, dataset.votes_needed, marks), ballots, settled
