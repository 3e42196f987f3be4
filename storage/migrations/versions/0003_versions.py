"""What became of a page after it was archived: its versions, its removal, when to look again."""

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Add them."""


def downgrade() -> None:
    """Forget them."""
