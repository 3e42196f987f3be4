"""The first schema. Frozen: what changes later is a migration of its own."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision = "0001"
down_revision = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
PENDING = sa.text("state = 'pending'")
OPEN = sa.text("state <> 'archived'")
DUE = sa.text("state IN ('pending', 'sending')")


def upgrade() -> None:
    """Create every table, then the search index in the form this database has."""
    for name, columns in TABLES.items():
        op.create_table(name, *columns)
    for name, (table, indexed) in INDEXES.items():
        where = CONDITIONS.get(name)
        op.create_index(name, table, indexed, sqlite_where=where, postgresql_where=where)
    if op.get_bind().dialect.name == "sqlite":
        _create_search_index_sqlite()
    else:
        _create_search_index_postgresql()


def downgrade() -> None:
    """Remove everything: before the first schema there was nothing."""
    search_index = "article_fts" if op.get_bind().dialect.name == "sqlite" else "article_terms"
    for table in (search_index, *reversed(TABLES)):
        op.drop_table(table)


def _create_search_index_sqlite() -> None:
    # A set of terms, no positions: 0.4 times the size of the articles; phrases are checked on those found.
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


# fmt: off
TABLES = {
    "beat": (
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_beat"),
    ),
    "channel": (
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("not_before", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_channel"),
    ),
    "coverage": (
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("portal", sa.Text(), nullable=False),
        sa.Column("source_url", sa.Text(), nullable=False),
        sa.Column("counter", sa.Text(), nullable=False),
        sa.Column("n", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("day", "portal", "source_url", "counter", name="pk_coverage"),
    ),
    "host": (
        sa.Column("host", sa.Text(), nullable=False),
        sa.Column("fence", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("owner", sa.Text(), nullable=True),
        sa.Column("claimed_at", MOMENT, nullable=True),
        sa.Column("lease_until", MOMENT, nullable=True),
        sa.Column("not_before", MOMENT, nullable=True),
        sa.Column("whole", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.PrimaryKeyConstraint("host", name="pk_host"),
    ),
    "rule": (
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("spec", sa.JSON(), nullable=False),
        sa.Column("set_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_rule"),
    ),
    "run": (
        sa.Column("id", ID, nullable=False),
        sa.Column("portal", sa.Text(), nullable=False),
        sa.Column("host", sa.Text(), nullable=False),
        sa.Column("fence", sa.BigInteger(), nullable=False),
        sa.Column("started_at", MOMENT, nullable=False),
        sa.Column("finished_at", MOMENT, nullable=True),
        sa.Column("outcome", sa.Text(), server_default="", nullable=False),
        sa.Column("counts", sa.JSON(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_run"),
    ),
    "setting": (
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_setting"),
    ),
    "story": (
        sa.Column("id", ID, nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("first_article_id", sa.BigInteger(), nullable=True),
        sa.Column("first_seen_at", MOMENT, nullable=False),
        sa.Column("reports", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_story"),
    ),
    "identity": (
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("story_id", ID, nullable=False),
        sa.ForeignKeyConstraint(["story_id"], ["story.id"], name="fk_identity_story_id"),
        sa.PrimaryKeyConstraint("name", name="pk_identity"),
    ),
    "source": (
        sa.Column("id", ID, nullable=False),
        sa.Column("portal", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("host", sa.Text(), nullable=False),
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
        sa.Column("last_outcome", sa.Text(), server_default="", nullable=False),
        sa.Column("detail", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["host"], ["host.host"], name="fk_source_host"),
        sa.PrimaryKeyConstraint("id", name="pk_source"),
        sa.UniqueConstraint("portal", "url", name="uq_source_portal_url"),
    ),
    "article": (
        sa.Column("id", ID, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("sort_key", sa.BigInteger(), nullable=False),
        sa.Column("story_id", ID, nullable=False),
        sa.Column("source_id", ID, nullable=True),
        sa.Column("portal", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("published_at", MOMENT, nullable=True),
        sa.Column("precision", sa.Text(), nullable=False),
        sa.Column("fetched_at", MOMENT, nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("relevant", sa.Boolean(), nullable=False),
        sa.Column("score", sa.Float(), nullable=False),
        sa.Column("category", sa.Text(), nullable=True),
        sa.Column("province", sa.Text(), nullable=True),
        sa.Column("silent", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"], name="fk_article_source_id"),
        sa.ForeignKeyConstraint(["story_id"], ["story.id"], name="fk_article_story_id"),
        sa.PrimaryKeyConstraint("id", name="pk_article"),
        sa.UniqueConstraint("key", name="uq_article_key"),
        sa.UniqueConstraint("sort_key", name="uq_article_sort_key"),
    ),
    "link": (
        sa.Column("id", ID, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("source_id", ID, nullable=False),
        sa.Column("portal", sa.Text(), nullable=False),
        sa.Column("host", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("published_at", MOMENT, nullable=True),
        sa.Column("precision", sa.Text(), nullable=False),
        sa.Column("first_seen_at", MOMENT, nullable=False),
        sa.Column("first_list", sa.Boolean(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("outcome", sa.Text(), server_default="", nullable=False),
        sa.Column("detail", sa.Text(), server_default="", nullable=False),
        sa.Column("retry_at", MOMENT, nullable=True),
        sa.Column("article_id", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"], name="fk_link_source_id"),
        sa.PrimaryKeyConstraint("id", name="pk_link"),
        sa.UniqueConstraint("key", name="uq_link_key"),
    ),
    "article_substance": (
        sa.Column("substance", sa.Text(), nullable=False),
        sa.Column("article_id", ID, nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name="fk_article_substance_article_id"),
        sa.PrimaryKeyConstraint("substance", "article_id", name="pk_article_substance"),
    ),
    "article_text": (
        sa.Column("article_id", ID, nullable=False),
        sa.Column("canonical_url", sa.Text(), nullable=False),
        sa.Column("subtitle", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("authors", sa.JSON(), nullable=False),
        sa.Column("editors", sa.JSON(), nullable=False),
        sa.Column("images", sa.JSON(), nullable=False),
        sa.Column("attachments", sa.JSON(), nullable=False),
        sa.Column("missing_pages", sa.JSON(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("charset", sa.Text(), nullable=False),
        sa.Column("charset_from", sa.Text(), nullable=False),
        sa.Column("trace", sa.JSON(), nullable=False),
        sa.Column("places", sa.JSON(), nullable=False),
        sa.Column("evidence", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name="fk_article_text_article_id"),
        sa.PrimaryKeyConstraint("article_id", name="pk_article_text"),
    ),
    "fact": (
        sa.Column("id", ID, nullable=False),
        sa.Column("article_id", ID, nullable=False),
        sa.Column("measure", sa.Text(), nullable=False),
        sa.Column("value", sa.Float(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("qualifier", sa.Text(), nullable=False),
        sa.Column("substance", sa.Text(), nullable=True),
        sa.Column("period", sa.Text(), nullable=True),
        sa.Column("period_from", MOMENT, nullable=True),
        sa.Column("period_to", MOMENT, nullable=True),
        sa.Column("place", sa.Text(), nullable=True),
        sa.Column("change", sa.JSON(), nullable=True),
        sa.Column("basis", sa.Text(), nullable=True),
        sa.Column("target", sa.Boolean(), nullable=False),
        sa.Column("uncertain", sa.Text(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("end", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name="fk_fact_article_id"),
        sa.PrimaryKeyConstraint("id", name="pk_fact"),
    ),
    "outbox": (
        sa.Column("id", ID, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("story_id", ID, nullable=True),
        sa.Column("article_id", ID, nullable=True),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("attempt", sa.Integer(), server_default="0", nullable=False),
        sa.Column("owner", sa.Text(), nullable=True),
        sa.Column("lease_until", MOMENT, nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("not_before", MOMENT, nullable=False),
        sa.Column("sent_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name="fk_outbox_article_id"),
        sa.ForeignKeyConstraint(["story_id"], ["story.id"], name="fk_outbox_story_id"),
        sa.PrimaryKeyConstraint("id", name="pk_outbox"),
        sa.UniqueConstraint("key", name="uq_outbox_key"),
    ),
    "receipt": (
        sa.Column("id", ID, nullable=False),
        sa.Column("outbox_id", ID, nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("result", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("ambiguous", sa.Boolean(), nullable=False),
        sa.Column("retry_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["outbox_id"], ["outbox.id"], name="fk_receipt_outbox_id"),
        sa.PrimaryKeyConstraint("id", name="pk_receipt"),
    ),
}
INDEXES = {
    "ix_run_started_at": ("run", ["started_at"]),
    "ix_identity_story_id": ("identity", ["story_id"]),
    "ix_source_host_active_next_check_at": ("source", ["host", "active", "next_check_at"]),
    "ix_article_story_id": ("article", ["story_id"]),
    "ix_link_due": ("link", ["host", "retry_at"]),
    "ix_link_open": ("link", ["source_id", "state"]),
    "ix_fact_article_id": ("fact", ["article_id"]),
    "ix_fact_measure_substance": ("fact", ["measure", "substance"]),
    "ix_outbox_due": ("outbox", ["not_before"]),
    "ix_outbox_state_rule_channel": ("outbox", ["state", "rule", "channel"]),
    "ix_outbox_story_id": ("outbox", ["story_id"]),
    "ix_receipt_outbox_id": ("receipt", ["outbox_id"]),
}
CONDITIONS = {
    "ix_link_due": PENDING,
    "ix_link_open": OPEN,
    "ix_outbox_due": DUE,
}
