"""What became of a page after it was archived: its versions, its removal, when to look again."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Add them; pages archived before are not looked at again, they have no validators."""
    _add_revisits()
    _add_versions()
    _add_visits()
    op.add_column("article", sa.Column("versions", sa.Integer(), server_default="1", nullable=False))
    op.add_column("article", sa.Column("removed_at", MOMENT, nullable=True))
    op.add_column("article", sa.Column("removed_why", sa.Text(), server_default="", nullable=False))


def downgrade() -> None:
    """Forget them; articles keep their newest wording."""
    for name in ("removed_why", "removed_at", "versions"):
        op.drop_column("article", name)
    for name in ("visit", "version", "revisit"):
        op.drop_table(name)


def _add_revisits() -> None:
    op.create_table(
        "revisit",
        sa.Column("article_id", ID, nullable=False),
        sa.Column("portal", sa.Text(), nullable=False),
        sa.Column("host", sa.Text(), nullable=False),
        sa.Column("step", sa.Integer(), server_default="0", nullable=False),
        sa.Column("next_at", MOMENT, nullable=True),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("outcome", sa.Text(), server_default="", nullable=False),
        sa.Column("visited_at", MOMENT, nullable=True),
        sa.Column("gone_since", MOMENT, nullable=True),
        sa.Column("etag", sa.Text(), nullable=True),
        sa.Column("last_modified", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name="fk_revisit_article_id"),
        sa.PrimaryKeyConstraint("article_id", name="pk_revisit"),
    )
    due = sa.text("next_at IS NOT NULL")
    op.create_index("ix_revisit_due", "revisit", ["host", "next_at"], sqlite_where=due, postgresql_where=due)


def _add_versions() -> None:
    op.create_table(
        "version",
        sa.Column("article_id", ID, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("seen_at", MOMENT, nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("authors", sa.JSON(), nullable=False),
        sa.Column("editors", sa.JSON(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("text_sha256", sa.Text(), nullable=False),
        sa.Column("changed", sa.JSON(), nullable=False),
        sa.Column("figures", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("relevant", sa.Boolean(), nullable=False),
        sa.Column("score", sa.Float(), nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name="fk_version_article_id"),
        sa.PrimaryKeyConstraint("article_id", "number", name="pk_version"),
    )


def _add_visits() -> None:
    op.create_table(
        "visit",
        sa.Column("id", ID, nullable=False),
        sa.Column("link_id", sa.BigInteger(), nullable=True),
        sa.Column("article_id", sa.BigInteger(), nullable=True),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("next_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_visit"),
    )
    op.create_index("ix_visit_link_id", "visit", ["link_id"])
    op.create_index("ix_visit_article_id", "visit", ["article_id"])
