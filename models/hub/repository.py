"""What there is on the Hub, as handlers speak of it; only who works imports huggingface_hub.

All of it was written by strangers: whoever shows it keeps it to a line and a length.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from models.errors import ModelError
from models.reports import Figure

MODEL, DATA_SET = "model", "dataset"
SHORT_VERSION = 7
"""How many digits of a revision make a version, as in Git; fewer are never enough to find one."""


@dataclass(frozen=True, slots=True)
class Search:
    """What somebody looks for."""

    kind: str
    """`model` or `dataset`."""
    text: str
    task: str | None = None
    """By the Hub's name of it."""
    language: str | None = None
    """Its code."""
    sort: str = "downloads"
    page: int = 1


@dataclass(frozen=True, slots=True)
class Hit:
    """A repository that was found. None where the Hub says nothing."""

    repo_id: str
    likes: int | None
    downloads: int | None
    size_bytes: int | None
    license: str | None
    task: str | None
    refusal: ModelError | None = None
    """Why Tokki cannot run it, of a model for which that is plain before anything is fetched."""


MOST_PAGES = 20
"""Of a search: the Hub gives them in one answer, from the first on."""


@dataclass(frozen=True, slots=True)
class Hits:
    """One page of what was found."""

    hits: tuple[Hit, ...]
    is_last: bool


@dataclass(frozen=True, slots=True)
class RepoFile:
    """A file of a repository."""

    name: str
    size: int
    digest: str | None = None
    """Changes with what is in it."""


@dataclass(frozen=True, slots=True)
class ModelPage:
    """A model's repository at one commit."""

    repo_id: str
    """As it is called now, whatever was asked for."""
    revision: str
    files: tuple[RepoFile, ...]
    download_bytes: int
    """Of the files that Tokki would fetch."""
    largest_bytes: int
    """Of one of them."""
    license: str | None
    task: str | None
    """A `Task`, or the Hub's name of what Tokki does not do; "" of a body."""
    labels: tuple[str, ...]
    languages: tuple[str, ...]
    data: tuple[str, ...]
    """What it was trained on, as its card says."""
    base: str | None
    heading: str | None
    figure: Figure | None
    parameters: int | None
    likes: int | None
    downloads: int | None
    changed_at: datetime | None
    is_gated: bool
    refusal: ModelError | None
    """Why Tokki cannot run it, as far as that is plain before its weights are here."""


@dataclass(frozen=True, slots=True)
class Feature:
    """A column of a data set."""

    name: str
    type: str
    """As `datasets` calls it, such as `string` or `ClassLabel`."""
    names: tuple[str, ...] = ()
    """What its numbers stand for, from 0."""


@dataclass(frozen=True, slots=True)
class RowsPage:
    """Some rows of a split, as the dataset viewer has them."""

    revision: str | None
    """The commit that they are of; None: the viewer does not say."""
    features: tuple[Feature, ...]
    rows: tuple[Mapping[str, object], ...]
    total: int | None
