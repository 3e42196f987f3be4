"""What an alert says beyond a story, what it waits for, and what operators were told."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

MOMENT = sa.DateTime(timezone=True)
COLUMNS = ("about", "note", "batch", "urgent")


def upgrade() -> None:
    """Add them; alerts owed before are messages of their own, due at once."""
    for name in ("about", "note", "batch"):
        op.add_column("outbox", sa.Column(name, sa.Text(), nullable=False, server_default=""))
    op.add_column("outbox", sa.Column("urgent", sa.Boolean(), nullable=False, server_default=sa.false()))
    sent = sa.text("state = 'sent'")
    op.create_index(
        "ix_outbox_sent", "outbox", ["channel", "sent_at"], sqlite_where=sent, postgresql_where=sent
    )
    op.create_table(
        "told",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("since", MOMENT, nullable=False),
        sa.Column("told", sa.Boolean(), nullable=False),
        sa.Column("told_at", MOMENT, nullable=True),
        sa.Column("swings", sa.Integer(), nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("code", "subject", name="pk_told"),
    )


def downgrade() -> None:
    """Forget them; what was told stays sent."""
    op.drop_table("told")
    op.drop_index("ix_outbox_sent", "outbox")
    for name in COLUMNS:
        op.drop_column("outbox", name)
