"""What belongs to a story besides reprints, and what was mended by hand."""

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Add them."""


def downgrade() -> None:
    """Forget them."""
