"""Two versions compared on texts on which they differ: who may judge, and what that tells. Pure.

The texts on which both say the same tell nothing of which is better, so nobody is asked them; how
many there are is known from how many both were asked.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping

from handlers.learning.gate.verdict import Judgement, Tally, Verdict, judge_tally
from handlers.learning.shares import MOST_SHARE
from storage.records import Tallied

LOOKS = (50, 100, 150)
"""The gate reads after so many judgements, each time at a level of .0221."""
MOST_BY_ONE = LOOKS[-1] // 3
"""No member judges more than a third of them."""
_LEAST_SHARE = 0.01


def due_look(judged: int, looked: int) -> int | None:
    """Return after how many judgements the gate has to read now; None: it has, or is not due."""
    return next((look for look in reversed(LOOKS) if looked < look <= judged), None)


def reading(found: Tallied, compared: int) -> Judgement:
    """Return the gate's word; `by` and `missing` are of all texts that both were asked."""
    share = max(found.differing / max(compared, found.differing, 1), _LEAST_SHARE)
    return judge_tally(Tally(found.wins, found.losses, max(found.judged, 1) / share), len(LOOKS))


def is_over(judgement: Judgement, look: int) -> bool:
    """Whether no more judgements are asked for."""
    return judgement.verdict is not Verdict.NOT_SHOWN or look >= LOOKS[-1]


def large_suppliers(labels: Mapping[int, str], votes: Iterable[tuple[int, str, str]]) -> set[str]:
    """Return who supplied a tenth or more of what a version learned.

    A label counts for those who gave it in equal parts. Where one person labels alone, nobody else
    could judge, and they may.

    Args:
        labels: the label of each text that it learned from, by the text's number.
        votes: the text, who says it and the label, of every vote on these texts.
    """
    givers: defaultdict[int, set[str]] = defaultdict(set)
    everybody: set[str] = set()
    for text, user, label in votes:
        everybody.add(user)
        if labels.get(text) == label:
            givers[text].add(user)
    if len(everybody) <= 1:
        return set()
    supplied: Counter[str] = Counter()
    for people in givers.values():
        for user in people:
            supplied[user] += 1 / len(people)  # type: ignore[assignment]
    return {user for user, texts in supplied.items() if texts >= MOST_SHARE * len(labels)}
