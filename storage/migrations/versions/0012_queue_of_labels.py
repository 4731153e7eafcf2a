"""A queue shows texts one by one; what moderators settle names them; a text may be ambiguous."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Create the table of cards, and add the columns."""
    op.create_table(
        "label_cards",
        sa.Column("dataset_id", sa.Integer(), nullable=False),
        sa.Column("user", sa.String(), nullable=False),
        sa.Column("example_id", sa.Integer(), nullable=False),
        sa.Column("arm", sa.String(16), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("changed_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("dataset_id", "user", "example_id", name="pk_label_cards"),
        sa.ForeignKeyConstraint(["dataset_id"], ["datasets.id"], name="fk_label_cards_dataset_id"),
        sa.ForeignKeyConstraint(["example_id"], ["examples.id"], name="fk_label_cards_example_id"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_label_cards_example_id", "label_cards", ["example_id"])
    for table in ("votes", "votes_history"):
        op.add_column(
            table,
            sa.Column("is_ambiguous", sa.Boolean(), nullable=False, server_default=sa.false()),
        )
    op.create_index("ix_votes_user", "votes", ["user"])
    op.add_column("examples", sa.Column("settled_by", sa.String()))
    op.add_column("examples", sa.Column("settled_labels", sa.JSON()))
