"""Which text somebody labels next, and why. Pure: chance comes from a seed.

Of ten texts, six are those that the model is least sure of, two are drawn at random, one has been
labelled by others and wants one more word, and one is known already and measures whoever labels.
Where one of the kinds has nothing left, what it would have had is drawn at random.
"""

import random
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from storage.records import Arm, Side

SHARES: Mapping[Arm, float] = {Arm.MARGIN: 0.6, Arm.RANDOM: 0.2, Arm.SECOND: 0.1, Arm.CHECK: 0.1}
_LEADING = 2
_EVEN = 0.2
"""Added to each lead, so that two texts on the fence are told apart by their labels."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A text that somebody who asks for one has not labelled yet."""

    example: int
    side: Side | None = None
    people: int = 0
    """So many others have labelled it."""
    probabilities: Mapping[str, float] | None = None
    """What a model makes of it; None where there is none yet, as on a first day."""
    doubt: float = 0.0
    """How much one more word is wanted: by consensus, likelihood, or what near-duplicates are."""
    is_known: bool = False
    """What it is is settled, so that it can measure somebody."""


@dataclass(frozen=True, slots=True)
class Card:
    """A text to be shown, and why."""

    example: int
    arm: Arm


def next_card(
    candidates: Sequence[Candidate], labelled: Mapping[str, int], seed: int
) -> Card | None:
    """Return what to show to somebody; None: there is nothing left for them.

    `labelled` tells how many texts have each label so far. The same seed draws the same card, so
    whoever comes back finds the card that they left; it is the number of their next vote.
    """
    chance = random.Random(f"card {seed}")  # noqa: S311 - nothing secret
    drawn = chance.choices(list(SHARES), list(SHARES.values()))[0]
    for arm in (drawn, Arm.RANDOM, Arm.SECOND, Arm.MARGIN):
        if found := _fit_for(arm, candidates):
            return Card(_choose(arm, found, labelled, chance).example, arm)
    return None


def leads(probabilities: Mapping[str, float], labelled: Mapping[str, int]) -> tuple[float, str]:
    """Return how far the likeliest label leads, and which of the first two is the rarer one.

    Where some labels are rare, a text that may have one of them teaches more than another.
    """
    ranked = sorted(probabilities, key=lambda label: -probabilities[label])[:_LEADING]
    first, *second = (probabilities[label] for label in ranked)
    rarer = min(ranked, key=lambda label: labelled.get(label, 0))
    return first - (second[0] if second else 0.0), rarer


def _fit_for(arm: Arm, candidates: Sequence[Candidate]) -> Collection[Candidate]:
    """What is measured on is chosen by chance alone, so the margin leaves its side alone."""
    match arm:
        case Arm.MARGIN:
            new = [one for one in candidates if not one.people and not one.is_known]
            return [one for one in new if one.probabilities and one.side is not Side.TEST]
        case Arm.RANDOM:
            return [one for one in candidates if not one.people and not one.is_known]
        case Arm.SECOND:
            return [one for one in candidates if one.people and not one.is_known]
        case Arm.CHECK:
            return [one for one in candidates if one.is_known]


def _choose(
    arm: Arm, found: Collection[Candidate], labelled: Mapping[str, int], chance: random.Random
) -> Candidate:
    match arm:
        case Arm.MARGIN:
            return min(found, key=lambda one: (priority(one, labelled), one.example))
        case Arm.SECOND:
            return min(found, key=lambda one: (-one.doubt, one.people, one.example))
        case _:
            return chance.choice(sorted(found, key=lambda one: one.example))


def priority(one: Candidate, labelled: Mapping[str, int]) -> float:
    """The lead, smaller where one of the two labels is rare so far."""
    lead, rarer = leads(one.probabilities or {}, labelled)
    usual = sum(labelled.values()) / max(len(labelled), 1) + 1
    return (lead + _EVEN) * (labelled.get(rarer, 0) + 1) / usual
