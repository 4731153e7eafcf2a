"""Communities make datasets of their own labels; texts are put in and labelled without a model.

What is there stays as it is: one label a text, and open to members.
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Add what a dataset of a community's own has."""
    for column in (
        sa.Column("kind", sa.String(16), nullable=False, server_default="single"),
        sa.Column("open_to", sa.String(16), nullable=False, server_default="members"),
        sa.Column("details", sa.JSON()),
        sa.Column("is_archived", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("revision", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("created_by", sa.String()),
    ):
        op.add_column("datasets", column)
    op.add_column("examples", sa.Column("settled", sa.String(16)))
    for table in ("votes", "votes_history"):
        op.add_column(table, sa.Column("labels", sa.JSON()))
    _create_dataset_changes()
    _create_drafts()


def _create_dataset_changes() -> None:
    op.create_table(
        "dataset_changes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("dataset_id", sa.Integer(), nullable=False),
        sa.Column("user", sa.String(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("after", sa.JSON(), nullable=False),
        sa.Column("said", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_dataset_changes"),
        sa.ForeignKeyConstraint(
            ["dataset_id"], ["datasets.id"], name="fk_dataset_changes_dataset_id"
        ),
        sqlite_autoincrement=True,
    )


def _create_drafts() -> None:
    op.create_table(
        "drafts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("community", sa.String(), nullable=False),
        sa.Column("user", sa.String(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_drafts"),
        sqlite_autoincrement=True,
    )
