"""Search beside a scan of all reports: what one finds and the other does not."""

from collections.abc import Sequence

from benchmarks.clocking import print_table
from benchmarks.invented import invented
from benchmarks.questions import Question, Sheet, questions
from crawler.topics import choose_topic
from scheduler.asking import query_words
from storage import Catalog, Database

_AT_ONCE = 10_000


def compare(database: Database, count: int, lengths: tuple[int, int]) -> bool:
    """Print recall and precision by kind of query; whether all are 1."""
    sheets = [Sheet.of(one) for one in invented(count, lengths=lengths)]
    catalog = Catalog(database, query_words(choose_topic("")))
    told: dict[str, list[tuple[int, int, int]]] = {}
    for question in questions():
        wanted = {sheet.one.number for sheet in sheets if question.told(sheet)}
        found, sound = _found(catalog, question)
        told.setdefault(question.kind, []).append((len(wanted), len(wanted & found), len(found)))
        if wanted != found or not sound:
            print(
                f"{question.query}: {len(wanted)} by scan, {len(found)} by search; total right: {sound}",
                flush=True,
            )
    rows = [_row(kind, counts) for kind, counts in told.items()]
    everything = _row("all", [count for counts in told.values() for count in counts])
    heads = ("kind", "queries", "hits by scan", "recall", "precision")
    print_table(f"{database.dialect}, {count:,} articles: search beside a scan", heads, [*rows, everything])
    return everything[3:] == ("1.000", "1.000")


def _found(catalog: Catalog, question: Question) -> tuple[set[int], bool]:
    """All hits of all pages, and whether the total told is that many, or more where it says so."""
    found: list[int] = []
    before = None
    while True:
        page = catalog.search(question.query, limit=_AT_ONCE, before=before)
        found += [hit.id for hit in page.hits]
        before = page.next
        if before is None:
            right = page.total == len(found) if page.exact else page.total >= len(found)
            return set(found), right and len(found) == len(set(found))


def _row(kind: str, counts: Sequence[tuple[int, int, int]]) -> tuple[str, int, int, str, str]:
    wanted, both, found = (sum(column) for column in zip(*counts, strict=True))
    recall, precision = both / wanted if wanted else 1.0, both / found if found else 1.0
    return kind, len(counts), wanted, f"{recall:.3f}", f"{precision:.3f}"
