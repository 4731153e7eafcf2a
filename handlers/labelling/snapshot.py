"""A dataset as the queue sees it at one moment: what may be shown to whom, and who agrees. Pure."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from handlers.learning.queue_order import Candidate, Queue, least_sure
from handlers.learning.votes.columns import Flags, Floats, Numbers
from handlers.learning.votes.consensus import MOST_PEOPLE, NOTHING, Mark, State
from handlers.learning.votes.tally import ARMS, SIDES, Tally
from storage.records import Arm, DatasetKind, Side

_WITNESSES = 2
"""So many people, or one moderator, make a text one that measures others."""

Probabilities = Mapping[int, Mapping[str, float]]
"""What a model makes of some texts, by their numbers: each label's key with its probability."""


@dataclass(frozen=True, slots=True)
class Guesses:
    """What a model makes of a dataset."""

    open: Probabilities
    """Of texts that nobody has labelled, or of which it is not clear yet."""
    doubted: Mapping[int, float]
    """Gold texts, by their numbers, on which one more word is wanted, and how much."""


NO_GUESSES = Guesses({}, {})


@dataclass(frozen=True, slots=True)
class Since:
    """That somebody has said something of a text since, or has taken it back."""

    is_said: bool
    at_s: float


@dataclass(frozen=True, slots=True)
class Agreement:
    """On so many of the texts that others have labelled too, somebody said what came of them."""

    agreed: int
    compared: int


@dataclass(frozen=True, slots=True, eq=False)
class Snapshot:
    """What there is to label, and what has come of what was labelled; texts by their places."""

    tally: Tally
    queue: Queue
    people: Numbers
    """How many have said of each text what it is."""
    texts: int
    """All but those that moderators have left out."""
    waiting: Flags
    """Which texts want one word more."""
    conflicts: Sequence[int]
    """The numbers of texts that moderators have to settle, the oldest first."""
    since: dict[str, dict[int, Since]] = field(default_factory=dict)
    """What people have done since, by the numbers of the texts: the last counts."""

    def number(self, place: int) -> int:
        """Return the number of a text."""
        return int(self.tally.texts.number[place])

    def unsaid_by(self, user: str) -> Callable[[int], bool]:
        """Return what tells of a place whether somebody has not labelled that text yet."""
        said = self.tally.voted_by(user)
        for place, one in self._places_since(user):
            said[place] = one.is_said
        return lambda place: not said[place]

    def left_for(self, user: str) -> int:
        """Return how many texts want a word of somebody."""
        waiting = self.waiting & ~self.tally.voted_by(user)
        for place, one in self._places_since(user):
            waiting[place] = not one.is_said
        return int(waiting.sum())

    def said_since(self) -> Iterator[int]:
        """Yield the numbers of texts of which anybody has said something since."""
        for texts in self.since.values():
            yield from (number for number, one in texts.items() if one.is_said)

    def since_from(self, at_s: float) -> dict[str, dict[int, Since]]:
        """Return what was done from some moment on: what was read since may lack it."""
        return {
            user: {number: one for number, one in texts.items() if one.at_s >= at_s}
            for user, texts in self.since.items()
        }

    def _places_since(self, user: str) -> Iterator[tuple[int, Since]]:
        for number, one in self.since.get(user, {}).items():
            if (place := self.tally.place(number)) is not None:
                yield place, one


def snapshot_of(tally: Tally, guesses: Guesses) -> Snapshot:
    """Return what the queue knows of a dataset, with what a model makes of some of its texts."""
    ballots = tally.count.ballots
    people = np.bincount(ballots.text[ballots.are_voting], minlength=len(tally.texts.number))
    conflicts: Sequence[int] = tally.texts.number[tally.stand(State.CONFLICT)].tolist()
    texts = int((~tally.stand(State.LEFT_OUT)).sum())
    queue = _queue(tally, people, guesses)
    waiting = np.zeros(len(tally.texts.number), bool)
    waiting[[*queue.new, *queue.measuring, *queue.second]] = True
    return Snapshot(tally, queue, people, texts, waiting, conflicts)


def agreement_of(tally: Tally, user: str) -> Agreement:
    """Return how far others agree with somebody, on texts that somebody else has labelled, too."""
    ballots, texts = tally.count.ballots, tally.count.texts
    theirs = tally.votes.user == tally.users.get(user, NOTHING)
    text, answer = ballots.text[theirs], ballots.answer[theirs]
    is_compared = tally.has_others()[text] & (answer != NOTHING)
    agreed = is_compared & tally.stand(State.GOLD)[text] & (answer == texts.answer[text])
    return Agreement(int(agreed.sum()), int(is_compared.sum()))


def _queue(tally: Tally, people: Numbers, guesses: Guesses) -> Queue:
    is_open = tally.stand(State.OPEN)
    is_measuring = is_open & (people > 0) & _measures(tally)
    new = np.flatnonzero(is_open & (people == 0))
    asked = np.flatnonzero(is_open & (people > 0) & ~is_measuring)
    doubted = _doubted(tally, people, guesses)
    second = np.append(asked, doubted)
    doubt = np.append(
        _doubt(tally, asked, guesses.open),
        [guesses.doubted[int(number)] for number in tally.texts.number[doubted]],
    )
    return Queue(
        margin=least_sure(_guessed(tally, new, guesses.open), _labelled(tally)),
        measuring=np.flatnonzero(is_measuring).tolist(),
        new=new.tolist(),
        second=second[np.lexsort((people[second], -doubt))].tolist(),
        known=np.flatnonzero(tally.stand(State.GOLD) & _certain(tally, people)).tolist(),
    )


def _guessed(tally: Tally, new: Numbers, guesses: Probabilities) -> Iterator[Candidate]:
    """New texts of which a model makes something, but for those that are measured on."""
    numbers, sides = tally.texts.number, tally.texts.side
    for place in new[sides[new] != SIDES.index(Side.TEST)].tolist() if guesses else ():
        if guess := guesses.get(int(numbers[place])):
            yield Candidate(place, guess, tally.dataset.kind is DatasetKind.MULTI)


def _labelled(tally: Tally) -> Mapping[str, int]:
    """How many gold texts have each label."""
    answers = tally.count.texts.answer[tally.stand(State.GOLD)]
    return {
        label.key: int(tally.naming(label.key)[answers].sum()) for label in tally.dataset.active
    }


def _doubt(tally: Tally, places: Numbers, guesses: Probabilities) -> Floats:
    """How unlikely people, and the model, find what leads."""
    doubt: Floats = 1 - tally.count.texts.posterior[places]
    for n, place in enumerate(places.tolist() if guesses else ()):
        guess = guesses.get(int(tally.texts.number[place]))
        answer = tally.answers[tally.count.texts.answer[place]]
        if guess and not isinstance(answer, Mark):
            doubt[n] += 1 - _likely(guess, answer, tally.dataset.kind)
    return doubt


def _likely(guess: Mapping[str, float], keys: Sequence[str], kind: DatasetKind) -> float:
    """How likely a model finds it that these labels hold; of several, the least likely says it."""
    if kind is DatasetKind.SINGLE:
        return max((guess.get(key, 0.0) for key in keys), default=0.0)
    return min(p if key in keys else 1 - p for key, p in guess.items())


def _doubted(tally: Tally, people: Numbers, guesses: Guesses) -> Numbers:
    """Gold texts to be shown once more; what measures, and what many have labelled, stays."""
    is_wanted = tally.stand(State.GOLD) & (people < MOST_PEOPLE)
    is_wanted &= tally.texts.side != SIDES.index(Side.TEST)
    is_wanted &= np.isin(tally.texts.number, list(guesses.doubted))
    found: Numbers = np.flatnonzero(is_wanted & (tally.texts.settled == NOTHING))
    return found


def _measures(tally: Tally) -> Flags:
    """On which texts of the test side somebody was shown by chance, without an answer before."""
    votes = tally.votes
    by_chance = (votes.arm == ARMS.index(Arm.RANDOM)) & ~votes.is_anchored
    found = np.zeros(len(tally.texts.number), bool)
    found[votes.text[by_chance]] = True
    found &= tally.texts.side == SIDES.index(Side.TEST)
    return found


def _certain(tally: Tally, people: Numbers) -> Flags:
    """What is known well enough to measure somebody by it."""
    ballots = tally.count.ballots
    by_moderator = np.zeros(len(people), bool)
    by_moderator[ballots.text[ballots.is_moderator & ballots.are_voting]] = True
    is_settled = tally.texts.settled != NOTHING
    certain: Flags = by_moderator | is_settled | (people >= _WITNESSES)
    return certain
