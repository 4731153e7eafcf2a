"""Which text somebody labels next, and why. Pure: chance is given.

Of ten texts, six are those that the model is least sure of, two are drawn at random, one has been
labelled by others and wants one more word, and one is known already and measures whoever labels.
Where one of the kinds has nothing left, what it would have had is drawn at random.
"""

import random
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from storage.records import Arm, Side

SHARES: Mapping[Arm, float] = {Arm.MARGIN: 0.6, Arm.RANDOM: 0.2, Arm.SECOND: 0.1, Arm.CHECK: 0.1}
_LEADING = 2
_EVEN = 0.2
"""Added to each lead, so that two texts on the fence are told apart by their labels."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A text of which somebody may be asked."""

    example: int
    side: Side | None = None
    people: int = 0
    """So many have labelled it."""
    probabilities: Mapping[str, float] | None = None
    """What a model makes of it; None where there is none yet, as on a first day."""
    doubt: float = 0.0
    """How much one more word is wanted: by consensus, likelihood, or what near-duplicates are."""
    is_known: bool = False
    """What it is is settled, so that it can measure somebody."""
    is_measuring: bool = False
    """Chance chose it to measure models, and it wants more people: whom it shows next is no choice
    of anybody's either, or what is hard to label would be missing among what measures."""


@dataclass(frozen=True, slots=True)
class Queue:
    """The texts of a dataset by why they are shown; margin and second have the best first."""

    margin: Sequence[Candidate]
    measuring: Sequence[Candidate]
    new: Sequence[Candidate]
    second: Sequence[Candidate]
    known: Sequence[Candidate]


@dataclass(frozen=True, slots=True)
class Proposal:
    """A text that may be shown, and why."""

    candidate: Candidate
    arm: Arm


def queue_of(candidates: Iterable[Candidate], labelled: Mapping[str, int]) -> Queue:
    """Sort the texts of a dataset; `labelled` tells how many have each label so far.

    What is measured on is chosen by chance alone, so the margin leaves its side alone.
    """
    wanted = sorted(candidates, key=lambda one: one.example)
    is_open = [one for one in wanted if not one.is_known]
    new = [one for one in is_open if not one.people]
    guessed = [one for one in new if one.probabilities and one.side is not Side.TEST]
    asked = [one for one in is_open if one.people]
    return Queue(
        margin=sorted(guessed, key=lambda one: priority(one, labelled)),
        measuring=[one for one in asked if one.is_measuring],
        new=new,
        second=sorted(
            (one for one in asked if not one.is_measuring),
            key=lambda one: (-one.doubt, one.people),
        ),
        known=[one for one in wanted if one.is_known],
    )


def proposals(
    queue: Queue, chance: random.Random, may: Callable[[int], bool] = lambda _: True
) -> Iterator[Proposal]:
    """Yield what to show to somebody, the best first, of what they may be shown.

    Checks are mixed among others: whoever has nothing else left is not asked what is known.
    """
    drawn = chance.choices(list(SHARES), list(SHARES.values()))[0]
    others = [*dict.fromkeys((drawn, Arm.RANDOM, Arm.SECOND, Arm.MARGIN))]
    asked = _of_arms(queue, [arm for arm in others if arm is not Arm.CHECK], chance, may)
    first = next(asked, None)
    if first is None:
        return
    if drawn is Arm.CHECK:
        yield from _of_arms(queue, [Arm.CHECK], chance, may)
    yield first
    yield from asked


def leads(probabilities: Mapping[str, float], labelled: Mapping[str, int]) -> tuple[float, str]:
    """Return how far the likeliest label leads, and which of the first two is the rarer one.

    Where some labels are rare, a text that may have one of them teaches more than another.
    """
    ranked = sorted(probabilities, key=lambda label: -probabilities[label])[:_LEADING]
    first, *second = (probabilities[label] for label in ranked)
    rarer = min(ranked, key=lambda label: labelled.get(label, 0))
    return first - (second[0] if second else 0.0), rarer


def priority(one: Candidate, labelled: Mapping[str, int]) -> float:
    """The lead, smaller where one of the two labels is rare so far."""
    lead, rarer = leads(one.probabilities or {}, labelled)
    usual = sum(labelled.values()) / max(len(labelled), 1) + 1
    return (lead + _EVEN) * (labelled.get(rarer, 0) + 1) / usual


def _of_arms(
    queue: Queue, arms: Iterable[Arm], chance: random.Random, may: Callable[[int], bool]
) -> Iterator[Proposal]:
    for arm in arms:
        for one in _in_order(queue, arm, chance):
            if may(one.example):
                yield Proposal(one, arm)


def _in_order(queue: Queue, arm: Arm, chance: random.Random) -> Iterator[Candidate]:
    match arm:
        case Arm.MARGIN:
            yield from queue.margin
        case Arm.SECOND:
            yield from queue.second
        case Arm.CHECK:
            yield from _shuffled(queue.known, chance)
        case Arm.RANDOM:
            yield from _shuffled(queue.measuring, chance)
            yield from _shuffled(queue.new, chance)


def _shuffled(found: Sequence[Candidate], chance: random.Random) -> Iterator[Candidate]:
    """Draw one after another (Fisher and Yates), without a copy of all for the first few."""
    moved: dict[int, int] = {}
    for last in reversed(range(len(found))):
        place = chance.randrange(last + 1)
        yield found[moved.get(place, place)]
        moved[place] = moved.get(last, last)
