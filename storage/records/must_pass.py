"""Texts that every version of a dataset must get right."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class NewMustPass:
    """A text with its labels, which an admin vouches for."""

    community: str
    dataset_id: int
    user: str
    text: str
    canonical: bytes
    """The same for texts that are the same."""
    labels: tuple[str, ...]
    """The keys of the labels that hold; where several may, () says that none does."""


@dataclass(frozen=True, slots=True)
class MustPass:
    """One of them. Its number is never given again."""

    id: int
    dataset_id: int
    text: str
    labels: tuple[str, ...]
    user: str
    is_removed: bool = False
    """It was taken back, and may be put in again."""
