"""Leads, robots.txt, and the rhythm of each source."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Add them."""
    _add_habits()
    _add_places()


def downgrade() -> None:
    """Forget them."""
    _drop_places()
    _drop_habits()


def _add_habits() -> None:
    for name in MOMENTS:
        op.add_column("source", sa.Column(name, MOMENT))
    for name in CHARSETS:
        op.add_column("source", sa.Column(name, sa.Text(), server_default="", nullable=False))
    for name, (columns, key) in HABITS.items():
        told: list[Any] = [sa.Column(column, kind, nullable=nullable) for column, kind, nullable in columns]
        if "source_id" in key:
            told.append(sa.ForeignKeyConstraint(["source_id"], ["source.id"], name=f"fk_{name}_source_id"))
        op.create_table(name, *told, sa.PrimaryKeyConstraint(*key, name=f"pk_{name}"))


def _drop_habits() -> None:
    for name in HABITS:
        op.drop_table(name)
    for name in (*MOMENTS, *CHARSETS):
        op.drop_column("source", name)


MOMENTS = ("failing_since", "recovered_at", "lied_at", "newest_at", "expected_by", "charset_changed_at")
CHARSETS = ("charset", "charset_was")
QUALITIES = ("pages", "readable", "titled", "dated", "timed", "credited", "bodied", "selected", "sound")
HABITS: dict[str, tuple[tuple[Any, ...], tuple[str, ...]]] = {
    "arrival": (
        (
            ("source_id", ID, False),
            ("slot", sa.Integer(), False),
            ("items", sa.Float(), False),
            ("times", sa.Float(), False),
            ("at", MOMENT, False),
        ),
        ("source_id", "slot"),
    ),
    "page_quality": (
        (
            ("day", sa.Date(), False),
            ("source_id", ID, False),
            ("charset", sa.Text(), False),
            *((name, sa.Integer(), False) for name in QUALITIES),
        ),
        ("day", "source_id", "charset"),
    ),
    "recent_pages": ((("source_id", ID, False), ("marks", sa.Text(), False)), ("source_id",)),
    "robots": (
        (
            ("origin", sa.Text(), False),
            ("asked_at", MOMENT, False),
            ("fetched_at", MOMENT, True),
            ("changed_at", MOMENT, True),
            ("status", sa.Integer(), True),
            ("outcome", sa.Text(), False),
            ("body", sa.Text(), False),
        ),
        ("origin",),
    ),
}


def _add_places() -> None:
    """Where lists go on, what a walk back in time has reached, and articles on other hosts."""
    op.add_column("source", sa.Column("further", sa.JSON()))
    op.add_column(
        "link", sa.Column("backfill", sa.Boolean(), server_default=sa.text("false"), nullable=False)
    )
    op.create_table(
        "lead",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("host", sa.Text(), nullable=False),
        sa.Column("portal", sa.Text(), nullable=False),
        sa.Column("source_url", sa.Text(), nullable=False),
        sa.Column("first_seen_at", MOMENT, nullable=False),
        sa.Column("last_seen_at", MOMENT, nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_lead"),
    )
    op.create_index("ix_lead_host", "lead", ["host", "last_seen_at"])
    op.create_table(
        "backfill",
        sa.Column("portal", sa.Text(), nullable=False),
        sa.Column("source_url", sa.Text(), nullable=False),
        *(sa.Column(name, MOMENT, nullable=name == "oldest_at") for name in ("since", "until", "oldest_at")),
        sa.Column("further", sa.JSON(), nullable=False),
        sa.Column("marks", sa.JSON(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("pages", "listed", "failures")),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("began_at", MOMENT, nullable=False),
        sa.Column("moved_at", MOMENT, nullable=True),
        sa.Column("done", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("portal", "source_url", name="pk_backfill"),
    )
    op.create_index(
        "ix_link_backfill",
        "link",
        ["portal", "state"],
        sqlite_where=sa.text("backfill"),
        postgresql_where=sa.text("backfill"),
    )


def _drop_places() -> None:
    op.drop_index("ix_link_backfill", table_name="link")
    op.drop_table("backfill")
    op.drop_table("lead")
    op.drop_column("link", "backfill")
    op.drop_column("source", "further")
