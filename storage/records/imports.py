"""Files that are put into datasets."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from storage.records.datasets import Dataset
from storage.records.examples import Fingerprint, Side


class ImportState(StrEnum):
    """Where an import stands."""

    PROPOSED = "proposed"
    RUNNING = "running"
    DONE = "done"
    UNDOING = "undoing"
    UNDONE = "undone"


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
class Brought:
    """What of an import is in its dataset."""

    texts: int
    labels: int


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
