"""What an alert says beyond a story, digests, and the state operators were told of."""

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Add them."""


def downgrade() -> None:
    """Forget them."""
