"""How much of a class one person may supply, so that nobody makes a model their own. Pure."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

MOST_SHARE = 0.1
OTHERS_NEEDED = 3


@dataclass(frozen=True, slots=True)
class Contribution:
    """A gold text with its label, and who gave it that label."""

    example: int
    label: str
    people: frozenset[str]
    is_by_moderator: bool = False
    """A moderator is among them, who decides here anyway."""


def beyond_their_share(contributions: Sequence[Contribution]) -> dict[int, str]:
    """Return which texts are left out, each with the person who supplies too much of its label.

    A text counts for those who gave it its label in equal parts. One person may supply a tenth of
    a class; where three others do so too, as much as each of them. Of theirs, the first stay.
    """
    by_label: defaultdict[str, list[Contribution]] = defaultdict(list)
    for one in contributions:
        by_label[one.label].append(one)
    return {example: person for of_it in by_label.values() for example, person in _too_many(of_it)}


def _too_many(of_label: Sequence[Contribution]) -> Iterator[tuple[int, str]]:
    people = {person for one in of_label for person in one.people}
    has_enough = len(people) > OTHERS_NEEDED
    share = max(MOST_SHARE, 1 / len(people)) if has_enough else MOST_SHARE
    of_person: defaultdict[str, list[Contribution]] = defaultdict(list)
    for one in of_label:
        for person in () if one.is_by_moderator else one.people:
            of_person[person].append(one)
    for person, theirs in sorted(of_person.items(), key=lambda pair: pair[0]):
        supplied = sum(1 / len(one.people) for one in theirs)
        most = (len(of_label) - supplied) * share / (1 - share)
        for one in theirs:
            most -= 1 / len(one.people)
            if most < -_CLOSE:
                yield one.example, person


_CLOSE = 1e-9
