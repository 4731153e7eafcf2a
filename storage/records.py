"""What storage takes and gives: plain data, so that handlers never see a row or a session.

Every `community` is the owner of what is stored; no call gives one community another's rows.
Times are aware datetimes in UTC.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any


class Verdict(StrEnum):
    """What somebody said of an answer."""

    RIGHT = "right"
    WRONG = "wrong"
    UNDONE = "undone"


class Side(StrEnum):
    """Whether models learn from an example or are measured on it; it never goes over."""

    TRAIN = "train"
    TEST = "test"
    QUARANTINED = "quarantined"
    """It was measured on, until a text came that is like it and like one that is learned from."""


class DatasetKind(StrEnum):
    """How many labels of a dataset may hold for one text."""

    SINGLE = "single"
    MULTI = "multi"


class OpenTo(StrEnum):
    """Who may put texts into a dataset and label them."""

    MODERATORS = "moderators"
    MEMBERS = "members"


class Settled(StrEnum):
    """What moderators have made of a text, whatever its votes say."""

    AMBIGUOUS = "ambiguous"
    LEFT_OUT = "left_out"


class ChangeState(StrEnum):
    """Where a change of a dataset stands."""

    PROPOSED = "proposed"
    DONE = "done"
    UNDONE = "undone"


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


class ImportState(StrEnum):
    """Where an import stands."""

    PROPOSED = "proposed"
    RUNNING = "running"
    DONE = "done"
    UNDOING = "undoing"
    UNDONE = "undone"


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


SKETCHED = 128
"""So many numbers tell how alike two texts are: all of most texts, the lowest of long ones."""


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """By what a text is found among its near-duplicates."""

    sure: tuple[int, ...]
    """Who shares one of these is a near-duplicate."""
    maybe: tuple[int, ...]
    """Who shares one of these may be: their sketches decide."""
    sketch: bytes
    """Numbers of four bytes each, the low byte first: the lowest of what the text consists of."""


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
    fingerprint: Fingerprint = Fingerprint((), (), b"")
    """By what its near-duplicates are found, which must stand on the same side."""


@dataclass(frozen=True, slots=True)
class Label:
    """One label of a dataset. Votes name it by its key, so that it can be renamed and merged."""

    key: str
    """Never changes, and is never given twice in a dataset: its first name, where that is free."""
    name: str
    description: str | None = None
    merged_into: str | None = None
    """The key of the label that its votes count for."""
    is_retired: bool = False
    """No text is given it any more."""

    @property
    def is_active(self) -> bool:
        """Whether a text can be given it."""
        return self.merged_into is None and not self.is_retired


@dataclass(frozen=True, slots=True)
class Terms:
    """What moderators decide about a dataset, and may change."""

    details: tuple[Label, ...]
    guideline: str | None = None
    open_to: OpenTo = OpenTo.MEMBERS
    votes_needed: int = 1
    """How many people have to agree, unless a moderator says what it is."""
    is_archived: bool = False
    """Nothing is collected for it, and nothing learned from it, until it is restored."""


@dataclass(frozen=True, slots=True)
class NewDataset(Terms):
    """A dataset about to be made."""

    community: str = ""
    name: str = ""
    kind: DatasetKind = DatasetKind.SINGLE
    created_by: str | None = None


@dataclass(frozen=True, slots=True)
class Dataset:
    """A named set of labels in one community, whose texts are its examples."""

    id: int
    community: str
    name: str
    labels: tuple[str, ...]
    """The keys of all labels that it ever had, in their order."""
    guideline: str | None
    created_at: datetime
    kind: DatasetKind = DatasetKind.SINGLE
    open_to: OpenTo = OpenTo.MEMBERS
    votes_needed: int = 1
    details: tuple[Label, ...] = ()
    is_archived: bool = False
    revision: int = 0
    """Goes up with every change."""
    created_by: str | None = None
    """None: the judgements of a model's answers made it."""

    @property
    def all_labels(self) -> tuple[Label, ...]:
        """Every label that it ever had; those of a model are called as the model calls them."""
        return self.details or tuple(Label(key, key) for key in self.labels)

    @property
    def active(self) -> tuple[Label, ...]:
        """The labels that a text can be given."""
        return tuple(label for label in self.all_labels if label.is_active)

    @property
    def terms(self) -> Terms:
        """What can be changed."""
        given = (self.guideline, self.open_to, self.votes_needed, self.is_archived)
        return Terms(self.all_labels, *given)

    def resolved(self, key: str) -> Label | None:
        """Return the label that a vote for this key counts for; None if it counts for none."""
        by_key = {label.key: label for label in self.all_labels}
        label = by_key.get(key)
        for _ in by_key:
            if label is None or label.merged_into is None:
                break
            label = by_key.get(label.merged_into)
        return label if label and label.is_active else None

    def key_of(self, name: str) -> str | None:
        """Return the key of the label that is called so, or was."""
        labels = sorted(self.all_labels, key=lambda label: not label.is_active)
        by_name = next((label.key for label in labels if label.name == name), None)
        return by_name or (name if name in self.labels else None)


@dataclass(frozen=True, slots=True)
class NewChange:
    """A change that somebody thinks of; it is made once they have seen what it touches."""

    community: str
    dataset_id: int
    user: str
    revision: int
    """Of the dataset that they have seen: if it is another by then, nothing is changed."""
    after: Terms
    said: Mapping[str, str]
    """JSON: what it is, for the words that tell of it."""


@dataclass(frozen=True, slots=True)
class Change:
    """A change of a dataset, thought of, made or taken back."""

    id: int
    dataset: Dataset
    """As it is now."""
    user: str
    state: ChangeState
    said: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class NewExample:
    """A text for a dataset that no model has answered, perhaps with somebody's vote on it."""

    community: str
    dataset_id: int
    user: str
    text: str
    canonical: bytes
    """What makes two texts the same example."""
    group_key: bytes
    """What makes two texts so alike that they must stand on the same side."""
    source: str
    """Such as "typed"."""
    fingerprint: Fingerprint = Fingerprint((), (), b"")
    """By what its near-duplicates are found, which must stand on the same side."""
    labels: tuple[str, ...] | None = None
    """The keys of the labels that they give it; None: that is left to others."""
    side: Side | None = None
    """Where it goes if this is the first label of it and its group; None: without label."""
    is_moderator: bool = False


@dataclass(frozen=True, slots=True)
class Added:
    """What became of a text that was put into a dataset."""

    example_id: int
    is_new: bool
    """Whether it was not there yet."""


@dataclass(frozen=True, slots=True)
class NewLabelVote:
    """The labels that somebody gives a text of a dataset, without a model's answer before them."""

    community: str
    example_id: int
    user: str
    labels: tuple[str, ...] | None
    """Their keys; None takes back what they said."""
    side: Side | None = None
    is_moderator: bool = False
    arm: Arm | None = None
    """Why the queue has shown it to them; None: it has not."""


@dataclass(frozen=True, slots=True)
class Example:
    """A text of a dataset."""

    id: int
    dataset_id: int
    text: str
    side: Side | None
    source: str
    user: str
    """Who asked it of a model, or put it in."""
    settled: Settled | None
    created_at: datetime


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


@dataclass(frozen=True, slots=True)
class NewImport:
    """A file that somebody wants to put into a dataset, while they look at what it would bring."""

    community: str
    dataset_id: int
    user: str
    name: str
    content: bytes
    choices: Mapping[str, Any]
    """JSON: how its rows are read, as far as it is decided."""


@dataclass(frozen=True, slots=True)
class Import:
    """A file that was put into a dataset, or is to be."""

    id: int
    dataset: Dataset
    """As it is now."""
    user: str
    name: str
    content: bytes | None
    """None where it is not asked for, or was let go when all of it was in."""
    choices: Mapping[str, Any]
    state: ImportState


@dataclass(frozen=True, slots=True)
class ImportedText:
    """A row of a file, with where its text goes if it is new to the dataset."""

    text: str
    canonical: bytes
    group_key: bytes
    fingerprint: Fingerprint
    labels: tuple[str, ...] | None = None
    """Keys; None: the file says nothing of it."""
    side: Side | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """A text that somebody wants to put into a dataset, while they choose which."""

    id: int
    user: str
    text: str
    source: str


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
