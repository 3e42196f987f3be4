"""What Alembic runs: the migrations, on the connection and in the transaction it was given."""

from alembic import context

from storage.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    # The caller holds one transaction around all of it: an archive is never half-migrated.
    transaction_per_migration=False,
)
context.run_migrations()
