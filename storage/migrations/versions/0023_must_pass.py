"""Texts that every version of a dataset must get right; and a snapshot knows its labels' keys."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"


def upgrade() -> None:
    """Add a table and a column; what is there is there."""
    op.create_table(
        "must_pass",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("dataset_id", sa.Integer(), nullable=False),
        sa.Column("user", sa.String(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("canonical", sa.LargeBinary(), nullable=False),
        sa.Column("labels", sa.JSON(), nullable=False),
        sa.Column("is_removed", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["dataset_id"], ["datasets.id"], name="fk_must_pass_dataset_id"),
        sa.PrimaryKeyConstraint("id", name="pk_must_pass"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_must_pass_dataset_id", "must_pass", ["dataset_id"])
    op.add_column("snapshots", sa.Column("keys", sa.JSON()))
