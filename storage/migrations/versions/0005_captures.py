"""The bytes behind each archived version, and the chained manifests of each day."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Add them; of pages archived before, no bytes are there."""
    op.create_table(
        "capture",
        sa.Column("id", ID, nullable=False),
        sa.Column("article_id", ID, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("page", sa.Integer(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("answered_url", sa.Text(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("fetched_at", MOMENT, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("record", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("record_sha256", sa.Text(), nullable=False),
        sa.Column("file", sa.Text()),
        sa.Column("offset", sa.BigInteger()),
        sa.Column("length", sa.BigInteger()),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("manifest", sa.Date()),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name="fk_capture_article_id"),
        sa.PrimaryKeyConstraint("id", name="pk_capture"),
        sa.UniqueConstraint("record", name="uq_capture_record"),
    )
    op.create_index("ix_capture_file", "capture", ["file"])
    op.create_index("ix_capture_article_id_version_page", "capture", ["article_id", "version", "page"])
    op.create_index("ix_capture_manifest_day", "capture", ["manifest", "day"])
    op.create_index(
        "ix_capture_state_length_size_fetched_at", "capture", ["state", "length", "size", "fetched_at"]
    )
    op.create_table(
        "manifest",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("previous", sa.Text(), nullable=False),
        sa.Column("captures", sa.Integer(), nullable=False),
        sa.Column("sealed_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("day", name="pk_manifest"),
    )


def downgrade() -> None:
    """Forget them; the files beside the archive stay where they are."""
    op.drop_table("manifest")
    op.drop_table("capture")
