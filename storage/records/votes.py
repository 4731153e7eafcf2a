"""What people say of texts: one vote, and all of a dataset at once."""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple, Self

from storage.records.datasets import Dataset
from storage.records.examples import NO_FINGERPRINT, Fingerprint, Side
from storage.records.queries import Query, Verdict


class Arm(StrEnum):
    """Why a text was shown to somebody who labels."""

    MARGIN = "margin"
    """The model is least sure of it."""
    RANDOM = "random"
    SECOND = "second"
    """Others have labelled it, and one more word is wanted."""
    CHECK = "check"
    """What it is is known, so it measures whoever labels."""


VOTER_OF_A_FILE = "file:"
"""Whose the labels of a file are, before the number of the import; nobody's id begins so."""


@dataclass(frozen=True, slots=True)
class NewVote:
    """What somebody says of an answer, and what its text becomes if nobody has judged it yet."""

    community: str
    query_number: int
    """Of the answer, in this community."""
    user: str
    verdict: Verdict
    label: str | None
    dataset: str
    """What to call the dataset of the answer's labels, if there is none yet."""
    canonical: bytes
    """What makes two texts the same example."""
    group_key: bytes
    """What makes two texts so alike that they must stand on the same side."""
    side: Side | None
    """Where the text goes if this is the first label of it and its group; None: without label."""
    is_moderator: bool = False
    """What the voter is here, at the time."""
    fingerprint: Fingerprint = NO_FINGERPRINT
    """By what its near-duplicates are found, which must stand on the same side."""
    query: Query | None = None
    """The answer, if it has been read already."""


@dataclass(frozen=True, slots=True)
class NewLabelVote:
    """The labels that somebody gives a text of a dataset, without a model's answer before them."""

    community: str
    example_id: int
    user: str
    labels: tuple[str, ...] | None
    """Their keys; None takes back what they said, unless it is ambiguous."""
    side: Side | None = None
    is_moderator: bool = False
    arm: Arm | None = None
    """Why the queue has shown it to them; None: it has not."""
    is_ambiguous: bool = False
    """They say that no label fits it well."""


@dataclass(frozen=True, slots=True)
class LabelVote:
    """One person's last word on a text of a dataset."""

    example_id: int
    user: str
    labels: tuple[str, ...] | None
    """Keys; None: they have named no label, as who says that an answer is wrong."""
    is_anchored: bool
    is_moderator: bool
    arm: Arm | None
    voted_at: datetime
    is_ambiguous: bool = False
    """They say that no label fits it well."""


_AMBIGUOUS = "?"


@dataclass(frozen=True, slots=True)
class HowGiven:
    """What a vote says and how it was given. Many votes share it, so each is read once."""

    is_anchored: bool
    is_moderator: bool
    day: date
    """In UTC."""
    arm: Arm | None
    labels: tuple[str, ...] | None
    """Keys; None: it names no label."""
    is_ambiguous: bool = False
    """It says that no label fits well."""

    @classmethod
    def read(cls, written: str) -> Self:
        """Read it as `storage.labelling.votes_since` writes it."""
        first, _, labels = written.partition("\n")
        day, arm = date.fromisoformat(first[2:12]), Arm(first[12:]) if first[12:] else None
        is_ambiguous = labels == _AMBIGUOUS
        keys = None if is_ambiguous else _labels(labels)
        return cls(first[0] == "1", first[1] == "1", day, arm, keys, is_ambiguous)


class TextColumns(NamedTuple):
    """Of texts. A column for each fact: the collector of garbage would walk through each row."""

    number: Sequence[int] = ()
    side: Sequence[str | None] = ()
    settled: Sequence[str | None] = ()
    """What moderators have made of each."""
    settled_labels: Sequence[str | None] = ()
    """And which labels, as JSON."""


class VoteColumns(NamedTuple):
    """Of votes, likewise."""

    text: Sequence[int] = ()
    """The number of the text."""
    user: Sequence[str] = ()
    how: Sequence[str] = ()
    """How it was given, as `HowGiven` reads it."""


@dataclass(frozen=True, slots=True)
class VotesSince:
    """What there is now of the texts of a dataset that have changed."""

    dataset: Dataset
    """As it is at the same moment."""
    upto: int
    """The number of the last change that is in it."""
    changed: Collection[int] | None
    """The numbers of the texts, those that are gone too; None: all that there are."""
    texts: TextColumns
    """In the order of their numbers."""
    votes: VoteColumns


def _labels(written: str) -> tuple[str, ...] | None:
    if written.startswith("="):
        return (written[1:],)
    return tuple(json.loads(written)) if written else None
