"""What of a dataset is published: gold texts, without the numbers of people and channels. Pure."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from handlers.collecting.outcome import Judged
from handlers.exporting.rows import Rows, rows_of
from handlers.learning.votes.consensus import State
from storage.records import Dataset

_MENTION = re.compile(
    r"<(?:(?P<kind>[@#])[!&]?|!subteam\^)(?P<id>[A-Z0-9]{5,30})(?:\|(?P<name>[^<>|]{0,100}))?>"
)
_MARKS = {"@": "@…", "#": "#…", None: "@…"}


def public_rows(dataset: Dataset, found: Sequence[Judged], learnable: Mapping[int, str]) -> Rows:
    """Return the rows that everybody may see.

    Args:
        dataset: whose texts they are.
        found: all of them.
        learnable: those that models may learn from, by their numbers, as somebody wrote it.
    """
    gold = [
        replace(one, example=replace(one.example, text=learnable[one.example.id]))
        for one in found
        if one.state is State.GOLD and one.example.id in learnable
    ]
    told = rows_of(_without_people(dataset), gold)
    rows = tuple({**row, "text": without_mentions(str(row["text"]))} for row in told.rows)
    return replace(told, rows=rows)


def without_mentions(text: str) -> str:
    """Return a text in which no person, group or channel of a platform is named by its number."""
    return _MENTION.sub(lambda found: _MARKS[found["kind"]], text)


def _without_people(dataset: Dataset) -> Dataset:
    """What moderators wrote may name people as well."""
    labels = tuple(
        replace(one, description=one.description and without_mentions(one.description))
        for one in dataset.all_labels
    )
    guideline = dataset.guideline and without_mentions(dataset.guideline)
    return replace(dataset, details=labels, guideline=guideline)
