"""What people say of texts."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

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
