"""Moments as the one who reads them has them on their clock."""

from datetime import UTC, datetime

from handlers.types import Actor


def moment(at: datetime, reader: Actor) -> str:
    """Return a moment to the minute."""
    return f"{at.astimezone(reader.zone or UTC):%Y-%m-%d %H:%M}"


def zone_of(reader: Actor) -> str:
    """Return what the reader's zone is called now."""
    return datetime.now(reader.zone or UTC).tzname() or "UTC"
