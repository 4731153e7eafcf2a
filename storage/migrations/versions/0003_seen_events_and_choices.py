"""Which events of a platform have been taken already, and what people have chosen."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Create both tables."""
    op.create_table(
        "seen_events",
        sa.Column("event", sa.String(), nullable=False),
        sa.Column("seen_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("event", name="pk_seen_events"),
    )
    op.create_index("ix_seen_events_seen_at", "seen_events", ["seen_at"])
    op.create_table(
        "choices",
        sa.Column("community", sa.String(), nullable=False),
        sa.Column("user", sa.String(), nullable=False),
        sa.Column("language", sa.String()),
        sa.Column("may_train", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("community", "user", name="pk_choices"),
    )
