"""What each person has chosen for themselves."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Choices:
    """What one person has chosen for themselves in one community."""

    language: str | None = None
    """Such as "ko"; None: as the platform says."""
    may_train: bool = True
    """Whether models may learn from this person's questions."""
