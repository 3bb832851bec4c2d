"""Votes on articles, and what customers searched for."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Makes the tables."""
    op.create_table(
        "votes",
        sa.Column("article", sa.String(200), primary_key=True),
        sa.Column("day", sa.Date, primary_key=True),
        sa.Column("voter", sa.LargeBinary(16), primary_key=True),
        sa.Column("helpful", sa.Boolean, nullable=False),
        sa.Column("reason", sa.String(16), nullable=False),
    )
    op.create_table(
        "searches",
        sa.Column("query", sa.String(120), primary_key=True),
        sa.Column("day", sa.Date, primary_key=True),
        sa.Column("verdict", sa.String(16), primary_key=True),
        sa.Column("nearest", sa.String(200), primary_key=True),
        sa.Column("count", sa.Integer, nullable=False),
    )
