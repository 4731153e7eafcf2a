"""Models of the Hugging Face Hub that communities have added."""

from dataclasses import dataclass


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
