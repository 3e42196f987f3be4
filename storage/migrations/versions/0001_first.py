"""The first schema. Frozen: what changes later is a migration of its own."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
PENDING = sa.text("state = 'pending'")
OPEN = sa.text("state <> 'archived'")
DUE = sa.text("state IN ('pending', 'sending')")


def upgrade() -> None:
    """Create every table, then the search index in the form this database has."""
    _create_beat()
    _create_channel()
    _create_coverage()
    _create_host()
    _create_rule()
    _create_run()
    _create_setting()
    _create_story()
    _create_identity()
    _create_source()
    _create_article()
    _create_link()
    _create_article_substance()
    _create_article_text()
    _create_fact()
    _create_outbox()
    _create_receipt()
    if op.get_bind().dialect.name == "sqlite":
        _create_search_index_sqlite()
    else:
        _create_search_index_postgresql()


def downgrade() -> None:
    """There is nothing before the first schema."""
    raise NotImplementedError("an archive without a schema is an empty file: remove the file instead")


def _create_search_index_sqlite() -> None:
    # Contentless, no positions, no sizes: a set of terms, 0.4 times the size of the articles; phrases are
    # checked on the articles found.
    op.execute(
        "CREATE VIRTUAL TABLE article_fts USING fts5"
        "(terms, content='', detail=none, columnsize=0, tokenize='ascii')"
    )


def _create_search_index_postgresql() -> None:
    op.create_table(
        "article_terms",
        sa.Column("sort_key", sa.BigInteger(), nullable=False),
        sa.Column("terms", ARRAY(sa.Integer()), nullable=False),
        sa.PrimaryKeyConstraint("sort_key", name="pk_article_terms"),
    )
    op.execute("ALTER TABLE article_terms ALTER COLUMN terms SET STORAGE EXTERNAL")
    # The default pending list of 4 MB makes one insert in thousands wait for seconds.
    op.execute(
        "CREATE INDEX ix_article_terms_terms ON article_terms USING gin (terms)"
        " WITH (gin_pending_list_limit = 512)"
    )


# One line a column.
# fmt: off

def _create_beat() -> None:
    op.create_table("beat",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_beat")
    )


def _create_channel() -> None:
    op.create_table("channel",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("not_before", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_channel")
    )


def _create_coverage() -> None:
    op.create_table("coverage",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("portal", sa.String(), nullable=False),
        sa.Column("source_url", sa.String(), nullable=False),
        sa.Column("counter", sa.String(), nullable=False),
        sa.Column("n", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("day", "portal", "source_url", "counter", name="pk_coverage")
    )


def _create_host() -> None:
    op.create_table("host",
        sa.Column("host", sa.String(), nullable=False),
        sa.Column("fence", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("owner", sa.String(), nullable=True),
        sa.Column("claimed_at", MOMENT, nullable=True),
        sa.Column("lease_until", MOMENT, nullable=True),
        sa.Column("not_before", MOMENT, nullable=True),
        sa.Column("whole", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.PrimaryKeyConstraint("host", name="pk_host")
    )


def _create_rule() -> None:
    op.create_table("rule",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("spec", sa.JSON(), nullable=False),
        sa.Column("set_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_rule")
    )


def _create_run() -> None:
    op.create_table("run",
        sa.Column("id", ID, nullable=False),
        sa.Column("portal", sa.String(), nullable=False),
        sa.Column("host", sa.String(), nullable=False),
        sa.Column("fence", sa.BigInteger(), nullable=False),
        sa.Column("started_at", MOMENT, nullable=False),
        sa.Column("finished_at", MOMENT, nullable=True),
        sa.Column("outcome", sa.String(), server_default="", nullable=False),
        sa.Column("counts", sa.JSON(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_run")
    )
    op.create_index("ix_run_started_at", "run", ["started_at"])


def _create_setting() -> None:
    op.create_table("setting",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_setting")
    )


def _create_story() -> None:
    op.create_table("story",
        sa.Column("id", ID, nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("first_article_id", sa.BigInteger(), nullable=True),
        sa.Column("first_seen_at", MOMENT, nullable=False),
        sa.Column("reports", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_story")
    )


def _create_identity() -> None:
    op.create_table("identity",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("story_id", ID, nullable=False),
        sa.ForeignKeyConstraint(["story_id"], ["story.id"], name="fk_identity_story_id"),
        sa.PrimaryKeyConstraint("name", name="pk_identity")
    )
    op.create_index("ix_identity_story_id", "identity", ["story_id"])


def _create_source() -> None:
    op.create_table("source",
        sa.Column("id", ID, nullable=False),
        sa.Column("portal", sa.String(), nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("host", sa.String(), nullable=False),
        sa.Column("every_seconds", sa.Integer(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("next_check_at", MOMENT, nullable=False),
        sa.Column("etag", sa.Text(), nullable=True),
        sa.Column("last_modified", sa.Text(), nullable=True),
        sa.Column("failures", sa.Integer(), server_default="0", nullable=False),
        sa.Column("first_ok_at", MOMENT, nullable=True),
        sa.Column("last_looked_at", MOMENT, nullable=True),
        sa.Column("last_ok_at", MOMENT, nullable=True),
        sa.Column("last_full_at", MOMENT, nullable=True),
        sa.Column("last_new_at", MOMENT, nullable=True),
        sa.Column("last_outcome", sa.String(), server_default="", nullable=False),
        sa.Column("detail", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["host"], ["host.host"], name="fk_source_host"),
        sa.PrimaryKeyConstraint("id", name="pk_source"),
        sa.UniqueConstraint("portal", "url", name="uq_source_portal_url")
    )
    op.create_index("ix_source_host_active_next_check_at", "source", ["host", "active", "next_check_at"])


def _create_article() -> None:
    op.create_table("article",
        sa.Column("id", ID, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("sort_key", sa.BigInteger(), nullable=False),
        sa.Column("story_id", ID, nullable=False),
        sa.Column("source_id", ID, nullable=True),
        sa.Column("portal", sa.String(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("published_at", MOMENT, nullable=True),
        sa.Column("precision", sa.String(), nullable=False),
        sa.Column("fetched_at", MOMENT, nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("topic", sa.String(), nullable=False),
        sa.Column("relevant", sa.Boolean(), nullable=False),
        sa.Column("score", sa.Float(), nullable=False),
        sa.Column("category", sa.String(), nullable=True),
        sa.Column("province", sa.String(), nullable=True),
        sa.Column("silent", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"], name="fk_article_source_id"),
        sa.ForeignKeyConstraint(["story_id"], ["story.id"], name="fk_article_story_id"),
        sa.PrimaryKeyConstraint("id", name="pk_article"),
        sa.UniqueConstraint("key", name="uq_article_key"),
        sa.UniqueConstraint("sort_key", name="uq_article_sort_key")
    )
    op.create_index("ix_article_story_id", "article", ["story_id"])


def _create_link() -> None:
    op.create_table("link",
        sa.Column("id", ID, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("source_id", ID, nullable=False),
        sa.Column("portal", sa.String(), nullable=False),
        sa.Column("host", sa.String(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("published_at", MOMENT, nullable=True),
        sa.Column("precision", sa.String(), nullable=False),
        sa.Column("first_seen_at", MOMENT, nullable=False),
        sa.Column("first_list", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("outcome", sa.String(), server_default="", nullable=False),
        sa.Column("detail", sa.Text(), server_default="", nullable=False),
        sa.Column("retry_at", MOMENT, nullable=True),
        sa.Column("article_id", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"], name="fk_link_source_id"),
        sa.PrimaryKeyConstraint("id", name="pk_link"),
        sa.UniqueConstraint("key", name="uq_link_key")
    )
    op.create_index("ix_link_due", "link", ["host", "retry_at"], sqlite_where=PENDING, postgresql_where=PENDING)
    op.create_index("ix_link_open", "link", ["source_id", "state"], sqlite_where=OPEN, postgresql_where=OPEN)


def _create_article_substance() -> None:
    op.create_table("article_substance",
        sa.Column("substance", sa.String(), nullable=False),
        sa.Column("article_id", ID, nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name="fk_article_substance_article_id"),
        sa.PrimaryKeyConstraint("substance", "article_id", name="pk_article_substance")
    )


def _create_article_text() -> None:
    op.create_table("article_text",
        sa.Column("article_id", ID, nullable=False),
        sa.Column("canonical_url", sa.Text(), nullable=False),
        sa.Column("subtitle", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("authors", sa.JSON(), nullable=False),
        sa.Column("editors", sa.JSON(), nullable=False),
        sa.Column("images", sa.JSON(), nullable=False),
        sa.Column("attachments", sa.JSON(), nullable=False),
        sa.Column("missing_pages", sa.JSON(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("charset", sa.String(), nullable=False),
        sa.Column("charset_from", sa.String(), nullable=False),
        sa.Column("trace", sa.JSON(), nullable=False),
        sa.Column("places", sa.JSON(), nullable=False),
        sa.Column("evidence", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name="fk_article_text_article_id"),
        sa.PrimaryKeyConstraint("article_id", name="pk_article_text")
    )


def _create_fact() -> None:
    op.create_table("fact",
        sa.Column("id", ID, nullable=False),
        sa.Column("article_id", ID, nullable=False),
        sa.Column("measure", sa.String(), nullable=False),
        sa.Column("value", sa.Float(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("qualifier", sa.String(), nullable=False),
        sa.Column("substance", sa.String(), nullable=True),
        sa.Column("period", sa.Text(), nullable=True),
        sa.Column("period_from", MOMENT, nullable=True),
        sa.Column("period_to", MOMENT, nullable=True),
        sa.Column("place", sa.Text(), nullable=True),
        sa.Column("change", sa.JSON(), nullable=True),
        sa.Column("basis", sa.String(), nullable=True),
        sa.Column("target", sa.Boolean(), nullable=False),
        sa.Column("uncertain", sa.Text(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("end", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name="fk_fact_article_id"),
        sa.PrimaryKeyConstraint("id", name="pk_fact")
    )
    op.create_index("ix_fact_article_id", "fact", ["article_id"])
    op.create_index("ix_fact_measure_substance", "fact", ["measure", "substance"])


def _create_outbox() -> None:
    op.create_table("outbox",
        sa.Column("id", ID, nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("story_id", ID, nullable=True),
        sa.Column("article_id", ID, nullable=True),
        sa.Column("rule", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("attempt", sa.Integer(), server_default="0", nullable=False),
        sa.Column("owner", sa.String(), nullable=True),
        sa.Column("lease_until", MOMENT, nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("not_before", MOMENT, nullable=False),
        sa.Column("sent_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name="fk_outbox_article_id"),
        sa.ForeignKeyConstraint(["story_id"], ["story.id"], name="fk_outbox_story_id"),
        sa.PrimaryKeyConstraint("id", name="pk_outbox"),
        sa.UniqueConstraint("key", name="uq_outbox_key")
    )
    op.create_index("ix_outbox_due", "outbox", ["not_before"], sqlite_where=DUE, postgresql_where=DUE)
    op.create_index("ix_outbox_state_rule_channel", "outbox", ["state", "rule", "channel"])
    op.create_index("ix_outbox_story_id", "outbox", ["story_id"])


def _create_receipt() -> None:
    op.create_table("receipt",
        sa.Column("id", ID, nullable=False),
        sa.Column("outbox_id", ID, nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("result", sa.String(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("ambiguous", sa.Boolean(), nullable=False),
        sa.Column("retry_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["outbox_id"], ["outbox.id"], name="fk_receipt_outbox_id"),
        sa.PrimaryKeyConstraint("id", name="pk_receipt")
    )
    op.create_index("ix_receipt_outbox_id", "receipt", ["outbox_id"])
