"""A vote says who gave it: a moderator or not, and why the text was shown to them.

What people have been told stays true: a dataset that is there goes on believing one person, and
whoever is alone in a terminal decides there, as a moderator does elsewhere.
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Add the columns; what was there says what it said before."""
    op.add_column(
        "datasets", sa.Column("votes_needed", sa.Integer(), server_default="1", nullable=False)
    )
    for table in ("votes", "votes_history"):
        op.add_column(
            table,
            sa.Column("is_moderator", sa.Boolean(), server_default=sa.false(), nullable=False),
        )
        op.add_column(table, sa.Column("arm", sa.String(16)))
        op.execute(
            f"UPDATE {table} SET is_moderator = 1 WHERE example_id IN"  # noqa: S608 - ours
            " (SELECT examples.id FROM examples JOIN datasets ON datasets.id = dataset_id"
            " WHERE community LIKE 'terminal:%')"
        )
