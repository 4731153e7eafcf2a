"""The tables. A change here needs a file in migrations/versions/, or a test fails.

Numbers of rows are never given twice, since buttons in old messages still name them.
"""

from collections.abc import Iterable
from dataclasses import fields
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    DDL,
    JSON,
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Dialect,
    Enum,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Row,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    event,
    false,
)
from sqlalchemy.types import TypeEngine

from storage.records import (
    Arm,
    CardState,
    ChangeState,
    ComparisonState,
    DatasetKind,
    Deed,
    ImportState,
    JobState,
    Label,
    NoticeKind,
    OpenTo,
    Preferred,
    Settled,
    Side,
    SnapshotRow,
    Verdict,
)

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

NEVER_GIVEN = -1
LARGEST = 2**63 - 1


class Number(TypeDecorator[int]):
    """A whole number of 64 bits. One beyond that, somebody's typing, becomes one of no row."""

    impl = Integer
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """SQLite numbers its rows by the word INTEGER alone, and elsewhere that has 32 bits."""
        wide = BigInteger() if dialect.name == "postgresql" else Integer()
        return dialect.type_descriptor(wide)

    def process_bind_param(self, value: int | None, _dialect: Dialect) -> int | None:
        """Towards the database."""
        return value if value is None or abs(value) <= LARGEST else NEVER_GIVEN


class UtcDateTime(TypeDecorator[datetime]):
    """An aware datetime, kept as UTC without saying so: SQLite itself knows no time zones."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        """Towards the database."""
        return value and value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        """From the database."""
        return value and value.replace(tzinfo=UTC)


class LabelSet(TypeDecorator[tuple[str, ...]]):
    """A JSON list that comes back as a tuple."""

    impl = JSON
    cache_ok = True

    def process_result_value(
        self, value: Iterable[str] | None, _dialect: Dialect
    ) -> tuple[str, ...]:
        """From the database."""
        return tuple(value or ())


class LabelList(TypeDecorator[tuple[Label, ...]]):
    """The labels of a dataset, as a JSON list."""

    impl = JSON
    cache_ok = True

    def process_bind_param(
        self, value: Iterable[Label] | None, _dialect: Dialect
    ) -> list[dict[str, Any]] | None:
        """Towards the database."""
        return None if value is None else [values_of(label) for label in value]

    def process_result_value(
        self, value: Iterable[dict[str, Any]] | None, _dialect: Dialect
    ) -> tuple[Label, ...]:
        """From the database."""
        return tuple(Label(**label) for label in value or ())


class SnapshotRows(TypeDecorator[tuple[SnapshotRow, ...]]):
    """The texts of a snapshot, as a JSON list of lists."""

    impl = JSON
    cache_ok = True

    def process_result_value(
        self, value: "Iterable[_KeptRow] | None", _dialect: Dialect
    ) -> tuple[SnapshotRow, ...]:
        """From the database; rows of before labels could be several lack what tells them."""
        return tuple(_snapshot_row(*row) for row in value or ())


_KeptRow = tuple[int, int, float] | tuple[int, int, float, list[int] | None]


def _snapshot_row(
    example_id: int, label: int, weight: float, held: list[int] | None = None
) -> SnapshotRow:
    return SnapshotRow(example_id, label, weight, None if held is None else tuple(held))


def word_of(words: type[StrEnum]) -> Enum:
    """A column that holds the value of one of the words."""
    values = [word.value for word in words]
    return Enum(words, native_enum=False, length=16, values_callable=lambda _: values)


def now() -> datetime:
    """The time of a row that is being written."""
    return datetime.now(UTC)


def values_of(record: "DataclassInstance") -> dict[str, Any]:
    """A record's values by name, as the tables take them; unlike `asdict`, copies nothing."""
    return {field.name: getattr(record, field.name) for field in fields(record)}


def plain(row: "Row[*tuple[Any, ...]]") -> dict[str, Any]:
    """A row's values by name, as the records of storage/records/ take them."""
    return row._asdict()


metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    }
)

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

departures = Table(
    "departures",
    metadata,
    Column("community", String, primary_key=True),
    Column("left_at", UtcDateTime, nullable=False),
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

seen_events = Table(
    "seen_events",
    metadata,
    Column("event", String, primary_key=True),
    Column("seen_at", UtcDateTime, nullable=False),
    Index("ix_seen_events_seen_at", "seen_at"),
)

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

# Texts are compared and put in order by their bytes, whatever language a server speaks.
for _column in (column for table in metadata.tables.values() for column in table.c):
    if type(_column.type) in (String, Text):
        _kind = Text if isinstance(_column.type, Text) else String
        _column.type = _column.type.with_variant(_kind(collation="C"), "postgresql")

# What counts votes once remembers how far it has read example_changes. Triggers write that, so
# that nobody who changes a text or a vote can forget to.
_TEXT_CHANGED = (
    "INSERT INTO example_changes (dataset_id, example_id) VALUES ({0}.dataset_id, {0}.id)"
)
_VOTE_CHANGED = (
    "INSERT INTO example_changes (dataset_id, example_id)"
    " SELECT dataset_id, id FROM examples WHERE id = {0}.example_id"
)
for _table, _name, _when, _what in (
    (examples, "inserted", "INSERT", _TEXT_CHANGED.format("NEW")),
    (examples, "updated", "UPDATE OF side, settled", _TEXT_CHANGED.format("NEW")),
    (examples, "deleted", "DELETE", _TEXT_CHANGED.format("OLD")),
    (votes, "inserted", "INSERT", _VOTE_CHANGED.format("NEW")),
    (votes, "updated", "UPDATE", _VOTE_CHANGED.format("NEW")),
    (votes, "deleted", "DELETE", _VOTE_CHANGED.format("OLD")),
):
    _trigger = f"tr_{_table.name}_{_name}"
    _on = f"CREATE TRIGGER {_trigger} AFTER {_when} ON {_table.name}"
    _function = f"CREATE FUNCTION {_trigger}() RETURNS trigger LANGUAGE plpgsql AS"
    for _dialect, _statement in (
        ("sqlite", f"{_on} BEGIN {_what}; END"),
        ("postgresql", f"{_function} $$ BEGIN {_what}; RETURN NULL; END $$"),
        ("postgresql", f"{_on} FOR EACH ROW EXECUTE FUNCTION {_trigger}()"),
    ):
        _made = DDL(_statement).execute_if(dialect=_dialect)  # type: ignore[no-untyped-call]
        event.listen(_table, "after_create", _made)
