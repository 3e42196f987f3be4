"""An article as one flat row. Pure."""

from collections.abc import Mapping

from storage import SHANGHAI, Article, Fact, Stored

COLUMNS = (
    "id", "story", "title", "published", "source", "authors", "editors", "portal", "province", "places", "category", "relevant",
    "score", "figures", "versions", "removed_at", "fetched_at", "url", "text",
)  # fmt: skip


def row_of(stored: Stored) -> Mapping[str, str | int | float | bool | None]:
    """The columns of one article; times in ISO 8601 in Asia/Shanghai, a day without a time where only that is known."""
    article, verdict = stored.article, stored.verdict
    return {
        "id": stored.id,
        "story": stored.story.id,
        "title": article.title,
        "published": print_published(article),
        "source": article.source,
        "authors": "；".join(article.authors),
        "editors": "；".join(article.editors),
        "portal": article.portal,
        "province": stored.province,
        "places": "；".join(verdict.places),
        "category": verdict.category,
        "relevant": verdict.relevant,
        "score": round(verdict.score, 4),
        "figures": "；".join(print_figure(fact) for fact in stored.facts),
        "versions": stored.versions,
        "removed_at": stored.removed_at.astimezone(SHANGHAI).isoformat() if stored.removed_at else None,
        "fetched_at": article.fetched_at.astimezone(SHANGHAI).isoformat(timespec="seconds"),
        "url": article.url,
        "text": article.text,
    }


def print_published(article: Article) -> str | None:
    """The printed time to the minute, or the day where only that is known; None for an undated one."""
    if article.published_at is None:
        return None
    local = article.published_at.astimezone(SHANGHAI)
    return local.isoformat(timespec="minutes") if article.precision == "minute" else local.date().isoformat()


def print_figure(fact: Fact) -> str:
    """One figure for a cell: measure, substance, value, unit, and the words it came from."""
    of = f"[{fact.substance}]" if fact.substance else ""
    return f"{fact.measure}{of}={fact.value:g} {fact.unit}「{fact.evidence}」"
