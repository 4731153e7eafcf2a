"""Questions are forgotten after a while, and communities that take Tokki out after a month."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"


def upgrade() -> None:
    """Add a table, and what finds a question's time and whatever names it."""
    op.create_table(
        "departures",
        sa.Column("community", sa.String(), nullable=False),
        sa.Column("left_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("community", name="pk_departures"),
        sqlite_with_rowid=False,
    )
    columns = ["community", "created_at"]
    op.create_index("ix_queries_community_created_at", "queries", columns)
    for table in ("examples", "votes", "votes_history"):
        op.create_index(f"ix_{table}_query_id", table, ["query_id"])
