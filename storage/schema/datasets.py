"""Datasets: how they change, what is put into them, and what versions learn and are measured by."""

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
)

from storage.records import ChangeState, DatasetKind, ImportState, OpenTo
from storage.schema.columns import (
    LabelList,
    LabelSet,
    Number,
    SnapshotRows,
    UtcDateTime,
    metadata,
    now,
    word_of,
)

datasets = Table(
    "datasets",
    metadata,
    Column("id", Number, primary_key=True),
    Column("community", String, nullable=False),
    Column("name", String, nullable=False),
    Column("labels", LabelSet, nullable=False),
    Column("guideline", Text),
    Column("created_at", UtcDateTime, nullable=False, default=now),
    Column("votes_needed", Integer, nullable=False, server_default="1"),
    Column("kind", word_of(DatasetKind), nullable=False, server_default="single"),
    Column("open_to", word_of(OpenTo), nullable=False, server_default="members"),
    Column("details", LabelList(none_as_null=True)),
    Column("is_archived", Boolean, nullable=False, server_default=false()),
    Column("revision", Integer, nullable=False, server_default="0"),
    Column("created_by", String),
    UniqueConstraint("community", "name"),
    sqlite_autoincrement=True,
)

dataset_changes = Table(
    "dataset_changes",
    metadata,
    Column("id", Number, primary_key=True),
    Column("dataset_id", Number, ForeignKey("datasets.id"), nullable=False),
    Column("user", String, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("before", JSON, nullable=False),
    Column("after", JSON, nullable=False),
    Column("said", JSON, nullable=False),
    Column("state", word_of(ChangeState), nullable=False, default=ChangeState.PROPOSED),
    Column("created_at", UtcDateTime, nullable=False, default=now),
    sqlite_autoincrement=True,
)

drafts = Table(
    "drafts",
    metadata,
    Column("id", Number, primary_key=True),
    Column("community", String, nullable=False),
    Column("user", String, nullable=False),
    Column("text", Text, nullable=False),
    Column("source", String, nullable=False),
    Column("created_at", UtcDateTime, nullable=False, default=now),
    sqlite_autoincrement=True,
)

imports = Table(
    "imports",
    metadata,
    Column("id", Number, primary_key=True),
    Column("dataset_id", Number, ForeignKey("datasets.id"), nullable=False),
    Column("user", String, nullable=False),
    Column("name", String, nullable=False),
    Column("content", LargeBinary),
    Column("choices", JSON, nullable=False),
    Column("state", word_of(ImportState), nullable=False, default=ImportState.PROPOSED),
    Column("beat_at", UtcDateTime),
    Column("created_at", UtcDateTime, nullable=False, default=now),
    sqlite_autoincrement=True,
)

snapshots = Table(
    "snapshots",
    metadata,
    Column("id", Number, primary_key=True),
    Column("dataset_id", Number, ForeignKey("datasets.id"), nullable=False),
    Column("hash", String, nullable=False),
    Column("labels", LabelSet, nullable=False),
    Column("rows", SnapshotRows, nullable=False),
    Column("left_out", JSON, nullable=False),
    Column("created_at", UtcDateTime, nullable=False, default=now),
    Column("keys", LabelSet(none_as_null=True)),
    UniqueConstraint("dataset_id", "hash"),
    sqlite_autoincrement=True,
)

must_pass = Table(
    "must_pass",
    metadata,
    Column("id", Number, primary_key=True),
    Column("dataset_id", Number, ForeignKey("datasets.id"), nullable=False),
    Column("user", String, nullable=False),
    Column("text", Text, nullable=False),
    Column("canonical", LargeBinary, nullable=False),
    Column("labels", LabelSet, nullable=False),
    Column("is_removed", Boolean, nullable=False, server_default=false()),
    Column("created_at", UtcDateTime, nullable=False, default=now),
    Index("ix_must_pass_dataset_id", "dataset_id"),
    sqlite_autoincrement=True,
)

readings = Table(
    "readings",
    metadata,
    Column("id", Number, primary_key=True),
    Column("dataset_id", Number, ForeignKey("datasets.id"), nullable=False),
    Column("model", String, nullable=False),
    Column("revision", String, nullable=False),
    Column("digest", String, nullable=False),
    Column("texts", Integer, nullable=False),
    Column("figures", JSON, nullable=False),
    Column("read_at", UtcDateTime, nullable=False, default=now),
    UniqueConstraint("dataset_id", "model", "revision", "digest"),
    sqlite_autoincrement=True,
)
