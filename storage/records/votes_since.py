"""The votes of a dataset, as many rows at once as it takes to count them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from storage.records.datasets import Dataset

TextRow = tuple[int, str | None, str | None]
"""Of a text: its number, its side, and what moderators have made of it."""
VoteRow = tuple[int, str, str | None, str | None, int, int, str | None, str]
"""Of a vote: the number of its text, whose it is, its label or its labels as JSON, whether it is
anchored and a moderator's, its arm, and the day in UTC as 2026-11-29."""


@dataclass(frozen=True, slots=True)
class VotesSince:
    """What there is now of the texts of a dataset that have changed. Rows are plain tuples."""

    dataset: Dataset
    """As it is at the same moment."""
    upto: int
    """The number of the last change that is in it."""
    changed: Collection[int] | None
    """The numbers of the texts, those that are gone too; None: all that there are."""
    texts: Sequence[TextRow]
    """In the order of their numbers."""
    votes: Sequence[VoteRow]
