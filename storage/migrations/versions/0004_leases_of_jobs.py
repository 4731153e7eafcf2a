"""A job belongs to whoever holds its lease, not to a process of one machine.

What ran before has no lease and no plan: whoever looks next ends it as interrupted.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Make both tables anew around their rows, to which versions refer by their numbers."""
    op.execute("CREATE TEMPORARY TABLE jobs_before AS SELECT * FROM jobs")
    op.execute("CREATE TEMPORARY TABLE job_messages_before AS SELECT * FROM job_messages")
    op.execute("CREATE TEMPORARY TABLE versions_before AS SELECT * FROM versions")
    op.execute("UPDATE versions SET job_id = NULL")
    op.drop_table("job_messages")
    op.drop_table("jobs")
    _create_jobs()
    _create_job_messages()
    op.execute(
        "INSERT INTO jobs (id, community, user, kind, params, progress, attempt,"
        " state, metrics, reason, created_at, ended_at)"
        " SELECT id, community, user, kind, params, '{}', 1,"
        " state, metrics, reason, created_at, ended_at FROM jobs_before"
    )
    op.execute(
        "INSERT INTO job_messages (job_id, channel, message, is_told)"
        " SELECT job_id, channel, message, ended_at IS NOT NULL"
        " FROM job_messages_before JOIN jobs ON jobs.id = job_id"
    )
    op.execute(
        "UPDATE versions SET job_id ="
        " (SELECT job_id FROM versions_before WHERE versions_before.id = versions.id)"
    )
    for table in ("jobs_before", "job_messages_before", "versions_before"):
        op.drop_table(table)


def _create_jobs() -> None:
    op.create_table(
        "jobs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("community", sa.String(), nullable=False),
        sa.Column("user", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("params", sa.JSON(), nullable=False),
        sa.Column("plan", sa.JSON()),
        sa.Column("owner", sa.String()),
        sa.Column("heartbeat_at", sa.DateTime()),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("progress", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("metrics", sa.JSON(), nullable=False),
        sa.Column("reason", sa.Text()),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("ended_at", sa.DateTime()),
        sa.PrimaryKeyConstraint("id", name="pk_jobs"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_jobs_community_kind", "jobs", ["community", "kind"])
    op.create_index("ix_jobs_state", "jobs", ["state"])


def _create_job_messages() -> None:
    op.create_table(
        "job_messages",
        sa.Column("job_id", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("message", sa.String(), nullable=False),
        sa.Column("is_told", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("job_id", name="pk_job_messages"),
        sa.ForeignKeyConstraint(["job_id"], ["jobs.id"], name="fk_job_messages_job_id"),
    )
