"""What a name has meant is kept, so that it can mean it again; who forces a version says why."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    """Create the table. What is live now is the first that is known of."""
    op.create_table(
        "live_moves",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("community", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("user", sa.String()),
        sa.Column("reason", sa.Text()),
        sa.Column("moved_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_live_moves"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_live_moves_community_name", "live_moves", ["community", "name"])
    op.execute(
        "INSERT INTO live_moves (community, name, number, user, moved_at)"
        " SELECT community, name, number, decided_by, decided_at FROM live_versions"
    )
