"""How the database's tables came to be as they are: Alembic's environment and its versions, in order."""
