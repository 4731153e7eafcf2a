"""Settings of communities, and where the messages of jobs are."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Create both tables."""
    op.create_table(
        "job_messages",
        sa.Column("job_id", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("message", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("job_id", name="pk_job_messages"),
        sa.ForeignKeyConstraint(["job_id"], ["jobs.id"], name="fk_job_messages_job_id"),
    )
    op.create_table(
        "settings",
        sa.Column("community", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.Column("updated_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("community", "name", name="pk_settings"),
    )
