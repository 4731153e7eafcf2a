"""The votes on a dataset, counted: where each of its texts stands, and who said what. Pure.

A text is told by its place here, which is its own as long as none is taken out. A tally never
changes: what comes after some votes is another.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from handlers.learning.columns import Codes, Columns, Flags, Numbers
from handlers.learning.consensus import (
    NOTHING,
    STATES,
    Answer,
    Mark,
    Rules,
    Settlements,
    Standings,
    State,
    possible_answers,
)
from handlers.learning.counting import Ballots, Count, count, numbered, recount
from storage.records import (
    Arm,
    Dataset,
    DatasetKind,
    HowGiven,
    Settled,
    Side,
    TextColumns,
    VoteColumns,
    VotesSince,
)

SIDES = tuple(Side)
ARMS = tuple(Arm)

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

Given = Answer | None
"""The keys that a vote names, or that no label fits well."""


@dataclass(frozen=True, slots=True, eq=False)
class Texts(Columns):
    """A row a text, in the order of their numbers."""

    number: Numbers
    side: Codes
    """Its place in SIDES; NOTHING: on none yet."""
    settled: Codes
    """What moderators have made of it, as the code of a state; or NOTHING."""
    settled_on: Numbers
    """The labels that they have settled on, by the place in `Tally.given`; or NOTHING."""


@dataclass(frozen=True, slots=True, eq=False)
class Votes(Columns):
    """A row a vote."""

    text: Numbers
    user: Numbers
    """Its place in `Tally.users`."""
    given: Numbers
    """What it says, by its place in `Tally.given`."""
    day: Numbers
    """In UTC, as `date.toordinal` counts."""
    is_anchored: Flags
    is_moderator: Flags
    arm: Codes
    """Its place in ARMS, or NOTHING."""


@dataclass(frozen=True, slots=True, eq=False)
class Tally:
    """A dataset with its texts, the votes on them, and what has come of it."""

    dataset: Dataset
    upto: int
    """The number of the last change that is counted."""
    texts: Texts
    votes: Votes
    count: Count
    answers: Sequence[Answer]
    """What the places in `count` stand for."""
    users: Mapping[str, int]
    """The place of each person."""
    given: Mapping[Given, int]
    silent: frozenset[str] = frozenset()
    """Those whose votes count for nothing."""
    behind: int = 0
    """So many votes have not yet told all that they tell of people."""

    @property
    def rows(self) -> int:
        """How many texts and votes there are."""
        return len(self.texts.number) + len(self.votes.text)

    @property
    def is_exact(self) -> bool:
        """Whether all votes tell of people."""
        return self.behind == 0

    def place(self, number: int) -> int | None:
        """Return the place of a text, by its number."""
        place = int(np.searchsorted(self.texts.number, number))
        is_there = place < len(self.texts.number) and self.texts.number[place] == number
        return place if is_there else None

    def state(self, place: int) -> State:
        """Return where a text stands."""
        return STATES[int(self.count.texts.state[place])]

    def labels(self, place: int) -> tuple[str, ...]:
        """Return the keys of the labels that people agree on; none where they do not."""
        is_gold = self.state(place) is State.GOLD
        return self.labels_of(self.count.texts.answer[place]) if is_gold else ()

    def labels_of(self, answer: int) -> tuple[str, ...]:
        """Return the keys that an answer names, by its place."""
        told = self.answers[answer]
        return () if isinstance(told, Mark) else told

    def stand(self, state: State) -> Flags:
        """Return which texts stand there."""
        flags: Flags = self.count.texts.state == state.code
        return flags

    def votes_for(self, key: str) -> Flags:
        """Return which votes give a label, by its key."""
        return self.naming(key)[self.count.ballots.answer]

    def naming(self, key: str) -> Flags:
        """Return which answers name a label, by their places; the last stands for NOTHING."""
        has = [key in self.labels_of(place) for place in range(len(self.answers))]
        return np.array([*has, False])

    def voted_by(self, user: str) -> Flags:
        """Return on which texts somebody has a vote."""
        found = np.zeros(len(self.texts.number), bool)
        found[self.votes.text[self.votes.user == self.users.get(user, NOTHING)]] = True
        return found

    @property
    def people(self) -> Numbers:
        """How many have a vote on each text."""
        return np.bincount(self.votes.text, minlength=len(self.texts.number))


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
