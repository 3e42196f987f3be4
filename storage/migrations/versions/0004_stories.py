"""What belongs to a story besides reprints, and what was mended by hand."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Add them; the event marks of articles already there are made on opening."""
    op.add_column("story", sa.Column("merged_into", sa.BigInteger()))
    op.create_table(
        "event_mark",
        sa.Column("hash", sa.BigInteger(), nullable=False),
        sa.Column("article_id", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("hash", "article_id", name="pk_event_mark"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "story_change",
        sa.Column("id", ID, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("story_id", ID, nullable=False),
        sa.Column("other_id", ID, nullable=False),
        sa.Column("article_ids", sa.JSON(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["story_id"], ["story.id"], name="fk_story_change_story_id"),
        sa.ForeignKeyConstraint(["other_id"], ["story.id"], name="fk_story_change_other_id"),
        sa.PrimaryKeyConstraint("id", name="pk_story_change"),
    )
    op.create_index("ix_story_change_story_id", "story_change", ["story_id"])
    op.create_index("ix_story_change_other_id", "story_change", ["other_id"])
    op.create_table(
        "kept_apart",
        sa.Column("story_id", ID, nullable=False),
        sa.Column("other_id", ID, nullable=False),
        sa.ForeignKeyConstraint(["story_id"], ["story.id"], name="fk_kept_apart_story_id"),
        sa.ForeignKeyConstraint(["other_id"], ["story.id"], name="fk_kept_apart_other_id"),
        sa.PrimaryKeyConstraint("story_id", "other_id", name="pk_kept_apart"),
    )
    op.create_index("ix_kept_apart_other_id", "kept_apart", ["other_id"])
    op.execute("DELETE FROM setting WHERE name = 'event_marks'")


def downgrade() -> None:
    """Forget them; stories stay as they are."""
    op.drop_table("kept_apart")
    op.drop_table("story_change")
    op.drop_table("event_mark")
    op.drop_column("story", "merged_into")
