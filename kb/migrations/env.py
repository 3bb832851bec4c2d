"""Alembic's environment: migrates over the connection that `kb.database` hands it, in its transaction."""

from alembic import context

from kb.database import METADATA

# The metadata is here for how constraints are named; each migration says itself what it makes.
context.configure(connection=context.config.attributes["connection"], target_metadata=METADATA)
context.run_migrations()
