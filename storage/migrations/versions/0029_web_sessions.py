"""Who is signed in to the pages that a browser shows."""

import sqlalchemy as sa
from alembic import op

from storage.migrations import guard

revision = "0029"
down_revision = "0027"


def upgrade() -> None:
    """Add a table; nobody is signed in."""
    table = op.create_table(
        "web_sessions",
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("community", sa.String(), nullable=False),
        sa.Column("user", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("expires_at", sa.DateTime(), nullable=False),
        sa.Column("opened_at", sa.DateTime()),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_web_sessions"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_web_sessions_community_user", "web_sessions", ["community", "user"])
    guard(op.get_bind(), table)
