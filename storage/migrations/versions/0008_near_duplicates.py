"""Texts that say nearly the same are found as they come, and stand on one side.

Examples that are there already are found too; where two that are alike stand on two sides, the
one that was measured on is so no more.
"""

import sqlalchemy as sa
from alembic import op

from storage.migrations.first_fingerprints import fill

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Create the table, and enter every example as if it came now."""
    op.add_column("examples", sa.Column("sketch", sa.LargeBinary()))
    op.create_table(
        "near_duplicate_keys",
        sa.Column("dataset_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.BigInteger(), nullable=False),
        sa.Column("example_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("dataset_id", "key", "example_id", name="pk_near_duplicate_keys"),
        sa.ForeignKeyConstraint(
            ["dataset_id"], ["datasets.id"], name="fk_near_duplicate_keys_dataset_id"
        ),
        sa.ForeignKeyConstraint(
            ["example_id"], ["examples.id"], name="fk_near_duplicate_keys_example_id"
        ),
        sqlite_with_rowid=False,
    )
    fill(op.get_bind())
