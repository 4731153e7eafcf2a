"""Named label sets, and how they are changed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class DatasetKind(StrEnum):
    """How many labels of a dataset may hold for one text."""

    SINGLE = "single"
    MULTI = "multi"


class OpenTo(StrEnum):
    """Who may put texts into a dataset and label them."""

    MODERATORS = "moderators"
    MEMBERS = "members"


class ChangeState(StrEnum):
    """Where a change of a dataset stands."""

    PROPOSED = "proposed"
    DONE = "done"
    UNDONE = "undone"


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
    name: str = ""
    """Empty in a change that was kept when no dataset could be renamed: it stays."""


@dataclass(frozen=True, slots=True)
class NewDataset(Terms):
    """A dataset about to be made."""

    community: str = ""
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
        given = (self.guideline, self.open_to, self.votes_needed, self.is_archived, self.name)
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
