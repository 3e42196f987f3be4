"""Read what a message tells of: once for all channels that tell of it within a moment."""

import threading
import time
from collections import OrderedDict
from collections.abc import Mapping

from scheduler.alerts.messages import News
from storage import Archive, Stored

FRESH_SECONDS = 5.0
"""How long what was read serves again: channels come to an article at about the same time, and it hardly changes."""
KEPT = 256


class Reports:
    """The articles of the archive as news; threads may share one."""

    def __init__(self, archive: Archive, portal_titles: Mapping[str, str]) -> None:
        self._archive = archive
        self._portal_titles = portal_titles
        self._kept: OrderedDict[int, tuple[float, News]] = OrderedDict()
        self._lock = threading.Lock()

    def news(self, article_id: int) -> News | None:
        """An article as news; None when it is not in the archive. Raises StorageError."""
        with self._lock:
            read_at, news = self._kept.get(article_id, (0.0, None))
            if news is not None and time.monotonic() - read_at < FRESH_SECONDS:
                return news
            stored = self._archive.get(article_id)
            if stored is None:
                return None
            fresh = news_of(stored, self._portal_titles, also_on=also_on(self._archive, stored))
            self._kept[article_id] = time.monotonic(), fresh
            self._kept.move_to_end(article_id)
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
            return fresh


def news_of(stored: Stored, portal_titles: Mapping[str, str], *, also_on: int = 0) -> News:
    """What a message is made of."""
    return News(
        article=stored.article,
        verdict=stored.verdict,
        facts=stored.facts,
        province=stored.province,
        portal_title=portal_titles.get(stored.article.portal, ""),
        also_on=also_on,
    )


def also_on(archive: Archive, stored: Stored) -> int:
    """How many other portals have the story by now."""
    return len({report.portal for report in archive.reports(stored.story.id)} - {stored.article.portal})
