"""The bytes behind each archived version, and the chained manifests of each day."""

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Add them."""


def downgrade() -> None:
    """Forget them."""
