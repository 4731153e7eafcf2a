"""What storage takes and gives: plain data, so that handlers never see a row or a session.

Every `community` is the owner of what is stored; no call gives one community another's rows.
Times are aware datetimes in UTC.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Verdict(StrEnum):
    """What somebody said of an answer."""

    RIGHT = "right"
    WRONG = "wrong"
    UNDONE = "undone"


class Side(StrEnum):
    """Whether models learn from an example or are measured on it; it never changes sides."""

    TRAIN = "train"
    TEST = "test"


class Arm(StrEnum):
    """Why a text was shown to somebody who labels."""

    MARGIN = "margin"
    """The model is least sure of it."""
    RANDOM = "random"
    SECOND = "second"
    """Others have labelled it, and one more word is wanted."""
    CHECK = "check"
    """What it is is known, so it measures whoever labels."""


class JobState(StrEnum):
    """Where a job stands. The last four are ends."""

    RUNNING = "running"
    CANCELLING = "cancelling"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"
    INTERRUPTED = "interrupted"


@dataclass(frozen=True, slots=True)
class NewQuery:
    """A question that has just been answered."""

    community: str
    user: str
    command: str
    text: str
    model: str
    """model@version."""
    result: Mapping[str, object]
    """JSON; for a classification {"labels": [best first], "scores": [...]}."""
    label_set: tuple[str, ...]
    """What the answer chose from, in the model's order; empty if not a classification."""
    latency_ms: float


@dataclass(frozen=True, slots=True)
class Query(NewQuery):
    """A remembered question with its number and time."""

    id: int
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Feedback:
    """What one user last said of one answer; one row per (query, user)."""

    query_id: int
    user: str
    verdict: Verdict
    label: str | None
    """The right label: the answer's own if RIGHT, the chosen one if WRONG, else None."""
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """By what a text is found among its near-duplicates."""

    sure: tuple[int, ...]
    """Who shares one of these is a near-duplicate."""
    maybe: tuple[int, ...]
    """Who shares one of these may be: their sketches decide."""
    sketch: bytes
    """Numbers of four bytes each, in order: the lowest of what the text consists of."""


@dataclass(frozen=True, slots=True)
class NewVote:
    """What somebody says of an answer, and what its text becomes if nobody has judged it yet."""

    community: str
    query_id: int
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


@dataclass(frozen=True, slots=True)
class Dataset:
    """A named set of labels in one community, whose texts are its examples."""

    id: int
    community: str
    name: str
    labels: tuple[str, ...]
    guideline: str | None
    created_at: datetime
    votes_needed: int
    """How many people have to agree on a text before it is learned from."""


@dataclass(frozen=True, slots=True)
class CountedVote:
    """The label that one person gives a text, as far as models may learn from it."""

    dataset_id: int
    example_id: int
    text: str
    side: Side
    user: str
    label: str
    is_anchored: bool
    """A model's answer stood before them."""
    is_moderator: bool
    arm: Arm | None
    """None: nobody chose to show them the text."""
    query_id: int
    model: str
    """model@version whose answer was judged."""


@dataclass(frozen=True, slots=True)
class Choices:
    """What one person has chosen for themselves in one community."""

    language: str | None = None
    """Such as "ko"; None: as the platform says."""
    may_train: bool = True
    """Whether models may learn from this person's questions."""


@dataclass(frozen=True, slots=True)
class NewJob:
    """A job about to start."""

    community: str
    user: str
    kind: str
    """Such as "finetune"."""
    params: Mapping[str, object]
    """JSON: what was asked, such as {"name": …, "base": …, "epochs": …, "labels": {label: n}}."""


@dataclass(frozen=True, slots=True)
class Job(NewJob):
    """A job with its state and, at its end, its metrics or reason."""

    id: int
    owner: str | None
    """Who holds its lease: one that carries jobs, anywhere. None: nobody, it can be taken up."""
    heartbeat_at: datetime | None
    """When the owner last gave a sign of life."""
    attempt: int
    """How often it has been taken up, the start included."""
    progress: Mapping[str, object]
    """JSON: how far it has come, as its kind says it."""
    state: JobState
    metrics: Mapping[str, object]
    reason: str | None
    created_at: datetime
    ended_at: datetime | None

    @property
    def has_ended(self) -> bool:
        """Whether nothing more will come of it."""
        return self.ended_at is not None


@dataclass(frozen=True, slots=True)
class JobMessage:
    """The message in which a job is told of, by the platform's ids."""

    channel: str
    message: str


@dataclass(frozen=True, slots=True)
class NewVersion:
    """A checkpoint that a community has trained; its number is given on storing it."""

    community: str
    name: str
    folder: str
    """Relative to the data folder."""
    base: str
    """model@version that training began from."""
    label_set: tuple[str, ...]
    metrics: Mapping[str, object] = field(default_factory=dict)
    job_id: int | None = None


@dataclass(frozen=True, slots=True)
class Version(NewVersion):
    """A stored version: `name@number`."""

    number: int = 0
    id: int = 0
    created_at: datetime | None = None

    @property
    def full_name(self) -> str:
        """As people write it: `ours@1`."""
        return f"{self.name}@{self.number}"


@dataclass(frozen=True, slots=True)
class LiveVersion:
    """Which number a bare name means."""

    number: int
    decided_by: str | None
    """The user who chose it; None: it is the first of its name, and nobody chose."""
