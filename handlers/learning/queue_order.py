"""Which text somebody labels next, and why. Pure: chance is given.

Of ten texts, six are those that the model is least sure of, two are drawn at random, one has been
labelled by others and wants one more word, and one is known already and measures whoever labels.
Where one of the kinds has nothing left, what it would have had is drawn at random.
"""

import random
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from storage.records import Arm

EVEN = 0.5
"""As likely as not."""
SHARES: Mapping[Arm, float] = {Arm.MARGIN: 0.6, Arm.RANDOM: 0.2, Arm.SECOND: 0.1, Arm.CHECK: 0.1}
_LEADING = 2
_LEAD = 0.5
"""Added to each lead, so that two texts on the fence are told apart by their labels."""
_RARE = 0.5
"""How much the rare labels come before others: 0, not at all; 1, as much as they are rarer."""
_TINY = 1e-9


@dataclass(frozen=True, slots=True)
class Candidate:
    """A text of which a model makes something."""

    example: int
    probabilities: Mapping[str, float]
    are_several: bool = False
    """Several labels may hold at once, each from a probability of .5 on; else it is one."""


@dataclass(frozen=True, slots=True)
class Queue:
    """The texts of a dataset, by whatever they are told, sorted by why they may be shown.

    What nobody has labelled is new. What is measured on is chosen by chance alone: none of it is in
    the margin, and none that wants more people in second, or what is hard to label would be missing
    among what measures.
    """

    margin: Sequence[int]
    """The model is least sure of the first."""
    measuring: Sequence[int]
    """Chance chose them to measure models, and they want more people."""
    new: Sequence[int]
    second: Sequence[int]
    """One more word is wanted most of the first."""
    known: Sequence[int]
    """What they are is settled, so they can measure somebody."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A text that may be shown, and why."""

    text: int
    arm: Arm


def least_sure(candidates: Iterable[Candidate], labelled: Mapping[str, int]) -> Sequence[int]:
    """Return the texts by how much their label would teach; `labelled`: how many have each."""
    ranked = sorted(candidates, key=lambda one: (priority(one, labelled), one.example))
    return [one.example for one in ranked]


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


def evened(probability: float, limit: float) -> float:
    """Return a probability such that .5 stands where a label holds from `limit` on."""
    if probability < limit:
        return EVEN * probability / limit
    return 1 - (1 - EVEN) * (1 - probability) / max(1 - limit, _TINY)


def leads(one: Candidate, labelled: Mapping[str, int]) -> Iterator[tuple[float, str]]:
    """Yield how clear it is which label holds, from 0 to 1, and of which label that tells.

    Where one holds: how far the likeliest leads, and which of the first two is the rarer one. Where
    several may: of each, how far it is from where it is as likely as not.
    """
    probabilities = one.probabilities
    if one.are_several:
        yield from ((abs(2 * p - 1), label) for label, p in probabilities.items())
        return
    ranked = sorted(probabilities, key=lambda label: -probabilities[label])[:_LEADING]
    first, *second = (probabilities[label] for label in ranked)
    rarer = min(ranked, key=lambda label: labelled.get(label, 0))
    yield first - (second[0] if second else 0.0), rarer


def priority(one: Candidate, labelled: Mapping[str, int]) -> float:
    """The least lead, smaller where a label is rare so far: of it a text teaches more."""
    usual = sum(labelled.values()) / max(len(labelled), 1) + 1
    weighed = (
        (lead + _LEAD) * ((labelled.get(label, 0) + 1) / usual) ** _RARE
        for lead, label in leads(one, labelled)
    )
    return min(weighed, default=1.0 + _LEAD)


def _of_arms(
    queue: Queue, arms: Iterable[Arm], chance: random.Random, may: Callable[[int], bool]
) -> Iterator[Proposal]:
    for arm in arms:
        for text in _in_order(queue, arm, chance):
            if may(text):
                yield Proposal(text, arm)


def _in_order(queue: Queue, arm: Arm, chance: random.Random) -> Iterator[int]:
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


def _shuffled(found: Sequence[int], chance: random.Random) -> Iterator[int]:
    """Draw one after another (Fisher and Yates), without a copy of all for the first few."""
    moved: dict[int, int] = {}
    for last in reversed(range(len(found))):
        place = chance.randrange(last + 1)
        yield found[moved.get(place, place)]
        moved[place] = moved.get(last, last)
