"""Data sets of the Hub, as handlers speak of them; only who works imports huggingface_hub."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

LabelNames = Mapping[str, tuple[str, ...]]
"""What the numbers of a column stand for, from 0, by the column's name."""


@dataclass(frozen=True, slots=True)
class DataFile:
    """A file of rows in a data set."""

    path: str
    """Within the data set."""
    size: int
    """In bytes."""
    config: str
    split: str | None
    label_names: LabelNames
    sha256: str | None
    git_sha1: str | None


@dataclass(frozen=True, slots=True)
class DataSet:
    """What a data set has at one commit."""

    repo_id: str
    revision: str
    files: tuple[DataFile, ...]
    """Those of kinds that can be read."""
    license: str | None
    has_script: bool
    """It was made to be loaded by code of its own, which Tokki never runs."""


@dataclass(frozen=True, slots=True)
class Publication:
    """The next commit of a repository that is ours."""

    repo_id: str
    files: Mapping[str, bytes | Path]
    """By path in there: what they hold, or where that is on the disk."""
    message: str


@dataclass(frozen=True, slots=True)
class Published:
    """A commit of ours that stands."""

    address: str
    """Of its repository, for a browser."""
    revision: str
