"""Judgements know whose they are and of which model, so that the last of a model are found at once.

They were found through all that the model had ever answered.
"""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"


def upgrade() -> None:
    """Copy both from the question."""
    for name in ("community", "model"):
        op.add_column("feedback", sa.Column(name, sa.String(), nullable=False, server_default=""))
    op.execute(
        "UPDATE feedback SET (community, model) ="
        " (SELECT community, model FROM queries WHERE id = query_id)"
    )
    columns = ["community", "model", "updated_at", "query_id"]
    op.create_index("ix_feedback_community_model", "feedback", columns)
