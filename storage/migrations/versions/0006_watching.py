"""Leads, robots.txt, and the rhythm of each source."""

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Add them."""


def downgrade() -> None:
    """Forget them."""
