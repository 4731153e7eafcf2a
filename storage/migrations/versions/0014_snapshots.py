"""A training learns from a snapshot, and a version knows what came before it.

Of the versions that are there nobody knows what they learned from, nor by which code.
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """Create the table, and the columns that name its rows."""
    op.create_table(
        "snapshots",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("dataset_id", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.Column("labels", sa.JSON(), nullable=False),
        sa.Column("rows", sa.JSON(), nullable=False),
        sa.Column("left_out", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_snapshots"),
        sa.ForeignKeyConstraint(["dataset_id"], ["datasets.id"], name="fk_snapshots_dataset_id"),
        sa.UniqueConstraint("dataset_id", "hash", name="uq_snapshots_dataset_id_hash"),
        sqlite_autoincrement=True,
    )
    for column in (
        sa.Column("snapshot_id", sa.Integer()),
        sa.Column("recipe", sa.String()),
        sa.Column("seed", sa.Integer()),
        sa.Column("code_version", sa.String()),
    ):
        op.add_column("versions", column)
