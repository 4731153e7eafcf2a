"""Who changes what others get is noted."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "audit",
        sa.Column("community", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("deed", sa.String(16), nullable=False),
        sa.Column("user", sa.String()),
        sa.Column("facts", sa.JSON()),
        sa.Column("salt", sa.LargeBinary()),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("community", "number", name="pk_audit"),
        sqlite_with_rowid=False,
    )
