"""Requests, their attachments, the keys of their records, and the mail that waits to be sent."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Makes the tables."""
    op.create_table(
        "requests",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("reference", sa.String(16), nullable=False, unique=True),
        sa.Column("submission", sa.LargeBinary(32), nullable=False, unique=True),
        sa.Column("created", sa.DateTime, nullable=False, index=True),
        sa.Column("channel", sa.String(80), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("email", sa.String(254), nullable=False),
        sa.Column("email_folded", sa.String(254), nullable=False, index=True),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("phone", sa.String(40), nullable=False),
        sa.Column("call_at", sa.String(200), nullable=False),
        sa.Column("order_number", sa.String(40), nullable=False),
        sa.Column("topic", sa.String(200), nullable=False),
        sa.Column("article", sa.String(200), nullable=False),
        sa.Column("happened", sa.Text, nullable=False),
        sa.Column("when_it_happened", sa.Text, nullable=False),
        sa.Column("expected", sa.Text, nullable=False),
        sa.Column("tried", sa.Text, nullable=False),
    )
    op.create_table(
        "request_keys",
        sa.Column("hash", sa.LargeBinary(32), primary_key=True),
        sa.Column(
            "request",
            sa.Integer,
            sa.ForeignKey("requests.id", ondelete="CASCADE"),
            nullable=False,
            index=True,
        ),
    )
    op.create_table(
        "attachments",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column(
            "request",
            sa.Integer,
            sa.ForeignKey("requests.id", ondelete="CASCADE"),
            nullable=False,
            index=True,
        ),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("media_type", sa.String(80), nullable=False),
        sa.Column("size", sa.Integer, nullable=False),
        sa.Column("content", sa.LargeBinary(length=2**24), nullable=False),
    )
    op.create_table(
        "outbox",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column(
            "request", sa.Integer, sa.ForeignKey("requests.id", ondelete="CASCADE"), nullable=True, index=True
        ),
        sa.Column("purpose", sa.String(16), nullable=False),
        sa.Column("recipient", sa.String(254), nullable=False),
        sa.Column("reply_to", sa.String(254), nullable=False),
        sa.Column("subject", sa.String(300), nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("message_id", sa.String(200), nullable=False, unique=True),
        sa.Column("created", sa.DateTime, nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("next_try", sa.DateTime, nullable=True, index=True),
        sa.Column("holder", sa.String(200), nullable=False),
        sa.Column("held_until", sa.DateTime, nullable=True),
        sa.Column("sent", sa.DateTime, nullable=True),
        sa.Column("last_error", sa.String(500), nullable=False),
    )
