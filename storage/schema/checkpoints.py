"""What a community has trained or added, which answers, and what people find between two."""

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from storage.records import ComparisonState, Preferred
from storage.schema.columns import LabelSet, Number, UtcDateTime, metadata, now, word_of

versions = Table(
    "versions",
    metadata,
    Column("id", Number, primary_key=True),
    Column("community", String, nullable=False),
    Column("name", String, nullable=False),
    Column("number", Number, nullable=False),
    Column("folder", String, nullable=False),
    Column("base", String, nullable=False),
    Column("label_set", LabelSet, nullable=False),
    Column("metrics", JSON, nullable=False),
    Column("job_id", Number, ForeignKey("jobs.id")),
    Column("created_at", UtcDateTime, nullable=False, default=now),
    Column("snapshot_id", Number),
    Column("recipe", String),
    Column("seed", Number),
    Column("code_version", String),
    Column("removed_at", UtcDateTime),
    UniqueConstraint("community", "name", "number"),
    sqlite_autoincrement=True,
)

live_versions = Table(
    "live_versions",
    metadata,
    Column("community", String, primary_key=True),
    Column("name", String, primary_key=True),
    Column("number", Number, nullable=False),
    Column("decided_by", String),
    Column("decided_at", UtcDateTime, nullable=False),
)

live_moves = Table(
    "live_moves",
    metadata,
    Column("id", Number, primary_key=True),
    Column("community", String, nullable=False),
    Column("name", String, nullable=False),
    Column("number", Number, nullable=False),
    Column("user", String),
    Column("reason", Text),
    Column("moved_at", UtcDateTime, nullable=False),
    Index("ix_live_moves_community_name", "community", "name"),
    sqlite_autoincrement=True,
)

hub_models = Table(
    "hub_models",
    metadata,
    Column("id", Number, primary_key=True),
    Column("community", String, nullable=False),
    Column("name", String, nullable=False),
    Column("repo_id", String, nullable=False),
    Column("revision", String, nullable=False),
    Column("size_bytes", Number, nullable=False),
    Column("license", String),
    Column("user", String),
    Column("created_at", UtcDateTime, nullable=False, default=now),
    UniqueConstraint("community", "name"),
    Index("ix_hub_models_repo_id", "repo_id"),
    sqlite_autoincrement=True,
)

comparisons = Table(
    "comparisons",
    metadata,
    Column("id", Number, primary_key=True),
    Column("community", String, nullable=False),
    Column("dataset_id", Number, ForeignKey("datasets.id"), nullable=False),
    Column("new", String, nullable=False),
    Column("live", String, nullable=False),
    Column("snapshot_id", Number),
    Column("started_by", String),
    Column("ends_at", UtcDateTime, nullable=False),
    Column("state", word_of(ComparisonState), nullable=False, default=ComparisonState.RUNNING),
    Column("compared", Integer, nullable=False, default=0),
    Column("asked_upto", Number, nullable=False, default=0),
    Column("verdict", JSON(none_as_null=True)),
    Column("created_at", UtcDateTime, nullable=False, default=now),
    Column("ended_at", UtcDateTime),
    Index("ix_comparisons_community_state", "community", "state"),
    sqlite_autoincrement=True,
)

compared_texts = Table(
    "compared_texts",
    metadata,
    Column("comparison_id", Number, ForeignKey("comparisons.id"), primary_key=True),
    Column("example_id", Number, ForeignKey("examples.id"), primary_key=True),
    Column("live_label", String, nullable=False),
    Column("new_label", String, nullable=False),
    Column("is_new_first", Boolean, nullable=False),
    Column("user", String),
    Column("shown_at", UtcDateTime),
    Column("preferred", word_of(Preferred)),
    Column("judged_at", UtcDateTime),
    Index("ix_compared_texts_example_id", "example_id"),
    sqlite_with_rowid=False,
)
