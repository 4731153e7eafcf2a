"""A dataset as the queue sees it at one moment: what may be shown to whom, and who agrees. Pure."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from handlers.collecting.outcome import Judged, State, said_by
from handlers.learning.consensus import Answer, Mark
from handlers.learning.queue_order import Candidate, Queue, queue_of
from storage.records import Arm, Dataset, Settled, Side

_WITNESSES = 2
"""So many people, or one moderator, make a text one that measures others."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """On so many of the texts that others have labelled too, somebody said what came of them."""

    agreed: int
    compared: int


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What there is to label, and what has come of what was labelled."""

    texts: int
    """All but those that moderators have left out."""
    queue: Queue
    conflicts: Sequence[int]
    """The numbers of texts that moderators have to settle, the oldest first."""
    said: dict[str, set[int]]
    """Which texts each person has labelled; what they have said since is added."""
    agreements: Mapping[str, Agreement]


Probabilities = Mapping[int, Mapping[str, float]]
"""What a model makes of some texts, by their numbers: each label's key with its probability."""


def snapshot_of(
    dataset: Dataset, found: Sequence[Judged], probabilities: Probabilities
) -> Snapshot:
    """Return what the queue knows of a dataset."""
    said: defaultdict[str, set[int]] = defaultdict(set)
    for one in found:
        for vote in one.votes:
            said[vote.user].add(one.example.id)
    labelled = Counter({label.key: 0 for label in dataset.active})
    labelled.update(key for one in found for key in one.labels)
    return Snapshot(
        texts=sum(one.state is not State.LEFT_OUT for one in found),
        queue=queue_of(_candidates(dataset, found, probabilities), labelled),
        conflicts=[one.example.id for one in found if one.state is State.CONFLICT],
        said=dict(said),
        agreements=_agreements(dataset, found),
    )


def _candidates(
    dataset: Dataset, found: Iterable[Judged], probabilities: Probabilities
) -> Iterator[Candidate]:
    for one in found:
        if one.state not in (State.OPEN, State.GOLD):
            continue
        answers = _answers(dataset, one)
        is_known = one.state is State.GOLD
        if is_known and not _is_certain(one, answers):
            continue
        guess = probabilities.get(one.example.id)
        yield Candidate(
            one.example.id,
            side=one.example.side,
            people=len(answers),
            probabilities=guess,
            doubt=_doubt(answers, guess or {}),
            is_known=is_known,
            is_measuring=_is_measuring(one),
        )


def _answers(dataset: Dataset, one: Judged) -> Sequence[Answer]:
    """What people say of a text; a check says something of them alone."""
    told = (said_by(dataset, vote) for vote in one.votes if vote.arm is not Arm.CHECK)
    return [answer for answer in told if answer is not None]


def _is_certain(one: Judged, answers: Sequence[Answer]) -> bool:
    """Whether it is known well enough to measure somebody by it."""
    is_settled = one.example.settled is Settled.LABELLED
    return is_settled or len(answers) >= _WITNESSES or any(v.is_moderator for v in one.votes)


def _is_measuring(one: Judged) -> bool:
    if one.example.side is not Side.TEST:
        return False
    return any(vote.arm is Arm.RANDOM and not vote.is_anchored for vote in one.votes)


def _doubt(answers: Sequence[Answer], guess: Mapping[str, float]) -> float:
    """How many say something else than most, and how unlikely the model finds what those say."""
    if not answers:
        return 0.0
    leading, count = Counter(answers).most_common(1)[0]
    doubt = 1 - count / len(answers)
    if guess and not isinstance(leading, Mark):
        doubt += 1 - max((guess.get(key, 0.0) for key in leading), default=1.0)
    return doubt


def _agreements(dataset: Dataset, found: Iterable[Judged]) -> Mapping[str, Agreement]:
    agreed: Counter[str] = Counter()
    compared: Counter[str] = Counter()
    for one in found:
        if one.state is not State.GOLD or len(one.votes) < _WITNESSES:
            continue
        for vote in one.votes:
            if (answer := said_by(dataset, vote)) is not None:
                compared[vote.user] += 1
                agreed[vote.user] += answer == one.labels
    return {user: Agreement(agreed[user], n) for user, n in compared.items()}
