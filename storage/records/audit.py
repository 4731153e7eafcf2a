"""Who changed what others get."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any


class Deed(StrEnum):
    """What somebody has done that others feel."""

    ROLE_GRANTED = "role_granted"
    LIMIT_SET = "limit_set"
    DATASET_CREATED = "dataset_created"
    DATASET_CHANGED = "dataset_changed"
    CHANGE_UNDONE = "change_undone"
    TEXT_SETTLED = "text_settled"
    VERSION_MOVED = "version_moved"
    PERSON_ERASED = "person_erased"
    VERSION_REMOVED = "version_removed"
    PUBLISHED = "published"
    MUST_PASS_SET = "must_pass_set"  # noqa: S105 - nothing secret
    MUST_PASS_GONE = "must_pass_gone"  # noqa: S105
    HUB_ADDED = "hub_added"
    HUB_UPDATED = "hub_updated"
    HUB_REMOVED = "hub_removed"
    ROLLED_BACK = "rolled_back"
    COMPARISON_BEGUN = "comparison_begun"
    COMPARISON_ENDED = "comparison_ended"


@dataclass(frozen=True, slots=True)
class NewAuditEntry:
    """A deed, noted in the transaction that does it."""

    community: str
    user: str
    deed: Deed
    facts: Mapping[str, Any]
    """What its sentence needs, such as what stood before and after; no text of a member's."""


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """A deed as it was noted."""

    number: int
    """Within its community, from 1 without a gap."""
    at: datetime
    deed: Deed
    user: str | None
    """None: they have had themselves erased."""
    facts: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class AuditChain:
    """All that was noted in one community, as far as it holds together."""

    community: str
    entries: int
    broken_at: int | None
    """The first entry that is not as it was noted, or whose forerunner is gone; None: all hold."""
    digest: bytes
    """Of the last entry and so of all before it: who keeps it notices when the end is cut off."""
