"""What readers ask of the archive: indexes, saved searches."""

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Add them."""


def downgrade() -> None:
    """Forget them."""
