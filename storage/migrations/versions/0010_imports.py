"""Files are imported into datasets, and what an import brought can be taken back."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Create the table, and find the examples of an import, and what finds an example."""
    op.create_table(
        "imports",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("dataset_id", sa.Integer(), nullable=False),
        sa.Column("user", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("content", sa.LargeBinary()),
        sa.Column("choices", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("beat_at", sa.DateTime()),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_imports"),
        sa.ForeignKeyConstraint(["dataset_id"], ["datasets.id"], name="fk_imports_dataset_id"),
        sqlite_autoincrement=True,
    )
    op.add_column("examples", sa.Column("import_id", sa.Integer()))
    op.create_index("ix_examples_import_id", "examples", ["import_id"])
    op.create_index("ix_near_duplicate_keys_example_id", "near_duplicate_keys", ["example_id"])
