"""What became of somebody's data."""

from dataclasses import dataclass


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
    votes: int
    texts: int
    """Of datasets, with whatever others said of them."""
    learned: tuple[LearnedVersion, ...]
    """What still knows some of it, until it is trained anew."""
