"""What the figures cost beside reading the pages: `python -m benchmarks.facts [PAGES [TEXTS.jsonl]]`.

PAGES is a folder of saved pages. Each is read, then judged and searched for figures, page by page in one run, so that all meet
the same machine. TEXTS are reports about drugs, which cost more than the ordinary page: their mean is held against the mean
page. Then one sentence repeated to 256 KB and to 1 MB: the cost of a character must not grow with the text.
"""

import json
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from crawler.judging import find_facts, judge
from crawler.reading import Page, read_page
from crawler.topics import Topic, load_topic

_SHARED = Path(__file__).parent.parent.parent / "shared"
_SENTENCE = "全市破获一起贩毒案，抓获毒贩156名，缴获海洛因、冰毒等毒品36.8公斤。"
_ROUNDS = 7
_MOST_OF_READING = 0.4
_MOST_GROWTH = 1.5

Row = tuple[str, str]


def main() -> int:
    """Print the figures; 1 when one is over its limit."""
    given = dict(enumerate(sys.argv[1:]))
    folder = Path(given.get(0, _SHARED / "realpages" / "html"))
    texts = Path(given.get(1, _SHARED / "eval" / "texts-dev.jsonl"))
    topic = load_topic("antidrug")
    growth = growth_with_length(topic)
    print(f"one character in 1 MB: {growth:.2f} times one in 256 KB (at most {_MOST_GROWTH:g})")
    if not folder.is_dir() or not texts.is_file():
        print(
            f"no pages in {folder} or no texts at {texts}: give a folder of HTML files and a file of JSON Lines"
        )
        return int(growth > _MOST_GROWTH)
    pages = [path.read_bytes() for path in sorted(folder.glob("*.html"))]
    rows = [json.loads(line) for line in texts.read_text("utf-8").splitlines()]
    same, topical = beside_reading(pages, [(row["title"] or "", row["text"]) for row in rows], topic)
    print(
        f"verdict and figures of the same pages: {same:.3f} of the time of reading (at most {_MOST_OF_READING:g})"
    )
    print(
        f"of a report about drugs: {topical:.3f} of the time of reading a page (at most {_MOST_OF_READING:g})"
    )
    return int(growth > _MOST_GROWTH or max(same, topical) > _MOST_OF_READING)


def beside_reading(pages: Sequence[bytes], rows: Sequence[Row], topic: Topic) -> tuple[float, float]:
    """Median over interleaved rounds: the judging of the pages, and of the rows, through the reading of the pages."""
    articles = [_article(page) for page in pages]
    _judge(articles, topic)
    ratios = []
    for _ in range(_ROUNDS):
        reading = _seconds(lambda: [_article(page) for page in pages]) / len(pages)
        same = _seconds(lambda: _judge(articles, topic)) / len(pages)
        topical = _seconds(lambda: _judge(rows, topic)) / len(rows)
        ratios.append((same / reading, topical / reading))
    return statistics.median(same for same, _ in ratios), statistics.median(topical for _, topical in ratios)


def growth_with_length(topic: Topic) -> float:
    """The cost of a character in a text of 1 MB through that in one of 256 KB."""
    costs = []
    for kilobytes in (256, 1024):
        text = _SENTENCE * (kilobytes * 1024 // len(_SENTENCE.encode()))
        costs.append(min(_seconds(partial(_judge, [("", text)], topic)) for _ in range(2)) / len(text))
    return costs[1] / costs[0]


def _article(page: bytes) -> Row:
    reading = read_page(Page(body=page, url="", fetched_at=datetime(2026, 1, 1, tzinfo=UTC)))
    return (reading.article.title, reading.article.text) if reading.article else ("", "")


def _judge(rows: Sequence[Row], topic: Topic) -> None:
    for title, text in rows:
        judge(title, text, topic=topic)
        find_facts(text, title=title, published_at=None, place=None, topic=topic)


def _seconds(work: Callable[[], object]) -> float:
    started = time.process_time()
    work()
    return time.process_time() - started


if __name__ == "__main__":
    sys.exit(main())
