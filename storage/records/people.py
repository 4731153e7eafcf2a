"""People of communities: what they chose, where they are signed in, what is kept of them."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Choices:
    """What one person has chosen for themselves in one community."""

    language: str | None = None
    """Such as "ko"; None: as the platform says."""
    may_train: bool = True
    """Whether models may learn from this person's questions."""


@dataclass(frozen=True, slots=True)
class NewWebLink:
    """A link that signs one person in once."""

    community: str
    user: str
    digest: bytes
    """Of the secret in it, which nobody keeps."""
    language: str
    """In which they asked for it: not every platform tells that of who is not speaking there."""
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class WebSession:
    """Somebody who is signed in, or may be by a link."""

    community: str
    user: str
    language: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class KeptBytes:
    """Bytes that were written, without the indexes of them."""

    questions: int
    """With their answers."""
    texts: int
    """Of datasets, with all that was made of them."""
    imports: int
    """Files that somebody has yet to confirm, or that are being put in."""
    hub_models: int
    """On the disk; those that another community has, too, count for both."""


@dataclass(frozen=True, slots=True)
class LearnedVersion:
    """A version that learned from somebody's texts."""

    name: str
    number: int

    @property
    def full_name(self) -> str:
        """Such as `ours@2`."""
        return f"{self.name}@{self.number}"


@dataclass(frozen=True, slots=True)
class Erased:
    """How much of somebody is gone."""

    questions: int
    judgements: int
    """Of answers."""
    votes: int
    texts: int
    """Of datasets, with whatever others said of them."""
    learned: tuple[LearnedVersion, ...]
    """What still knows some of it, until it is trained anew."""
    learning: frozenset[int]
    """The jobs under way that have such texts in their plans."""
