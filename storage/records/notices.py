"""What admins are to be told of the models that answer."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any


class NoticeKind(StrEnum):
    """What there is to tell."""

    ACCEPTANCE = "acceptance"
    LABELS = "labels"
    MARGINS = "margins"
    WORDS = "words"
    ROLLED_BACK = "rolled_back"
    COMPARED = "compared"


@dataclass(frozen=True, slots=True)
class NewNotice:
    """Something that admins are told once."""

    community: str
    kind: NoticeKind
    model: str
    """The full name of what it is about, such as `ours@2`; one of a kind is kept of each."""
    facts: Mapping[str, Any]
    """JSON: figures and names of models; nothing that a member wrote."""


@dataclass(frozen=True, slots=True)
class Notice(NewNotice):
    """A notice that is kept."""

    id: int
    created_at: datetime
    told_at: datetime | None


@dataclass(frozen=True, slots=True)
class JudgedAnswerRow:
    """What somebody last said of an answer."""

    user: str
    is_right: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """A question of somebody from whom models may learn, and its answer."""

    id: int
    text: str
    result: Mapping[str, Any]
