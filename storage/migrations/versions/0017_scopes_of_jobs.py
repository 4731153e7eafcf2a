"""Jobs of one kind go on side by side where they are at different things."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    """Add what a job is at: an import at its dataset, all others at their community."""
    scope = sa.Column("scope", sa.String(), nullable=False, server_default="")
    op.add_column("jobs", scope)
    op.execute(
        "UPDATE jobs SET scope = coalesce("
        " (SELECT 'dataset ' || dataset_id FROM imports"
        "  WHERE imports.id = json_extract(jobs.params, '$.import')), '')"
        " WHERE kind = 'import'"
    )
