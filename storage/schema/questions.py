"""What was asked and answered, and what people said of that."""

from sqlalchemy import JSON, Column, Float, ForeignKey, Index, String, Table, Text

from storage.records import Verdict
from storage.schema.columns import LabelSet, Number, UtcDateTime, metadata, now, word_of

queries = Table(
    "queries",
    metadata,
    Column("id", Number, primary_key=True),
    Column("community", String, nullable=False),
    Column("user", String, nullable=False),
    Column("command", String, nullable=False),
    Column("text", Text, nullable=False),
    Column("model", String, nullable=False),
    Column("result", JSON, nullable=False),
    Column("label_set", LabelSet, nullable=False),
    Column("latency_ms", Float, nullable=False),
    Column("created_at", UtcDateTime, nullable=False, default=now),
    Column("number", Number, nullable=False, server_default="0"),
    Index("ix_queries_community_user", "community", "user"),
    Index("ix_queries_community_model", "community", "model"),
    Index("ix_queries_community_number", "community", "number", unique=True),
    Index("ix_queries_community_created_at", "community", "created_at"),
    sqlite_autoincrement=True,
)

query_numbers = Table(
    "query_numbers",
    metadata,
    Column("community", String, primary_key=True),
    Column("last", Number, nullable=False),
    sqlite_with_rowid=False,
)

feedback = Table(
    "feedback",
    metadata,
    Column("query_id", Number, ForeignKey("queries.id"), primary_key=True),
    Column("user", String, primary_key=True),
    Column("verdict", word_of(Verdict), nullable=False),
    Column("label", String),
    Column("updated_at", UtcDateTime, nullable=False),
    Column("community", String, nullable=False, server_default=""),
    Column("model", String, nullable=False, server_default=""),
    Index("ix_feedback_community_model", "community", "model", "updated_at", "query_id"),
)

feedback_history = Table(
    "feedback_history",
    metadata,
    Column("id", Number, primary_key=True),
    Column("query_id", Number, ForeignKey("queries.id"), nullable=False),
    Column("user", String, nullable=False),
    Column("verdict", word_of(Verdict), nullable=False),
    Column("label", String),
    Column("updated_at", UtcDateTime, nullable=False),
    Index("ix_feedback_history_query_id", "query_id"),
    sqlite_autoincrement=True,
)
