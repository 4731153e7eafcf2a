"""The texts of datasets."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Side(StrEnum):
    """Whether models learn from an example or are measured on it; it never goes over."""

    TRAIN = "train"
    TEST = "test"
    QUARANTINED = "quarantined"
    """It was measured on, until a text came that is like it and like one that is learned from."""


class Settled(StrEnum):
    """What moderators have made of a text, whatever its votes say."""

    AMBIGUOUS = "ambiguous"
    LEFT_OUT = "left_out"
    LABELLED = "labelled"
    """They have said which labels hold, where people disagreed."""


@dataclass(frozen=True, slots=True)
class Settlement:
    """What a moderator makes of a text."""

    by: str
    settled: Settled | None
    """None: from now on its votes tell again."""
    labels: tuple[str, ...] = ()
    """The keys of the labels that hold, where it is labelled."""


SKETCHED = 128
"""So many numbers tell how alike two texts are: all of most texts, the lowest of long ones."""


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """By what a text is found among its near-duplicates."""

    sure: tuple[int, ...]
    """Who shares one of these is a near-duplicate."""
    maybe: tuple[int, ...]
    """Who shares one of these may be: their sketches decide."""
    sketch: bytes
    """Numbers of four bytes each, the low byte first: the lowest of what the text consists of."""


NO_FINGERPRINT = Fingerprint((), (), b"")
"""Of a text that is like no other."""


NO_LABEL = ""
"""With which a text enters of which somebody says first that none of several labels holds."""


@dataclass(frozen=True, slots=True)
class NewExample:
    """A text for a dataset that no model has answered, perhaps with somebody's vote on it."""

    community: str
    dataset_id: int
    user: str
    text: str
    canonical: bytes
    """What makes two texts the same example."""
    group_key: bytes
    """What makes two texts so alike that they must stand on the same side."""
    source: str
    """Such as "typed"."""
    fingerprint: Fingerprint = NO_FINGERPRINT
    """By what its near-duplicates are found, which must stand on the same side."""
    labels: tuple[str, ...] | None = None
    """The keys of the labels that they give it; None: that is left to others."""
    side: Side | None = None
    """Where it goes if this is the first label of it and its group; None: without label."""
    is_moderator: bool = False


@dataclass(frozen=True, slots=True)
class Added:
    """What became of a text that was put into a dataset."""

    example_id: int
    is_new: bool
    """Whether it was not there yet."""


@dataclass(frozen=True, slots=True)
class Example:
    """A text of a dataset."""

    id: int
    dataset_id: int
    text: str
    side: Side | None
    source: str
    user: str
    """Who asked it of a model, or put it in."""
    settled: Settled | None
    created_at: datetime
    settled_by: str | None = None
    settled_labels: tuple[str, ...] = ()
    """The keys of the labels that moderators have settled on."""
    settled_before: tuple[Settlement, ...] = ()
    """What that was said over, the last at the end: it holds again once that is taken back."""


@dataclass(frozen=True, slots=True)
class Learnable:
    """What of a dataset models may learn from, as far as it is labelled."""

    texts: Mapping[int, str]
    """By their numbers."""
    model: str | None
    """model@version that answered the newest of the questions; None: none did."""


@dataclass(frozen=True, slots=True)
class Withheld:
    """How many labelled texts no model learns from, whatever their votes say."""

    settled: int
    """Moderators left them out, or said that no label fits."""
    unwilling: int
    """Who asked them, or put them in, wants no model to learn from theirs."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A text that somebody wants to put into a dataset, while they choose which."""

    id: int
    user: str
    text: str
    source: str
