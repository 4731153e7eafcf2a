"""Long work, and what processes share."""

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    false,
)

from storage.records import JobState
from storage.schema.columns import Number, UtcDateTime, metadata, now, word_of

jobs = Table(
    "jobs",
    metadata,
    Column("id", Number, primary_key=True),
    Column("community", String, nullable=False),
    Column("user", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("params", JSON, nullable=False),
    Column("plan", JSON(none_as_null=True)),
    Column("owner", String),
    Column("heartbeat_at", UtcDateTime),
    Column("attempt", Integer, nullable=False, default=1),
    Column("progress", JSON, nullable=False, default=dict),
    Column("state", word_of(JobState), nullable=False, default=JobState.RUNNING),
    Column("metrics", JSON, nullable=False, default=dict),
    Column("reason", Text),
    Column("created_at", UtcDateTime, nullable=False, default=now),
    Column("ended_at", UtcDateTime),
    Column("scope", String, nullable=False, server_default=""),
    Column("turn_at", UtcDateTime),
    Column("has_turn", Boolean, nullable=False, server_default=false()),
    Index("ix_jobs_community_kind", "community", "kind"),
    Index("ix_jobs_state", "state"),
    sqlite_autoincrement=True,
)

job_messages = Table(
    "job_messages",
    metadata,
    Column("job_id", Number, ForeignKey("jobs.id"), primary_key=True),
    Column("channel", String, nullable=False),
    Column("message", String, nullable=False),
    Column("is_told", Boolean, nullable=False, default=False),
    Column("teller", String),
)

processes = Table(
    "processes",
    metadata,
    Column("id", String, primary_key=True),
    Column("place", String, nullable=False),
    Column("version", String, nullable=False),
    Column("revision", String, nullable=False),
    Column("is_alone", Boolean, nullable=False),
    Column("is_leaving", Boolean, nullable=False),
    Column("jobs", Integer, nullable=False),
    Column("started_at", UtcDateTime, nullable=False),
    Column("beat_at", UtcDateTime, nullable=False),
    sqlite_with_rowid=False,
)

leases = Table(
    "leases",
    metadata,
    Column("name", String, primary_key=True),
    Column("owner", String, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    sqlite_with_rowid=False,
)

news = Table(
    "news",
    metadata,
    Column("id", Number, primary_key=True),
    Column("kind", String, nullable=False),
    Column("facts", JSON, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Index("ix_news_at", "at"),
    sqlite_autoincrement=True,
)

shared_limits = Table(
    "shared_limits",
    metadata,
    Column("name", String, primary_key=True),
    Column("paid_at_s", Float, nullable=False),
    Column("changed_at_s", Float, nullable=False),
    Index("ix_shared_limits_changed_at_s", "changed_at_s"),
    sqlite_with_rowid=False,
)

seen_events = Table(
    "seen_events",
    metadata,
    Column("event", String, primary_key=True),
    Column("seen_at", UtcDateTime, nullable=False),
    Index("ix_seen_events_seen_at", "seen_at"),
)
