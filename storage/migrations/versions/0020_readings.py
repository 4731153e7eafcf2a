"""What models are worth on a test side, and that it was read for that.

Sides that were read before are known by the versions that were trained.
"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0017"


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "readings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("dataset_id", sa.Integer(), nullable=False),
        sa.Column("model", sa.String(), nullable=False),
        sa.Column("revision", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("texts", sa.Integer(), nullable=False),
        sa.Column("figures", sa.JSON(), nullable=False),
        sa.Column("read_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_readings"),
        sa.ForeignKeyConstraint(["dataset_id"], ["datasets.id"], name="fk_readings_dataset_id"),
        sa.UniqueConstraint(
            "dataset_id",
            "model",
            "revision",
            "digest",
            name="uq_readings_dataset_id_model_revision_digest",
        ),
        sqlite_autoincrement=True,
    )
