"""What moderators have settled is kept when another says something else of the text."""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"


def upgrade() -> None:
    """Add where it is kept; what was said over before now is gone."""
    op.add_column("examples", sa.Column("settled_before", sa.JSON()))
