"""The words of an alert, and what a hostile page cannot do to them."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from scheduler.alerts.messages import (
    News,
    baseline_message,
    extract,
    print_amount,
    print_fact,
    story_message,
    trial_message,
)
from scheduler.alerts.wording import load_wording
from storage import SHANGHAI, Article, Evidence, Fact, Owed, Verdict

WORDING = load_wording()
OWED = Owed(
    id=1,
    code="7F3A",
    kind="story",
    rule="甘肃",
    channel="群",
    attempt=1,
    lease=1,
    article_id=5,
    story_id=4,
)
ARTICLE = Article(
    url="http://news.example/a/1.html",
    canonical_url="http://news.example/a/1.html",
    portal="news",
    title="兰州警方破获一起运输毒品案",
    published_at=datetime(2026, 4, 23, 1, 15, tzinfo=UTC),
    source="陇上新闻网",
    text="民警缴获海洛因1.2千克。",
    fetched_at=datetime(2026, 4, 23, 2, tzinfo=UTC),
    charset="utf-8",
    charset_from="meta",
)
VERDICT = Verdict(
    relevant=True,
    score=0.934,
    category="enforcement",
    province="甘肃",
    evidence=(
        Evidence(term="民警", weight=0.2, where="text", start=0, end=2),
        Evidence(term="运输毒品", weight=2.0, where="title", start=8, end=12),
        Evidence(term="电影", weight=-1.0, where="text", start=5, end=7),
    ),
)
HEROIN = Fact(
    measure="drugs_seized",
    value=1200,
    unit="gram",
    qualifier="about",
    substance="heroin",
    evidence="海洛因1.2千克",
    start=4,
    end=12,
)
NEWS = News(article=ARTICLE, verdict=VERDICT, facts=(HEROIN,), province="甘肃", portal_title="陇上新闻网")


def test_an_alert_says_what_where_when_why_and_where_to_read_it() -> None:
    message = story_message(OWED, replace(NEWS, also_on=3), WORDING)
    assert message.title == "【禁毒】甘肃 兰州警方破获一起运输毒品案"
    assert message.body.splitlines() == [
        "来源：陇上新闻网　2026-04-23 09:15",
        "数字：缴获海洛因约1.2千克",
        "判定：查缉 0.93（运输毒品、民警）",
        "另有 3 家转载 (also on 3 portals)",
        "摘要：民警缴获海洛因1.2千克。",
        "链接：http://news.example/a/1.html",
        "编号：#7F3A　规则：甘肃",
    ]


def test_what_is_not_known_is_not_invented() -> None:
    article = replace(ARTICLE, title="", published_at=None, source=None)
    bare = News(article=article, verdict=Verdict(relevant=True, score=1.0))
    message = story_message(OWED, bare, WORDING)
    assert message.title == "【禁毒】（无标题）"
    assert "来源：不详　时间不详" in message.body
    assert "数字" not in message.body


def test_a_day_is_not_given_a_time() -> None:
    message = story_message(OWED, replace(NEWS, article=replace(ARTICLE, precision="day")), WORDING)
    assert "2026-04-23\n" in message.body


def test_doubtful_figures_stay_out_and_many_are_cut() -> None:
    doubtful = replace(HEROIN, value=9, uncertain="no unit")
    measures = ("drugs_seized", *(name for name in WORDING.measures if name not in WORDING.of_substances))
    many = tuple(replace(HEROIN, measure=name, unit="person") for name in measures)
    body = story_message(OWED, replace(NEWS, facts=(doubtful, *many)), WORDING).body
    assert "9克" not in body
    [told] = [line for line in body.splitlines() if line.startswith("数字：")]
    assert len(told.split("；")) == 6


def test_figures_of_one_thing_stand_together_and_many_are_cut() -> None:
    pieces = replace(HEROIN, value=25, unit="item", qualifier="exact")
    weights = tuple(replace(HEROIN, value=1000.0 * n) for n in (1, 1, 2, 3))
    message = story_message(OWED, replace(NEWS, facts=(pieces, *weights)), WORDING)
    assert "数字：缴获海洛因25件、约1千克、约2千克\n" in message.body


HEADLINES = {
    "elsewhere named": ("兰州破获一案", "甘肃 兰州破获一案"),
    "named first": ("甘肃发布白皮书", "甘肃发布白皮书"),
    "named later": ("在甘肃破获一案", "甘肃 在甘肃破获一案"),
}


@pytest.mark.parametrize(("title", "told"), HEADLINES.values(), ids=HEADLINES)
def test_a_province_is_not_said_twice(title: str, told: str) -> None:
    message = story_message(OWED, replace(NEWS, article=replace(ARTICLE, title=title)), WORDING)
    assert message.title == f"【禁毒】{told}"


EXTRACTS = {
    "paragraphs": ("第一段。\n第二段！", "第一段。第二段！"),
    "a clause": ("甲" * 60 + "；" + "乙" * 80 + "。", "甲" * 60 + "…"),
    "the end": ("甲；乙。", "甲；乙。"),
}


@pytest.mark.parametrize(("text", "told"), EXTRACTS.values(), ids=EXTRACTS)
def test_an_extract_reads_like_a_text(text: str, told: str) -> None:
    assert "".join(extract(text)) == told


def test_every_value_of_a_page_is_made_harmless() -> None:
    """The words of one page, each of them hostile."""
    evil = "x\r\nBcc: @all\u202e\ud800\x00<at user_id='all'>[a](http://evil.example)"
    article = replace(
        ARTICLE,
        title=evil,
        source=evil,
        text=evil,
        url="javascript:x",
        canonical_url="http://a@evil.example/",
    )
    verdict = replace(VERDICT, province=evil, evidence=(replace(VERDICT.evidence[1], term=evil),))
    fact = replace(HEROIN, measure=evil, unit=evil, substance=evil)
    news = News(article=article, verdict=verdict, facts=(fact,), portal_title=evil)
    message = story_message(replace(OWED, rule=evil), news, WORDING)
    whole = f"{message.title}\n{message.body}"
    assert len(whole.splitlines()) == 7
    assert not set("@<>[]\r\x00\u202e\ud800") & set(whole)
    assert "://" not in whole
    assert "（无可用链接）" in whole


def test_a_second_address_serves_when_the_first_is_none() -> None:
    article = replace(ARTICLE, canonical_url="ftp://a.example/")
    assert f"链接：{ARTICLE.url}" in story_message(OWED, replace(NEWS, article=article), WORDING).body


def test_the_baseline_says_how_many_were_silent() -> None:
    owed = replace(OWED, kind="baseline", silenced=123, silenced_relevant=12)
    message = baseline_message(owed, WORDING)
    assert "123" in message.body
    assert "12 篇" in message.body
    assert "#7F3A" in message.body


def test_a_trial_says_so() -> None:
    message = trial_message("群", datetime(2026, 4, 23, 9, tzinfo=SHANGHAI), WORDING)
    assert "测试" in message.title
    assert "2026-04-23 09:00" in message.body


AMOUNTS = {
    "grams": (12.5, "gram", "12.5克"),
    "kilograms": (127_600, "gram", "127.6千克"),
    "tonnes": (2_700_000, "gram", "2.7吨"),
    "persons": (3440, "person", "3440人"),
    "ten thousands": (2_580_000, "person", "258万人"),
    "hundred millions": (230_000_000, "yuan", "2.3亿元"),
    "unknown unit": (3, "parsec", "3parsec"),
}


@pytest.mark.parametrize(("value", "unit", "words"), AMOUNTS.values(), ids=AMOUNTS)
def test_amounts_are_printed_in_the_sizes_people_use(value: float, unit: str, words: str) -> None:
    assert print_amount(value, unit, WORDING) == words


FACTS = {
    "over": (replace(HEROIN, qualifier="over"), "缴获海洛因超1.2千克"),
    "two substances": (replace(HEROIN, substance="heroin+methamphetamine"), "缴获海洛因、冰毒约1.2千克"),
    "a substance that is not counted": (
        replace(HEROIN, measure="cases_solved", unit="case", value=1, qualifier="exact"),
        "破案1起",
    ),
    "target": (replace(HEROIN, qualifier="exact", target=True), "缴获海洛因1.2千克（目标）"),
    "unknown measure": (
        replace(HEROIN, measure="dogs_trained", substance=None, unit="piece", value=3, qualifier="exact"),
        "dogs_trained3件",
    ),
}


@pytest.mark.parametrize(("fact", "words"), FACTS.values(), ids=FACTS)
def test_figures_in_words(fact: Fact, words: str) -> None:
    assert print_fact(fact, WORDING) == words
