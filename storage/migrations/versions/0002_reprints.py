"""Fingerprints, related stories, and how a report came to its story."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add them; fingerprints of articles already there are made on opening."""
    op.create_table(
        "fingerprint",
        sa.Column("hash", sa.BigInteger(), nullable=False),
        sa.Column("article_id", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("hash", "article_id", name="pk_fingerprint"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "related",
        sa.Column("story_id", ID, nullable=False),
        sa.Column("other_id", ID, nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("article_id", ID, nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name="fk_related_article_id"),
        sa.ForeignKeyConstraint(["other_id"], ["story.id"], name="fk_related_other_id"),
        sa.ForeignKeyConstraint(["story_id"], ["story.id"], name="fk_related_story_id"),
        sa.PrimaryKeyConstraint("story_id", "other_id", name="pk_related"),
    )
    op.create_index("ix_related_other_id", "related", ["other_id"])
    op.add_column("article", sa.Column("joined_as", sa.Text(), server_default="first", nullable=False))
    op.execute("DELETE FROM setting WHERE name IN ('fingerprints', 'terms_versions')")
    # Before this, a report joined by the same text or, seldom, the same canonical address.
    op.execute(
        "UPDATE article SET joined_as = 'verbatim'"
        " WHERE id <> (SELECT first_article_id FROM story WHERE story.id = article.story_id)"
    )


def downgrade() -> None:
    """Forget them; stories stay as they are."""
    op.drop_column("article", "joined_as")
    op.drop_table("related")
    op.drop_table("fingerprint")
