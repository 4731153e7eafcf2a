"""Texts that were judged become examples of datasets, judgements votes; and what is live.

Nothing changes for anybody: a label set is learned from as before, a bare name means its newest
version as before, and what a model has learned from stays among what is learned from.
"""

import sqlalchemy as sa
from alembic import op

from storage.migrations.labelled_text import fill

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Create the tables and fill them from what is there."""
    _create_live_versions()
    _create_datasets()
    _create_examples()
    _create_votes()
    _create_votes_history()
    connection = op.get_bind()
    fill(connection)
    connection.execute(
        sa.text(
            "INSERT INTO live_versions (community, name, number, decided_at) "
            "SELECT community, name, MAX(number), MAX(created_at) FROM versions "
            "GROUP BY community, name"
        )
    )


def _create_live_versions() -> None:
    op.create_table(
        "live_versions",
        sa.Column("community", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("decided_by", sa.String()),
        sa.Column("decided_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("community", "name", name="pk_live_versions"),
    )


def _create_datasets() -> None:
    op.create_table(
        "datasets",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("community", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("labels", sa.JSON(), nullable=False),
        sa.Column("guideline", sa.Text()),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_datasets"),
        sa.UniqueConstraint("community", "name", name="uq_datasets_community_name"),
        sqlite_autoincrement=True,
    )


def _create_examples() -> None:
    op.create_table(
        "examples",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("dataset_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("canonical", sa.LargeBinary(), nullable=False),
        sa.Column("group_key", sa.LargeBinary(), nullable=False),
        sa.Column("side", sa.String(16)),
        sa.Column("label_at_entry", sa.String()),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("query_id", sa.Integer()),
        sa.Column("user", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_examples"),
        sa.ForeignKeyConstraint(["dataset_id"], ["datasets.id"], name="fk_examples_dataset_id"),
        sa.ForeignKeyConstraint(["query_id"], ["queries.id"], name="fk_examples_query_id"),
        sa.UniqueConstraint("dataset_id", "canonical", name="uq_examples_dataset_id_canonical"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_examples_dataset_id_group_key", "examples", ["dataset_id", "group_key"])
    op.create_index(
        "ix_examples_dataset_id_label_at_entry",
        "examples",
        ["dataset_id", "label_at_entry", "side"],
    )


def _create_votes() -> None:
    op.create_table(
        "votes",
        sa.Column("example_id", sa.Integer(), nullable=False),
        sa.Column("user", sa.String(), nullable=False),
        sa.Column("label", sa.String()),
        sa.Column("is_anchored", sa.Boolean(), nullable=False),
        sa.Column("query_id", sa.Integer()),
        sa.Column("voted_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("example_id", "user", name="pk_votes"),
        sa.ForeignKeyConstraint(["example_id"], ["examples.id"], name="fk_votes_example_id"),
        sa.ForeignKeyConstraint(["query_id"], ["queries.id"], name="fk_votes_query_id"),
    )


def _create_votes_history() -> None:
    op.create_table(
        "votes_history",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("example_id", sa.Integer(), nullable=False),
        sa.Column("user", sa.String(), nullable=False),
        sa.Column("verdict", sa.String(16), nullable=False),
        sa.Column("label", sa.String()),
        sa.Column("is_anchored", sa.Boolean(), nullable=False),
        sa.Column("query_id", sa.Integer()),
        sa.Column("voted_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_votes_history"),
        sa.ForeignKeyConstraint(
            ["example_id"], ["examples.id"], name="fk_votes_history_example_id"
        ),
        sa.ForeignKeyConstraint(["query_id"], ["queries.id"], name="fk_votes_history_query_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_votes_history_example_id_user", "votes_history", ["example_id", "user"])
