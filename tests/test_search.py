"""Search finds what a reader of all articles would find; on both databases."""

import random
from collections.abc import Iterator
from typing import Any

import pytest

from storage import (
    Article,
    Catalog,
    Database,
    Fact,
    FigureWords,
    Filters,
    PageResult,
    QueryError,
    QueryWords,
    Verdict,
)
from storage.search import counting, searching
from storage.search.query import matches, parse
from storage.search.terms import fold
from tests.specimens import DAY, HOUR, IRRELEVANT, MINUTE, NOW, article, fill, result

SYLLABLES = (
    "禁毒戒毒缉毒涉毒吸毒贩毒冰毒海洛因大麻摇头丸民警公安边境查获宣传康复社区法院检察甘肃云南广西青年学校"
)
WORDS = ("K粉", "2026", "5公斤", "GHB", "，", "。", "\n", "警民", "禁", "毒", "Ｋ粉", "COVID-19")
QUERIES = (
    "毒", "禁", "禁毒", "毒禁", "冰毒", "海洛因", "洛因大", "摇头丸", "K粉", "5公斤", "公斤", "2026", "GHB",
    "禁毒 冰毒", "禁毒 海洛因 甘肃", "冰毒 OR 大麻", "冰毒 | 摇头丸 | 海洛因", "禁毒 -宣传", "禁毒 -海洛因", "-禁毒",
    "(冰毒 OR 大麻) (甘肃 OR 云南) -学校", '"公安 查获"', "“民警查获”", "禁毒戒毒缉毒", "緝毒", "雲南", "大麻 OR -毒",
    "没有的词", "龘", "zzz", "covid-19", "禁毒 -GHB", "-(禁毒 OR 冰毒) -海洛因", "警民公安", "",
)  # fmt: skip


def generated(count: int) -> Iterator[PageResult]:
    """Articles of random words; every tenth in traditional script where the tables know it."""
    dice = random.Random(20260302)
    script = str.maketrans("缉宣传贩云戒检学区东", "緝宣傳販雲戒檢學區東")
    for number in range(count):
        pieces = [
            dice.choice(WORDS) if dice.random() < 0.3 else dice.choice(SYLLABLES)
            for _ in range(dice.randint(1, 60))
        ]
        text = "".join(pieces)
        text = text.translate(script) if number % 10 == 0 else text
        moment = NOW - dice.randrange(5000) * MINUTE
        yield result(number, title=text[:6] or "x", text=text[6:], published_at=moment)


@pytest.fixture(scope="module")
def articles() -> list[PageResult]:
    return list(generated(150))


def scanned(articles: list[PageResult], query: str) -> list[str]:
    """The addresses a scan of all texts finds, the newest first."""
    expression = parse(query)
    found = [
        (one.article.published_at, number, one.article.url)
        for number, one in enumerate(articles)
        if matches(expression, fold(f"{one.article.title}\n{one.article.subtitle}\n{one.article.text}"))
    ]
    return [url for *_, url in sorted(found, reverse=True)]


def test_recall_and_precision_are_those_of_a_scan(database: Database, articles: list[PageResult]) -> None:
    fill(database, articles)
    catalog = Catalog(database)
    for query in QUERIES:
        expected = scanned(articles, query)
        page = catalog.search(query, limit=500)
        assert [hit.url for hit in page.hits] == expected, query
        assert page.total == len(expected) or not page.exact, query
        assert page.next is None


def test_substrings_are_found_without_knowing_our_folding(
    database: Database, articles: list[PageResult]
) -> None:
    fill(database, articles)
    simplified = [one for number, one in enumerate(articles) if number % 10]
    for word in ("毒", "禁毒", "海洛", "海洛因", "民警", "民警查"):
        plain = {one.article.url for one in simplified if holds(one.article, word)}
        found = {hit.url for hit in Catalog(database).search(word, limit=500).hits}
        assert plain <= found


def holds(one: Article, word: str) -> bool:
    return word in one.title or word in one.text


def test_pages_join_to_the_whole(database: Database, articles: list[PageResult]) -> None:
    fill(database, articles)
    for query in ("禁毒", "海洛因", "民警查获 OR 大麻", "-禁毒", ""):
        assert list(paged(Catalog(database), query, 7)) == scanned(articles, query)


def paged(catalog: Catalog, query: str, limit: int) -> Iterator[str]:
    cursor = None
    while True:
        page = catalog.search(query, limit=limit, before=cursor)
        assert len(page.hits) == limit or page.next is None
        yield from (hit.url for hit in page.hits)
        if (cursor := page.next) is None:
            return


def test_a_new_article_does_not_move_the_pages(database: Database) -> None:
    fill(database, [result(n, published_at=NOW - n * HOUR) for n in range(1, 5)])
    catalog = Catalog(database)
    first = catalog.search("禁毒", limit=2)
    fill(database, [result(9, published_at=NOW)])
    rest = catalog.search("禁毒", limit=9, before=first.next)
    assert [hit.url for hit in (*first.hits, *rest.hits)] == [article(n).url for n in range(1, 5)]


@pytest.mark.parametrize("cursor", ["", "!", "-1", "zzzzzzzzzzzzzzzzzzzz"])
def test_a_foreign_cursor_is_refused(database: Database, cursor: str) -> None:
    with pytest.raises(QueryError, match="cursor"):
        Catalog(database).search("禁毒", before=cursor)


def test_a_bad_query_is_answered(database: Database) -> None:
    with pytest.raises(QueryError, match="not closed"):
        Catalog(database).search("(禁毒")


HEROIN = Fact(
    measure="drugs_seized", value=1, unit="gram", substance="heroin+ketamine", evidence="x", start=0, end=1
)
FILTERS = {
    "none": (Filters(), {1, 2, 3}),
    "province": (Filters(province="甘肃"), {1}),
    "portal": (Filters(portal="baiyun"), {2}),
    "category": (Filters(category="trial"), {2}),
    "substance": (Filters(substance="ketamine"), {2}),
    "relevant": (Filters(relevant_only=True), {1, 2}),
    "since": (Filters(since=NOW - 2 * DAY), {1, 2}),
    "until": (Filters(until=NOW - 2 * DAY), {3}),
    "between": (Filters(since=NOW - 2 * DAY, until=NOW - DAY), {2}),
    "story": (Filters(story_id=3), {3}),
    "all that contradict": (Filters(province="甘肃", portal="baiyun"), set()),
}


@pytest.fixture
def various(database: Database) -> Catalog:
    trial = Verdict(relevant=True, score=0.8, category="trial", province="云南")
    fill(
        database,
        [
            result(1, published_at=NOW, facts=()),
            result(2, published_at=NOW - 2 * DAY, portal="baiyun", verdict=trial, facts=(HEROIN,)),
            result(3, published_at=NOW - 3 * DAY, verdict=IRRELEVANT, facts=()),
        ],
    )
    return Catalog(database)


def test_filters(various: Catalog) -> None:
    for name, (filters, expected) in FILTERS.items():
        for query in ("禁毒", "禁毒 -冰毒", "禁毒 OR -冰毒", "", "禁毒大队"):
            page = various.search(query, filters=filters)
            assert {hit.id for hit in page.hits} == expected, (name, query)
            assert (page.total, page.exact) == (len(expected), True), (name, query)


def test_a_hit_shows_why(database: Database) -> None:
    fill(database, [result(1, title="禁毒宣傳", text="开头。民警宣传禁毒。" + "尾" * 200)])
    (hit,) = Catalog(database).search("宣传 禁毒").hits
    assert hit.title_marks == ((0, 4),)
    assert hit.snippet.text.startswith("…民警宣传禁毒。")
    assert hit.snippet.marks == ((3, 7),)
    assert (hit.portal, hit.source, hit.score, hit.category) == ("qingyun", "青云日报", 0.9, "enforcement")
    assert (hit.published_at, hit.province, hit.story_id) == (NOW - HOUR, "甘肃", 1)


def test_undated_and_misdated_articles_stand_at_their_fetch(database: Database) -> None:
    fill(
        database,
        [
            result(1, published_at=None, fetched_at=NOW - HOUR),
            result(2, published_at=NOW - 2 * HOUR),
            result(3, published_at=NOW + 999 * DAY, fetched_at=NOW - 3 * HOUR),
        ],
    )
    assert [hit.id for hit in Catalog(database).search("禁毒").hits] == [1, 2, 3]


def test_terms_everywhere_but_never_together_cost_a_bounded_read(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    count = 250
    monkeypatch.setattr(searching, "MOST_CHECKED", count - 20)
    fill(database, (result(n, title="", text="毒海 海洛 洛因", facts=()) for n in range(count)))
    page = Catalog(database).search("海洛因")
    assert (page.hits, page.total, page.exact) == ((), count, False)
    assert page.next is not None
    rest = Catalog(database).search("海洛因", before=page.next)
    assert (rest.hits, rest.next) == ((), None)


@pytest.mark.parametrize(
    "query", ["禁" * 500, "禁毒海洛因冰" * 80, " OR ".join(["(禁毒 甲)"] * 40), "a " * 249, "-x " * 90]
)
def test_hostile_queries_are_answered(various: Catalog, query: str) -> None:
    assert various.search(query).total <= 3


LONG = "禁毒民警走进青云中学，给同学们讲毒品的危害，并请大家把学到的带回家。" * 3
FIELDS = {
    "省:甘肃": {1},
    "province:甘肃省": {1},
    "省:甘": set(),
    "禁毒 地:兰州": {1, 4},
    "place:蘭州": {1, 4},
    "记者:林一 -来源:青云": {2},
    "来源:白云": {2},
    "reporter:林": {1, 2, 3, 4},
    "记者:林%": set(),
    "省:甘肃 OR portal:baiyun": {1, 2},
    "禁毒 (省:甘肃 OR 门户:baiyun) -标题:第1起": {2},
    "-省:甘肃": {2, 3, 4},
    "-(省:甘肃 OR 是:相关)": {3, 4},
    "标题:第2起": {2},
    "标题:货车": set(),
    "毒品:ketamine": {2},
    "类:trial": {2},
    "是:相关": {1, 2},
    "是:首发 禁毒": {1, 2, 3},
    "日:2026-03-02": {1},
    "自:2026-02-28 至:2026-02-28": {2},
    "day:2026-02": {2, 3},
    "story:3": {3, 4},
}


def test_fields_are_joined_excluded_and_grouped_like_words(database: Database) -> None:
    trial = Verdict(relevant=True, score=0.8, category="trial", province=None)
    there = Verdict(relevant=False, score=0.1, places=("甘肃省兰州市",))
    fill(
        database,
        [
            result(1, published_at=NOW, facts=()),
            result(
                2,
                published_at=NOW - 2 * DAY,
                portal="baiyun",
                verdict=trial,
                facts=(HEROIN,),
                source="白云网",
            ),
            result(3, published_at=NOW - 3 * DAY, verdict=IRRELEVANT, facts=(), text=LONG),
            result(
                4,
                published_at=NOW - 30 * DAY,
                verdict=there,
                facts=(),
                text=LONG,
                url="http://b.example/4.htm",
            ),
        ],
    )
    for query, expected in FIELDS.items():
        page = Catalog(database).search(query)
        assert {hit.id for hit in page.hits} == expected, query
        assert (page.total, page.exact) == (len(expected), True), query


def test_the_best_answers_come_first_and_pages_join(database: Database) -> None:
    fill(
        database,
        [
            result(1, title="青云要闻", text="海洛因一案开庭。编号一", published_at=NOW),
            result(2, title="海洛因案开庭", text="海洛因。海洛因。编号二", published_at=NOW - HOUR),
            result(3, title="白云要闻", text="海洛因，海洛因，海洛因。编号三", published_at=NOW - 2 * HOUR),
            result(4, title="白云要闻", text="大麻。编号四", published_at=NOW),
        ],
    )
    catalog = Catalog(database)
    assert [hit.id for hit in catalog.search("海洛因", order="best").hits] == [2, 3, 1]
    first = catalog.search("海洛因", order="best", limit=2)
    fill(
        database,
        [
            result(
                5,
                title="海洛因海洛因",
                text="海洛因。编号五",
                published_at=NOW + MINUTE,
                fetched_at=NOW + MINUTE,
            )
        ],
    )
    rest = catalog.search("海洛因", order="best", limit=2, before=first.next)
    assert [hit.id for hit in (*first.hits, *rest.hits)] == [2, 3, 1]
    assert (first.total, rest.next) == (3, None)


@pytest.mark.parametrize("cursor", ["", "7", "7.", "!.1", "7.-1", "7.999999"])
def test_a_foreign_cursor_of_ranks_is_refused(database: Database, cursor: str) -> None:
    with pytest.raises(QueryError, match="cursor"):
        Catalog(database).search("禁毒", order="best", before=cursor)


def test_facets_count_what_is_found(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    south = Verdict(relevant=True, score=0.8, category="trial", province="云南", places=("云南省昆明市",))
    fill(
        database,
        [
            result(1, published_at=NOW, facts=(HEROIN,)),
            result(
                2, published_at=NOW - DAY, portal="baiyun", verdict=south, facts=(HEROIN,), authors=("林一",)
            ),
            result(3, title="无关", text="别的事", facts=()),
        ],
    )
    counts = Catalog(database).facets("禁毒")
    assert (counts.hits, counts.whole) == (2, True)
    assert counts.by == {
        "province": {"云南": 1, "甘肃": 1},
        "category": {"enforcement": 1, "trial": 1},
        "portal": {"baiyun": 1, "qingyun": 1},
        "substance": {"heroin": 2, "ketamine": 2},
        "place": {"云南省昆明市": 1, "甘肃省兰州市": 1},
        "reporter": {"林一": 2, "周二": 1},
        "source": {"青云日报": 2},
    }
    assert Catalog(database).facets("-禁毒").by["portal"] == {"qingyun": 1}
    assert Catalog(database).facets("省:云南").hits == 1
    monkeypatch.setattr(counting, "COUNTED", 1)
    newest = Catalog(database).facets("")
    assert (newest.hits, newest.whole) == (1, False)


TOPIC_WORDS = QueryWords(
    figures=FigureWords(
        measures={"缴获": ("drugs_seized", "gram"), "抓获": ("suspects_arrested", "person")},
        substances={"海洛因": "heroin", "氯胺酮": "ketamine"},
        units={"kg": ("gram", 1000), "公斤": ("gram", 1000), "克": ("gram", 1), "人": ("person", 1)},
    ),
    categories={"审判": "trial"},
)
FIGURES = {
    "海洛因>=1kg": {1, 2},
    "海洛因>1公斤": {2},
    "缴获海洛因>=1000克 OR 抓获>=10人": {1, 2, 3},
    "数字:抓获>=10人": {3},
    "数字:抓获>10人": set(),
    "-抓获>=1人": {1, 2, 4},
    "氯胺酮<1kg": {2},
    "毒品:氯胺酮": {2},
    "类:审判": {3},
}


def test_figures_are_asked_for_in_the_words_of_the_topic(database: Database) -> None:
    def fact(measure: str, value: float, unit: str, **more: Any) -> Fact:
        return Fact(measure=measure, value=value, unit=unit, evidence="x", start=0, end=1, **more)

    trial = Verdict(relevant=True, score=0.8, category="trial")
    goal = fact("suspects_arrested", 50, "person", target=True)
    fill(
        database,
        [
            result(1, facts=(fact("drugs_seized", 1000, "gram", substance="heroin"),)),
            result(
                2,
                facts=(
                    fact("drugs_seized", 1000, "gram", substance="heroin+cocaine", qualifier="over"),
                    fact("drugs_seized", 500, "gram", substance="ketamine"),
                ),
            ),
            result(3, facts=(fact("suspects_arrested", 10, "person"),), verdict=trial),
            result(
                4, facts=(fact("drugs_seized", 1000, "gram", substance="heroin", qualifier="nearly"), goal)
            ),
        ],
    )
    for query, expected in FIGURES.items():
        assert {hit.id for hit in Catalog(database, TOPIC_WORDS).search(query).hits} == expected, query
    strict = Filters(figures=("海洛因>=1kg", "氯胺酮<=500克"))
    assert {hit.id for hit in Catalog(database, TOPIC_WORDS).search("", filters=strict).hits} == {2}


@pytest.mark.parametrize(
    ("query", "answer"),
    [
        ("海洛因>=1", "unit is missing"),
        ("禁毒 海洛英>=1kg", "character 4.*did you mean 海洛因"),
        ("类:审", "no category"),
        ("provnce:甘肃", "did you mean province:"),
        ("日:2026-13", "is no day"),
        ("是:新", "nothing an article can be"),
        ("story:x", "no number"),
        ("来源:", "value is missing"),
        (" ".join(f"story:{n}" for n in range(21)), "21 fields are too many; use at most 20"),
    ],
)
def test_a_field_that_cannot_be_read_is_answered(database: Database, query: str, answer: str) -> None:
    with pytest.raises(QueryError, match=answer):
        Catalog(database, TOPIC_WORDS).search(query)
