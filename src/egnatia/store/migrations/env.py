"""Alembic's environment: always on the connection it is given, never from a file."""

from alembic import context

from egnatia.store.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
