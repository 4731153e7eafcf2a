"""Admins are told of the models that answer, and people compare two of them."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    """Create the tables, and what finds a model's answers."""
    op.create_index("ix_queries_community_model", "queries", ["community", "model"])
    op.create_table(
        "notices",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("community", sa.String(), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("model", sa.String(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("told_at", sa.DateTime()),
        sa.PrimaryKeyConstraint("id", name="pk_notices"),
        sa.UniqueConstraint("community", "kind", "model", name="uq_notices_community_kind_model"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "comparisons",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("community", sa.String(), nullable=False),
        sa.Column("dataset_id", sa.Integer(), nullable=False),
        sa.Column("new", sa.String(), nullable=False),
        sa.Column("live", sa.String(), nullable=False),
        sa.Column("snapshot_id", sa.Integer()),
        sa.Column("started_by", sa.String()),
        sa.Column("ends_at", sa.DateTime(), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("compared", sa.Integer(), nullable=False),
        sa.Column("asked_upto", sa.Integer(), nullable=False),
        sa.Column("verdict", sa.JSON()),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("ended_at", sa.DateTime()),
        sa.PrimaryKeyConstraint("id", name="pk_comparisons"),
        sa.ForeignKeyConstraint(["dataset_id"], ["datasets.id"], name="fk_comparisons_dataset_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_comparisons_community_state", "comparisons", ["community", "state"])
    op.create_table(
        "compared_texts",
        sa.Column("comparison_id", sa.Integer(), nullable=False),
        sa.Column("example_id", sa.Integer(), nullable=False),
        sa.Column("live_label", sa.String(), nullable=False),
        sa.Column("new_label", sa.String(), nullable=False),
        sa.Column("is_new_first", sa.Boolean(), nullable=False),
        sa.Column("user", sa.String()),
        sa.Column("shown_at", sa.DateTime()),
        sa.Column("preferred", sa.String(16)),
        sa.Column("judged_at", sa.DateTime()),
        sa.PrimaryKeyConstraint("comparison_id", "example_id", name="pk_compared_texts"),
        sa.ForeignKeyConstraint(
            ["comparison_id"], ["comparisons.id"], name="fk_compared_texts_comparison_id"
        ),
        sa.ForeignKeyConstraint(
            ["example_id"], ["examples.id"], name="fk_compared_texts_example_id"
        ),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_compared_texts_example_id", "compared_texts", ["example_id"])
