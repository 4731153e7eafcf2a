"""How votes become gold: pure functions, no database."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from storage.records import LabelledText, LabelPool


@dataclass(frozen=True, slots=True)
class Vote:
    """One user's label for the text of one query."""

    query_id: int
    user: str
    label: str
    text: str
    label_set: tuple[str, ...]
    model: str


def settle(votes: Iterable[Vote]) -> Sequence[LabelPool]:
    """Pools of what was agreed, the largest first. `votes` come in the order of the clicks."""
    groups: dict[tuple[str, ...], list[Vote]] = defaultdict(list)
    for vote in votes:
        # A label that the set does not hold could never be trained; an empty set holds none.
        if vote.label in vote.label_set:
            groups[tuple(sorted(vote.label_set))].append(vote)
    pools = [pool_of(group) for group in groups.values()]
    found = [pool for pool in pools if pool.examples]
    return sorted(found, key=lambda pool: (-len(pool.examples), pool.label_set))


def pool_of(votes: Sequence[Vote]) -> LabelPool:
    """The pool of votes that share one label set, whatever its order."""
    newest = max(votes, key=lambda vote: vote.query_id)
    labels: dict[str, dict[str, str]] = {}
    for vote in sorted(votes, key=lambda vote: vote.query_id):
        labels[vote.text] = {}  # texts in the order of their first queries
    for vote in votes:
        labels[vote.text][vote.user] = vote.label  # somebody's last word on a text counts
    winners = ((text, winner(said.values())) for text, said in labels.items())
    examples = tuple(LabelledText(text, label) for text, label in winners if label is not None)
    return LabelPool(newest.label_set, examples, newest.model)


def winner(labels: Iterable[str]) -> str | None:
    """The label with most votes, or None if two share the lead."""
    match Counter(labels).most_common(2):
        case [(label, votes), (_, runner_up)] if votes > runner_up:
            return label
        case [(label, _)]:
            return label
    return None
