"""Questions are numbered in their community, so that a number tells nothing of others.

What has a number keeps it, since old buttons name it; each community counts on from the last
number that was ever given, which old buttons of erased questions may name.
"""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"


def upgrade() -> None:
    """Number what is there as it was."""
    number = sa.Column("number", sa.Integer(), nullable=False, server_default="0")
    op.add_column("queries", number)
    op.execute("UPDATE queries SET number = id")
    columns = ["community", "number"]
    op.create_index("ix_queries_community_number", "queries", columns, unique=True)
    op.create_table(
        "query_numbers",
        sa.Column("community", sa.String(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("community", name="pk_query_numbers"),
        sqlite_with_rowid=False,
    )
    op.execute(
        "INSERT INTO query_numbers (community, last)"
        " SELECT community, (SELECT seq FROM sqlite_sequence WHERE name = 'queries')"
        " FROM (SELECT community FROM queries"
        " UNION SELECT community FROM settings UNION SELECT community FROM datasets"
        " UNION SELECT community FROM choices UNION SELECT community FROM jobs)"
        " WHERE EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = 'queries')"
    )
