"""How long questions take: searches beside the bare engine, counts and figures of the whole archive, hostile queries."""

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from urllib.parse import quote

from benchmarks.bare import Bare, bare_queries
from benchmarks.clocking import Times, print_table
from crawler.topics import choose_topic
from scheduler.asking import query_words
from storage import Catalog, Database, FigureQuestion, Filters, QueryError, open_database
from storage.search import searching

RATIO = 1.5
"""So many times the bare engine a search may take."""
BOUND_MS = 1_000.0
"""What any query may cost, hostile ones too."""
_SET = ("work_mem=64MB", "random_page_cost=1.1", "jit=off")
_COLUMNS = ("page", "bare", "unmarked", "product")


@dataclass(slots=True)
class _Kind:
    """The times of one kind of query."""

    page: Times = field(default_factory=Times)
    """The bare engine without the total."""
    bare: Times = field(default_factory=Times)
    unmarked: Times = field(default_factory=Times)
    """The product without snippets and highlights."""
    product: Times = field(default_factory=Times)
    same: bool = True


def catalog_of(database: Database) -> Catalog:
    """The catalog with the topic's words."""
    return Catalog(database, query_words(choose_topic("")))


def searches(archives: Mapping[int, Database], repeat: int) -> None:
    """Print p50 and p95 by kind at each size, ratios to the bare engine, and growth."""
    told = {size: _kinds(database, repeat) for size, database in archives.items()}
    for size, kinds in told.items():
        heads = (
            "kind",
            "bare, no total",
            "bare",
            "ours, no marks",
            "ours",
            "ratio p50",
            "ratio p95",
            "no marks p50",
            "same rows",
        )
        dialect = archives[size].dialect
        print_table(
            f"{dialect}, {size:,} articles: search, ms p50 / p95",
            heads,
            [_row(*one) for one in kinds.items()],
        )
    first, last = min(told), max(told)
    if first != last:
        rows = [
            (
                kind,
                *(
                    getattr(told[last][kind], name).p50 / getattr(told[first][kind], name).p50
                    for name in _COLUMNS
                ),
            )
            for kind in told[first]
        ]
        names = ("kind", "bare, no total", "bare", "ours, no marks", "ours")
        print_table(f"growth of p50 from {first:,} to {last:,}", names, rows)


def _row(kind: str, times: _Kind) -> tuple[object, ...]:
    ratios = (
        times.product.p50 / times.bare.p50,
        times.product.p95 / times.bare.p95,
        times.unmarked.p50 / times.bare.p50,
    )
    return kind, times.page, times.bare, times.unmarked, times.product, *ratios, times.same


def _kinds(database: Database, repeat: int) -> Mapping[str, _Kind]:
    kinds = dict[str, _Kind]()
    with _as_set(database) as engine:
        for query in bare_queries():
            _measure(database, engine, query, kinds.setdefault(query.kind, _Kind()), repeat)
    return kinds


def _as_set(database: Database) -> Database:
    """The archive over connections that are set as those of a search, so that the statements are compared."""
    set_so = (
        "" if database.dialect == "sqlite" else "&options=" + quote(" ".join(f"-c {one}" for one in _SET))
    )
    return open_database(database.url + set_so)


def _measure(database: Database, engine: Database, asked: Bare, into: _Kind, repeat: int) -> None:
    catalog = catalog_of(database)
    alone, whole = (asked.statement(database.dialect, total=total) for total in (False, True))

    def bare(statement: str) -> list[int]:
        with engine.read() as connection:
            return [row.id for row in asked.ask(connection, statement)]

    def unmarked() -> None:
        question = replace(searching.prepare(asked.query, Filters(), catalog._words), patterns=())
        with catalog._asking(question) as connection:
            searching.search(connection, question, 20, None)

    found = [hit.id for hit in catalog.search(asked.query).hits]
    into.same &= found == bare(whole)
    began = time.perf_counter()
    for _ in range(repeat):
        into.page.of(lambda: bare(alone))
        into.bare.of(lambda: bare(whole))
        into.unmarked.of(unmarked)
        into.product.of(lambda: catalog.search(asked.query))
        # A few slow rounds tell as much.
        if time.perf_counter() - began > 20:
            return


def whole_questions(archives: Mapping[int, Database], repeat: int) -> None:
    """Print what counts, figures and their sources cost at each size."""
    rows = []
    names = [name for name, _ in _questions(catalog_of(next(iter(archives.values()))))]
    told = {size: _timed(catalog_of(database), repeat) for size, database in archives.items()}
    for name in names:
        rows.append((name, *(times[name] for times in told.values())))
    dialect = next(iter(archives.values())).dialect
    print_table(
        f"{dialect}: questions to the whole archive, ms p50 / p95",
        ("question", *(f"{s:,}" for s in archives)),
        rows,
    )


def _timed(catalog: Catalog, repeat: int) -> Mapping[str, Times]:
    told = {}
    for name, ask in _questions(catalog):
        told[name] = Times()
        began = time.perf_counter()
        for _ in range(repeat):
            told[name].of(ask)
            if time.perf_counter() - began > 15:
                break
    return told


def _questions(catalog: Catalog) -> Iterator[tuple[str, Callable[[], object]]]:
    for query in ("", "毒", "禁毒", "海洛因 苹果", "省:云南"):
        yield f"facets {query or '(all)'}", lambda query=query: catalog.facets(query)
    for query in ("", "禁毒", "海洛因 苹果"):
        yield f"timeline {query or '(all)'}", lambda query=query: catalog.timeline(query)
    seized = FigureQuestion(measure="drugs_seized", step="month")
    by_province = replace(seized, measure="suspects_arrested", split="province")
    yield "figures drugs_seized", lambda: catalog.figures(seized)
    yield "figures heroin", lambda: catalog.figures(replace(seized, substance="heroin", step="week"))
    yield "figures arrested by province", lambda: catalog.figures(by_province)
    yield "figures drugs_seized 禁毒", lambda: catalog.figures(seized, "禁毒")
    june = date(2024, 6, 1)
    yield "figure sources of a month", lambda: catalog.figure_sources(seized, begin=june)
    yield "best 禁毒", lambda: catalog.search("禁毒", order="best")
    yield "best 海洛因", lambda: catalog.search("海洛因", order="best")


def hostile(archives: Mapping[int, Database]) -> None:
    """Print what hostile queries cost, and what they are told."""
    rows = []
    for name, query in HOSTILE.items():
        costs, answer = [], ""
        for database in archives.values():
            times = Times()
            answer = str(
                times.of(lambda database=database, query=query: _answer(catalog_of(database), query))
            )
            costs.append(times.p50)
        rows.append((name, len(query), *costs, max(costs) <= BOUND_MS, answer.replace("|", "\\|")))
    dialect = next(iter(archives.values())).dialect
    heads = (
        "query",
        "characters",
        *(f"ms at {s:,}" for s in archives),
        f"within {BOUND_MS:.0f} ms",
        "answer",
    )
    print_table(f"{dialect}: hostile queries", heads, rows)


def _answer(catalog: Catalog, query: str) -> str:
    try:
        page = catalog.search(query)
    except QueryError as error:
        return f"refused: {str(error)[:60]}"
    return f"{len(page.hits)} hits of {page.total}"


HOSTILE: Mapping[str, str] = {
    "10 KB of one character": "毒" * 10_000,
    "500 characters of one": "毒" * 500,
    "500 different characters": "".join(chr(0x4E00 + 7 * at) for at in range(500)),
    "160 words joined": " ".join(["毒品", "警方", "公安"] * 54)[:499],
    "100 words, any": " OR ".join(("毒禁品警公安案查法院民戒冰海大麻学社" * 6)[:98]),
    "160 different words excluded": "毒 " + " ".join("-" + chr(0x4E00 + 61 * at) for at in range(160)),
    "70 figures": " ".join(f"抓获>{at}人" for at in range(70)),
    "20 figures excluded, any": " OR ".join(f"-抓获>{at}人" for at in range(20)),
    "20 places excluded": "毒 " + " ".join(f"-地:{chr(0x4E00 + 61 * at)}" for at in range(20)),
    "120 words excluded": "毒 " + " ".join(["-禁毒", "-毒品", "-警方"] * 40)[:490],
    "wildcards": "%毒% _毒_ *毒* 毒* ?毒",
    "FTS5 syntax": "NEAR(毒 品, 5) terms:毒 {毒} ^毒 毒*",
    "FTS5 quotation marks": '禁""毒" OR 1=1',
    "SQL": "毒'; DROP TABLE article; --",
    "20 brackets": "(" * 20 + "毒" + ")" * 20,
    "1,000 brackets": "(" * 1000 + "毒" + ")" * 1000,
    "all but the frequent": "-毒 -禁 -的",
    "never together": "毒品案毒警方毒",
    "the reversed frequent": "毒禁 品毒 方警",
    "every place": "地:市 记者:赵 禁毒",
    "every figure": "缴获>0克",
    "every figure excluded": "-缴获>0克 毒",
    "a title with a frequent letter": "标题:鼗 毒",
    "a title never": "标题:毒品案毒品",
}
