"""What has changed about the texts of a dataset is written down, so that votes are counted once."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"

_TEXT = "INSERT INTO example_changes (dataset_id, example_id) VALUES ({0}.dataset_id, {0}.id)"
_VOTE = (
    "INSERT INTO example_changes (dataset_id, example_id)"
    " SELECT dataset_id, id FROM examples WHERE id = {0}.example_id"
)


def upgrade() -> None:
    """Create the table, and what writes it."""
    op.create_table(
        "example_changes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("dataset_id", sa.Integer(), nullable=False),
        sa.Column("example_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_example_changes"),
        sa.ForeignKeyConstraint(
            ["dataset_id"],
            ["datasets.id"],
            name="fk_example_changes_dataset_id",
            ondelete="CASCADE",
        ),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_example_changes_dataset_id", "example_changes", ["dataset_id"])
    for table, name, when, what in (
        ("examples", "inserted", "INSERT", _TEXT.format("NEW")),
        ("examples", "updated", "UPDATE OF side, settled", _TEXT.format("NEW")),
        ("examples", "deleted", "DELETE", _TEXT.format("OLD")),
        ("votes", "inserted", "INSERT", _VOTE.format("NEW")),
        ("votes", "updated", "UPDATE", _VOTE.format("NEW")),
        ("votes", "deleted", "DELETE", _VOTE.format("OLD")),
    ):
        op.execute(f"CREATE TRIGGER tr_{table}_{name} AFTER {when} ON {table} BEGIN {what}; END")
