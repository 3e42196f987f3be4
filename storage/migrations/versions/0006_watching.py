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


def downgrade() -> None:
    """Forget them."""
    _drop_habits()


def _add_habits() -> None:
    for name in ("failing_since", "recovered_at", "lied_at"):
        op.add_column("source", sa.Column(name, MOMENT))
    for name, (columns, key) in HABITS.items():
        told: list[Any] = [sa.Column(column, kind, nullable=nullable) for column, kind, nullable in columns]
        if "source_id" in key:
            told.append(sa.ForeignKeyConstraint(["source_id"], ["source.id"], name=f"fk_{name}_source_id"))
        op.create_table(name, *told, sa.PrimaryKeyConstraint(*key, name=f"pk_{name}"))


def _drop_habits() -> None:
    for name in HABITS:
        op.drop_table(name)
    for name in ("failing_since", "recovered_at", "lied_at"):
        op.drop_column("source", name)


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
            *(
                (name, sa.Integer(), False)
                for name in ("pages", "titled", "timed", "credited", "bodied", "damaged")
            ),
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
