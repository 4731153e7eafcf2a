"""Versions that communities trained, the Hub models that they added, and which of them answer."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


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
    snapshot_id: int | None = None
    """What it learned from; None, as all that follows: it was trained before that was kept."""
    recipe: str | None = None
    """How it was trained."""
    seed: int | None = None
    code_version: str | None = None
    """Of Tokki."""


@dataclass(frozen=True, slots=True)
class Version(NewVersion):
    """A stored version: `name@number`."""

    number: int = 0
    id: int = 0
    created_at: datetime | None = None
    removed_at: datetime | None = None

    @property
    def full_name(self) -> str:
        """As people write it: `ours@1`."""
        return f"{self.name}@{self.number}"


ITSELF = "tokki"
"""Who decides where nobody does: no platform gives a person such an id."""


@dataclass(frozen=True, slots=True)
class LiveVersion:
    """Which number a bare name means."""

    number: int
    decided_by: str | None
    """The user who chose it; None: it is the first of its name, and nobody chose."""


@dataclass(frozen=True, slots=True)
class LiveMove:
    """A name began to mean a version."""

    number: int
    user: str | None
    """Who decided it; None: it was the first of its name."""
    reason: str | None
    """Why, where the gate had not let it through."""
    moved_at: datetime


@dataclass(frozen=True, slots=True)
class NewHubModel:
    """A model at one commit, under a name of the community's."""

    community: str
    user: str
    name: str
    repo_id: str
    revision: str
    size_bytes: int
    """On the disk."""
    license: str | None


@dataclass(frozen=True, slots=True)
class HubModel:
    """One that can be asked. Its number is never given again."""

    id: int
    name: str
    repo_id: str
    revision: str
    size_bytes: int
    license: str | None
    user: str | None
    """Who added it, or brought it to this commit; None: they have had themselves erased."""
