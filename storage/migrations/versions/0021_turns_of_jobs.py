"""Jobs of one kind wait for their turn; what runs now has none, and takes one when it goes on."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    """Add when a job last had its turn, and whether it has it."""
    op.add_column("jobs", sa.Column("turn_at", sa.DateTime()))
    op.add_column(
        "jobs", sa.Column("has_turn", sa.Boolean(), nullable=False, server_default=sa.false())
    )
