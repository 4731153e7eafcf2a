"""What is to be told of a model that answers. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from handlers.learning.watch.acceptance import (
    FEWEST_FORMER,
    ROLLBACK_BOUND,
    ROLLBACK_WITHIN,
    Fall,
    Judged,
    fall_of,
    usual_share,
)
from handlers.learning.watch.drift import (
    WINDOW,
    Answered,
    labels_drifted,
    margins_drifted,
    unknown_grew,
)


class Sign(StrEnum):
    """What speaks against a model that answers."""

    ACCEPTANCE = "acceptance"
    LABELS = "labels"
    MARGINS = "margins"
    WORDS = "words"


@dataclass(frozen=True, slots=True)
class Alarm:
    """A sign, with how far it goes."""

    sign: Sign
    amount: float
    """The share of accepted answers now, the index, the distance, or the share that is unknown."""
    usual: float | None = None
    """The share of accepted answers of before."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What people did with a model since it is live, and with what was live before."""

    judged: Sequence[Judged]
    former: Sequence[Judged]
    first: Sequence[Answered]
    """Its first answers."""
    last: Sequence[Answered]
    """Its last ones."""

    @property
    def baseline(self) -> tuple[Sequence[Judged], Sequence[Judged]]:
        """What says what is usual, and what is compared with it: without a former one, its own."""
        if len(self.former) >= FEWEST_FORMER:
            return self.former, self.judged
        return self.judged[:FEWEST_FORMER], self.judged[FEWEST_FORMER:]


def alarms(evidence: Evidence) -> Iterator[Alarm]:
    """Yield each sign that there is."""
    usual, judged = evidence.baseline
    if len(usual) >= FEWEST_FORMER and (fall := fall_of(judged, usual_share(usual))):
        yield Alarm(Sign.ACCEPTANCE, fall.now, fall.usual)
    if len(evidence.last) < WINDOW:
        return
    then, now = evidence.first, evidence.last
    for sign, found in (
        (Sign.LABELS, labels_drifted(then, now)),
        (Sign.MARGINS, margins_drifted(then, now)),
        (Sign.WORDS, unknown_grew(then, now)),
    ):
        if found is not None:
            yield Alarm(sign, found)


def to_roll_back(evidence: Evidence) -> Fall | None:
    """Return how far the share has fallen, if a version that is new has to go for it."""
    if len(evidence.former) < FEWEST_FORMER or len(evidence.judged) > ROLLBACK_WITHIN:
        return None
    return fall_of(evidence.judged, usual_share(evidence.former), ROLLBACK_BOUND)
