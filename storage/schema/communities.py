"""Communities and their people: what they chose, and what is told to them and of them."""

from sqlalchemy import JSON, Boolean, Column, Index, LargeBinary, String, Table, UniqueConstraint

from storage.records import Deed, NoticeKind
from storage.schema.columns import Number, UtcDateTime, metadata, now, word_of

settings = Table(
    "settings",
    metadata,
    Column("community", String, primary_key=True),
    Column("name", String, primary_key=True),
    Column("value", JSON, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False, default=now, onupdate=now),
)

choices = Table(
    "choices",
    metadata,
    Column("community", String, primary_key=True),
    Column("user", String, primary_key=True),
    Column("language", String),
    Column("may_train", Boolean, nullable=False),
)

departures = Table(
    "departures",
    metadata,
    Column("community", String, primary_key=True),
    Column("left_at", UtcDateTime, nullable=False),
    sqlite_with_rowid=False,
)

web_sessions = Table(
    "web_sessions",
    metadata,
    Column("digest", LargeBinary, primary_key=True),
    Column("community", String, nullable=False),
    Column("user", String, nullable=False),
    Column("language", String, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    Column("opened_at", UtcDateTime),
    Column("created_at", UtcDateTime, nullable=False, default=now),
    Index("ix_web_sessions_community_user", "community", "user"),
    sqlite_with_rowid=False,
)

notices = Table(
    "notices",
    metadata,
    Column("id", Number, primary_key=True),
    Column("community", String, nullable=False),
    Column("kind", word_of(NoticeKind), nullable=False),
    Column("model", String, nullable=False),
    Column("facts", JSON, nullable=False),
    Column("created_at", UtcDateTime, nullable=False, default=now),
    Column("told_at", UtcDateTime),
    UniqueConstraint("community", "kind", "model"),
    sqlite_autoincrement=True,
)

audit = Table(
    "audit",
    metadata,
    Column("community", String, primary_key=True),
    Column("number", Number, primary_key=True),
    Column("at", UtcDateTime, nullable=False),
    Column("deed", word_of(Deed), nullable=False),
    Column("user", String),
    Column("facts", JSON(none_as_null=True)),
    Column("salt", LargeBinary),
    Column("content", LargeBinary, nullable=False),
    Column("digest", LargeBinary, nullable=False),
    sqlite_with_rowid=False,
)
