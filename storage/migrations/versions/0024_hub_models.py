"""Models of the Hugging Face Hub that communities have added."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"


def upgrade() -> None:
    """Add a table; what is there is there."""
    op.create_table(
        "hub_models",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("community", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("repo_id", sa.String(), nullable=False),
        sa.Column("revision", sa.String(), nullable=False),
        sa.Column("size_bytes", sa.Integer(), nullable=False),
        sa.Column("license", sa.String()),
        sa.Column("user", sa.String()),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_hub_models"),
        sa.UniqueConstraint("community", "name", name="uq_hub_models_community_name"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_hub_models_repo_id", "hub_models", ["repo_id"])
