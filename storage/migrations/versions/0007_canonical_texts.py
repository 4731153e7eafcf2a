"""Spellings that differ in width, or by what nobody sees, are one example with one set of votes."""

from alembic import op

from storage.migrations.canonical_texts import rekey

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Give the examples their keys of today."""
    rekey(op.get_bind())
