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
    label: str | None
    """None for a WRONG that names no other label."""
    is_right: bool
    """The answer was right, so `label` is the answer's own."""
    text: str
    label_set: tuple[str, ...]
    model: str


def settle(votes: Iterable[Vote]) -> Sequence[LabelPool]:
    """Pools of what was agreed, the largest first. `votes` come in the order of the clicks."""
    groups: dict[tuple[str, ...], list[Vote]] = defaultdict(list)
    for vote in votes:
        # A label that the set does not hold could never be trained; an empty set holds none.
        if vote.label is None or vote.label in vote.label_set:
            groups[tuple(sorted(vote.label_set))].append(vote)
    pools = [pool_of(group) for group in groups.values()]
    found = [pool for pool in pools if pool.examples]
    return sorted(found, key=lambda pool: (-len(pool.examples), pool.label_set))


def pool_of(votes: Sequence[Vote]) -> LabelPool:
    """The pool of votes that share one label set, whatever its order."""
    newest = max(votes, key=lambda vote: vote.query_id)
    said: dict[str, dict[str, Vote]] = {}
    for vote in sorted(votes, key=lambda vote: vote.query_id):
        said[vote.text] = {}  # texts in the order of their first queries
    for vote in votes:
        _count_last_word(said[vote.text], vote)
    winners = (
        (text, winner(vote.label for vote in by_user.values() if vote.label))
        for text, by_user in said.items()
    )
    examples = tuple(LabelledText(text, label) for text, label in winners if label is not None)
    return LabelPool(newest.label_set, examples, newest.model)


def _count_last_word(by_user: dict[str, Vote], vote: Vote) -> None:
    """Somebody's last word on a text counts; a bare WRONG takes their RIGHT back."""
    if vote.label is not None:
        by_user[vote.user] = vote
    elif vote.user in by_user and by_user[vote.user].is_right:
        del by_user[vote.user]


def winner(labels: Iterable[str]) -> str | None:
    """The label with most votes, or None if two share the lead."""
    match Counter(labels).most_common(2):
        case [(label, votes), (_, runner_up)] if votes > runner_up:
            return label
        case [(label, _)]:
            return label
    return None
