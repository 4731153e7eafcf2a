"""A version can be removed; its number is never given again."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    """Add when that was; what is there is there."""
    op.add_column("versions", sa.Column("removed_at", sa.DateTime()))
