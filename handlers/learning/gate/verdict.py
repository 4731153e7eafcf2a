"""The gate: a new model answers in place of another only if it is shown to be better. Pure."""

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from handlers.learning.gate import sets
from handlers.learning.gate.answers import Paired
from handlers.learning.gate.resampling import (
    Figure,
    at_least,
    calibration_error,
    gained,
    macro_f1,
)
from handlers.learning.gate.sets import PairedSets
from handlers.learning.gate.sign_test import (
    LEVEL,
    decided_needed,
    level_of,
    mid_p,
    share_at_least,
)

WORTHWHILE = 0.03
"""Of all texts: a gain that there should be enough judgements to see, four times in five."""
MACRO_F1_LOST = 0.005
RECALL_LOST = 0.05
CALIBRATION_LOST = 0.02
FEWEST_CALIBRATED = 30
"""From fewer texts nothing is read of probabilities: drawing them again tells nothing new."""
SLOWER, SLOWER_MS = 1.2, 1.0
"""Less than a millisecond nobody feels, and it cannot be told from the noise of a measurement."""


class Verdict(StrEnum):
    """What is known of a new model beside the one that answers."""

    BETTER = "better"
    NOT_SHOWN = "not_shown"
    """That it is better is not shown; nor need it be worse."""
    WORSE = "worse"


class Fault(StrEnum):
    """What speaks against a new model, however often it is right."""

    MACRO_F1 = "macro_f1"
    """It may be lower by more than half a point. It is the only one that more texts can mend."""
    RECALL = "recall"
    """Of one label it finds fewer by more than 5 points, and not by chance."""
    CALIBRATION = "calibration"
    """Its probabilities are further from the truth by more than 2 points, and not by chance."""
    SLOW = "slow"
    """It takes more than 1.2 times as long, and a millisecond."""
    MUST_PASS = "must_pass"  # noqa: S105 - nothing secret
    """It is wrong on texts that it must get right."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A fault, with how far it goes: a share of one, a ratio, or a number of texts."""

    fault: Fault
    amount: float
    label: str | None = None


@dataclass(frozen=True, slots=True)
class Tally:
    """On how many items only the new model was right, and only the other."""

    wins: int
    losses: int
    items: float
    """Of how many in all. Where only items were judged on which they differ: those divided by the
    share of all texts on which they do."""

    def gain_at_least(self, level: float) -> float:
        """Return the lower bound of how many more of all texts the new one gets right."""
        decided = self.wins + self.losses
        return (2 * share_at_least(self.wins, self.losses, level) - 1) * decided / self.items

    def missing(self, level: float) -> int:
        """How many more items it would take to see a gain of `WORTHWHILE`."""
        differing = max((self.wins + self.losses) / self.items, WORTHWHILE)
        needed = decided_needed((1 + WORTHWHILE / differing) / 2, level) / differing
        return max(0, math.ceil(needed - self.items))


@dataclass(frozen=True, slots=True)
class Judgement:
    """The gate's word on a new model."""

    verdict: Verdict
    by: float = 0.0
    """So much more, or less, of all texts it gets right at the least; a share of one."""
    missing: int = 0
    """So many more items it would take to see a worthwhile gain; 0: one would have been seen."""
    findings: tuple[Finding, ...] = field(default=())


def judge_tally(tally: Tally, looks: int = 1) -> Judgement:
    """Judge by who is right alone, where items are looked at so many times in all."""
    level = level_of(looks)
    if mid_p(tally.wins, tally.losses) < level:
        return Judgement(Verdict.BETTER, tally.gain_at_least(level))
    turned = Tally(tally.losses, tally.wins, tally.items)
    if mid_p(turned.wins, turned.losses) < LEVEL:
        return Judgement(Verdict.WORSE, turned.gain_at_least(LEVEL))
    return Judgement(Verdict.NOT_SHOWN, missing=tally.missing(level))


Comparison = Paired | PairedSets


def judge(paired: Comparison, must_pass_wrong: int = 0) -> Judgement:
    """Judge by everything that is known of two models on the same texts."""
    found = judge_tally(Tally(*paired.decided(), items=paired.texts))
    findings = (*_harms(paired), *_failed(must_pass_wrong))
    if findings or found.verdict is Verdict.WORSE:
        return Judgement(Verdict.WORSE, found.by * (found.verdict is Verdict.WORSE), 0, findings)
    if found.verdict is Verdict.BETTER and (doubt := _macro_f1(paired)):
        return Judgement(Verdict.NOT_SHOWN, findings=(doubt,))
    return found


def _harms(paired: Comparison) -> Iterator[Finding]:
    yield from _recalls(paired)
    if paired.texts >= FEWEST_CALIBRATED:
        lost = at_least(_calibration_lost(paired), paired.texts)
        if lost > CALIBRATION_LOST:
            yield Finding(Fault.CALIBRATION, lost)
    new, live = paired.new.p95_ms, paired.live.p95_ms
    if new and live and new > max(live * SLOWER, live + SLOWER_MS):
        yield Finding(Fault.SLOW, new / live)


def _calibration_lost(paired: Comparison) -> Figure:
    if isinstance(paired, PairedSets):
        return sets.gained(paired, sets.calibration_error)
    return gained(paired, calibration_error)


def _macro_f1_gained(paired: Comparison) -> Figure:
    if isinstance(paired, PairedSets):
        return sets.gained(paired, sets.macro_f1)
    return gained(paired, macro_f1)


def _recalls(paired: Comparison) -> Iterator[Finding]:
    """Each label has its part of the level, so that many labels are no many chances to fail."""
    for number, label in enumerate(paired.labels):
        wins, losses = paired.decided(number)
        lost = (losses - wins) / max(paired.having(number), 1)
        if lost > RECALL_LOST and mid_p(losses, wins) < LEVEL / len(paired.labels):
            yield Finding(Fault.RECALL, lost, label)


def _failed(wrong: int) -> Iterator[Finding]:
    if wrong:
        yield Finding(Fault.MUST_PASS, wrong)


def _macro_f1(paired: Comparison) -> Finding | None:
    """It has to be shown that labels which are rare did not pay for those which are not."""
    gain = at_least(_macro_f1_gained(paired), paired.texts)
    return Finding(Fault.MACRO_F1, -gain) if gain <= -MACRO_F1_LOST else None
