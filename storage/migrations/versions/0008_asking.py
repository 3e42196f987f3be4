"""What readers ask of the archive beside words: places, people, sources."""

import json
from collections.abc import Iterator

import sqlalchemy as sa
from alembic import op

from storage.search.terms import fold

revision = "0008"
down_revision = "0007"

INDEXES = (
    ("article", "province", "sort_key"),
    ("article", "category", "sort_key"),
    ("article", "portal", "sort_key"),
    ("article", "relevant", "sort_key"),
    ("article", "silent"),
    ("article_substance", "article_id"),
)
COUNTED = ["measure", "substance", "article_id", "unit", "value", "statistic", "target"]
CERTAIN = sa.text("uncertain = ''")
ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add them, and fill them from what the articles say."""
    op.create_table(
        "facet",
        sa.Column("id", ID, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("folded", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_facet"),
        sa.UniqueConstraint("kind", "name", name="uq_facet_kind_name"),
    )
    op.create_index("ix_facet_kind_folded", "facet", ["kind", "folded"])
    op.create_table(
        "article_facet",
        sa.Column("facet_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("article_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("facet_id", "article_id", name="pk_article_facet"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_article_facet_article_id", "article_facet", ["article_id"])
    op.create_table(
        "saved_search",
        sa.Column("id", ID, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("parameters", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_saved_search"),
        sa.UniqueConstraint("name", name="uq_saved_search_name"),
    )
    _fill(op.get_bind())
    for table, *columns in INDEXES:
        op.create_index(f"ix_{table}_{'_'.join(columns)}", table, columns)
    statistic: sa.Column[bool] = sa.Column(
        "statistic", sa.Boolean(), server_default=sa.text("false"), nullable=False
    )
    op.add_column("fact", statistic)
    _tell_statistics(op.get_bind())
    op.drop_index("ix_fact_measure_substance", "fact")
    op.create_index("ix_fact_counted", "fact", COUNTED, sqlite_where=CERTAIN, postgresql_where=CERTAIN)


def downgrade() -> None:
    """Forget them."""
    for table, *columns in reversed(INDEXES):
        op.drop_index(f"ix_{table}_{'_'.join(columns)}", table)
    op.drop_index("ix_fact_counted", "fact")
    op.create_index("ix_fact_measure_substance", "fact", ["measure", "substance"])
    op.drop_column("fact", "statistic")
    op.drop_table("saved_search")
    op.drop_table("article_facet")
    op.drop_table("facet")


def _fill(connection: sa.Connection) -> None:
    ids: dict[tuple[str, str], int] = {}
    held: set[tuple[int, int]] = set()
    for article_id, kind, name in _named(connection):
        facet_id = ids.setdefault((kind, name), len(ids) + 1)
        held.add((facet_id, article_id))
    facets = [
        {"id": number, "kind": kind, "name": name, "folded": fold(name)}
        for (kind, name), number in ids.items()
    ]
    if not facets:
        return
    new = "INSERT INTO facet (id, kind, name, folded) VALUES (:id, :kind, :name, :folded)"
    connection.execute(sa.text(new), facets)
    link = "INSERT INTO article_facet (facet_id, article_id) VALUES (:facet_id, :article_id)"
    rows = [{"facet_id": facet_id, "article_id": article_id} for facet_id, article_id in sorted(held)]
    connection.execute(sa.text(link), rows)
    if connection.dialect.name == "postgresql":
        connection.execute(
            sa.text("SELECT setval(pg_get_serial_sequence('facet', 'id'), :last)"), {"last": len(facets)}
        )


def _named(connection: sa.Connection) -> Iterator[tuple[int, str, str]]:
    asked = (
        "SELECT a.id, a.source, t.authors, t.places FROM article a JOIN article_text t ON t.article_id = a.id"
    )
    for article_id, source, authors, places in connection.execute(sa.text(asked)):
        for kind, names in (("place", places), ("reporter", authors), ("source", [source])):
            told = json.loads(names) if isinstance(names, str) else names
            yield from ((article_id, kind, name) for name in told or () if name and name.strip())


def _tell_statistics(connection: sa.Connection) -> None:
    long = "julianday(period_to) - julianday(period_from) > 45"
    if connection.dialect.name == "postgresql":
        long = "period_to - period_from > interval '45 days'"
    connection.execute(sa.text(f"UPDATE fact SET statistic = true WHERE basis = 'stock' OR {long}"))
