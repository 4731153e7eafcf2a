"""The texts of datasets, and what people say of them."""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
)

from storage.records import Arm, CardState, Settled, Side, Verdict
from storage.schema.columns import (
    LabelSet,
    Number,
    Settlements,
    UtcDateTime,
    metadata,
    now,
    word_of,
)

examples = Table(
    "examples",
    metadata,
    Column("id", Number, primary_key=True),
    Column("dataset_id", Number, ForeignKey("datasets.id"), nullable=False),
    Column("text", Text, nullable=False),
    Column("canonical", LargeBinary, nullable=False),
    Column("group_key", LargeBinary, nullable=False),
    Column("side", word_of(Side)),
    Column("label_at_entry", String),
    Column("source", String, nullable=False),
    Column("query_id", Number, ForeignKey("queries.id")),
    Column("user", String, nullable=False),
    Column("created_at", UtcDateTime, nullable=False, default=now),
    Column("sketch", LargeBinary),
    Column("settled", word_of(Settled)),
    Column("import_id", Number),
    Column("settled_by", String),
    Column("settled_labels", LabelSet(none_as_null=True)),
    Column("settled_before", Settlements(none_as_null=True)),
    UniqueConstraint("dataset_id", "canonical"),
    Index("ix_examples_import_id", "import_id"),
    Index("ix_examples_query_id", "query_id"),
    Index("ix_examples_dataset_id_group_key", "dataset_id", "group_key"),
    Index("ix_examples_dataset_id_label_at_entry", "dataset_id", "label_at_entry", "side"),
    sqlite_autoincrement=True,
)

example_changes = Table(
    "example_changes",
    metadata,
    Column("id", Number, primary_key=True),
    Column("dataset_id", Number, ForeignKey("datasets.id", ondelete="CASCADE"), nullable=False),
    Column("example_id", Number, nullable=False),
    Index("ix_example_changes_dataset_id", "dataset_id"),
    sqlite_autoincrement=True,
)

near_duplicate_keys = Table(
    "near_duplicate_keys",
    metadata,
    Column("dataset_id", Number, ForeignKey("datasets.id"), primary_key=True),
    Column("key", BigInteger, primary_key=True),
    Column("example_id", Number, ForeignKey("examples.id"), primary_key=True),
    Index("ix_near_duplicate_keys_example_id", "example_id"),
    sqlite_with_rowid=False,
)

votes = Table(
    "votes",
    metadata,
    Column("example_id", Number, ForeignKey("examples.id"), primary_key=True),
    Column("user", String, primary_key=True),
    Column("label", String),
    Column("is_anchored", Boolean, nullable=False),
    Column("query_id", Number, ForeignKey("queries.id")),
    Column("voted_at", UtcDateTime, nullable=False),
    Column("is_moderator", Boolean, nullable=False, server_default=false()),
    Column("arm", word_of(Arm)),
    Column("labels", JSON(none_as_null=True)),
    Column("is_ambiguous", Boolean, nullable=False, server_default=false()),
    Index("ix_votes_user", "user"),
    Index("ix_votes_query_id", "query_id"),
)

votes_history = Table(
    "votes_history",
    metadata,
    Column("id", Number, primary_key=True),
    Column("example_id", Number, ForeignKey("examples.id"), nullable=False),
    Column("user", String, nullable=False),
    Column("verdict", word_of(Verdict), nullable=False),
    Column("label", String),
    Column("is_anchored", Boolean, nullable=False),
    Column("query_id", Number, ForeignKey("queries.id")),
    Column("voted_at", UtcDateTime, nullable=False),
    Column("is_moderator", Boolean, nullable=False, server_default=false()),
    Column("arm", word_of(Arm)),
    Column("labels", JSON(none_as_null=True)),
    Column("is_ambiguous", Boolean, nullable=False, server_default=false()),
    Index("ix_votes_history_example_id_user", "example_id", "user"),
    Index("ix_votes_history_query_id", "query_id"),
    sqlite_autoincrement=True,
)

label_cards = Table(
    "label_cards",
    metadata,
    Column("dataset_id", Number, ForeignKey("datasets.id"), primary_key=True),
    Column("user", String, primary_key=True),
    Column("example_id", Number, ForeignKey("examples.id"), primary_key=True),
    Column("arm", word_of(Arm), nullable=False),
    Column("state", word_of(CardState), nullable=False),
    Column("changed_at", UtcDateTime, nullable=False),
    Index("ix_label_cards_example_id", "example_id"),
    sqlite_with_rowid=False,
)
