"""Alembic runs this for every command, here on the connection that `migrate` holds.

That is in a transaction already, so all of a migration happens or nothing.
"""

from alembic import context

from storage.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,  # SQLite changes a column by copying its table
)
with context.begin_transaction():
    context.run_migrations()
