"""What tells that two reports with texts of their own are of one event, and how they find one story; on both databases."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from storage import Archive, Database, Fact, Ingested, Outbox, PageResult, Rule, Verdict, open_database
from storage.schema import event_mark, setting
from storage.stories.following import Occurrence, continues, event_marks, occurrence
from tests.specimens import DAY, HOUR, MINUTE, NOW, RELEVANT, SEIZED, fill, result
from tests.test_races import at_once
from tests.test_reprints import joined

ARREST = (
    "3月1日凌晨，青云县公安局禁毒大队在石桥收费站设卡，从一辆货车的夹层里查获海洛因4.326千克，抓获李某、马某二人。"
    "县局把它列为“3·01”特大贩毒案，抽调骨干成立专案组，两人的上家还在追查之中。"
)
TRIAL = (
    "昨天上午，旁听席坐满了人。青云县人民法院开庭审理“3·01”贩毒案，公诉人指控李某受雇押运毒品，4.326千克海洛因被藏在车厢底部；"
    "马某负责与买家联络。庭审持续四个小时，法庭将择日宣判，两人当庭认罪。"
)
SENTENCE = (
    "青云县人民法院昨日宣判一起毒品案件，主犯李某获刑十五年，从犯马某获刑七年，并处没收个人财产。判决书写明，今年3月1日二人在石桥"
    "被抓获，毒品海洛因净重4.326千克已全部收缴。宣判后两人均表示服判，不再上诉。"
)
OTHER = (
    SENTENCE.replace("李某", "何某")
    .replace("马某", "唐某")
    .replace("4.326", "2.715")
    .replace("3月1日", "2月7日")
)
RULES = [
    Rule(name="all", channels=("group",), also=frozenset(("follow_up",))),
    Rule(name="first only", channels=("mail",)),
]


def page(number: int, text: str, *, later: timedelta = timedelta(0), **more: Any) -> PageResult:
    """A report on a portal of its own."""
    url = f"http://p{number}.example/2026/t{number}.html"
    at = NOW + later
    values: dict[str, Any] = {
        "url": url,
        "canonical_url": url,
        "portal": f"p{number}",
        "published_at": at,
        "fetched_at": at,
    }
    values["verdict"] = replace(RELEVANT, places=("甘肃省金川市青云县",))
    return result(number, text=text, title=f"报道{chr(0x7532 + number)}", **({"facts": ()} | values | more))


def happened(
    text: str, *, at: datetime = NOW, facts: tuple[Fact, ...] = (), **verdict: Any
) -> Occurrence | None:
    read = page(1, text, published_at=at).article
    return occurrence(read, replace(RELEVANT, places=("甘肃省金川市青云县",), **verdict), facts)


def sure(text: str, **more: Any) -> Occurrence:
    found = happened(text, **more)
    assert found is not None
    return found


def test_what_a_report_tells_of_its_event() -> None:
    told = sure(ARREST)
    assert told.cases == {"3.01"}
    assert {"青云", "金川"} <= told.places
    assert told.people == {"李某", "马某"}
    assert told.amounts == {("gram", 4326.0)}
    assert {(day.month, day.day) for day in told.days} == {(3, 1)}


@pytest.mark.parametrize("later", [TRIAL, SENTENCE], ids=["trial", "sentence"])
def test_one_event(later: str) -> None:
    one, other = sure(ARREST), sure(later, at=NOW + 200 * DAY)
    assert set(event_marks(one)) & set(event_marks(other))
    assert continues(one, other)
    assert continues(other, one)


APART = {
    "other people and figures": OTHER,
    "other people": TRIAL.replace("李某", "何某").replace("马某", "唐某"),
    "other case": TRIAL.replace("3·01", "9·09"),
    "other county": TRIAL.replace("青云", "白云"),
    "a figure and the county only": "青云县公安局销毁毒品4.326千克，" + "现场群众拍手称快。" * 4,
    "names and county only": "青云县公安局给李某、马某送去锦旗，" + "感谢他们举报毒品线索。" * 4,
    "a common amount, a day": "3月1日，青云县公安局在另一处出租屋查获冰毒500克，嫌疑人已被控制。"
    + "线索来自群众。" * 3,
}


@pytest.mark.parametrize("text", APART.values(), ids=APART)
def test_two_events(text: str) -> None:
    place = "甘肃省金川市白云县" if "白云" in text else "甘肃省金川市青云县"
    other = sure(text, at=NOW + 100 * DAY)
    other = replace(other, places=other.places - {"金川", "青云"} | {place[-3:-1]})
    assert not continues(sure(ARREST), other)
    assert not continues(other, sure(ARREST))


def test_long_after_it_is_another_event() -> None:
    assert not continues(sure(ARREST), sure(TRIAL, at=NOW + 1200 * DAY))


def test_other_provinces_are_other_events() -> None:
    assert not continues(sure(ARREST), sure(TRIAL, province="云南"))
    assert continues(sure(ARREST), sure(TRIAL, province="全国"))


NO_EVENT: dict[str, tuple[str, Verdict]] = {
    "irrelevant": (ARREST, replace(RELEVANT, relevant=False)),
    "statistics": (ARREST, replace(RELEVANT, category="statistics")),
    "a round-up": (ARREST + "另有“5·17”专案、“8·08”专案。", RELEVANT),
    "many places": (
        ARREST
        + "".join(f"{name}县公安局" for name in ("柳林", "东山", "西河", "南坪", "北川", "金沙", "平江")),
        RELEVANT,
    ),
}


@pytest.mark.parametrize(("text", "verdict"), NO_EVENT.values(), ids=NO_EVENT)
def test_no_event(text: str, verdict: Verdict) -> None:
    assert occurrence(page(1, text).article, verdict, ()) is None
    assert event_marks(None) == ()


def test_figures_of_a_year_and_goals_are_of_no_event() -> None:
    year = replace(SEIZED, value=4326.0, period_from=NOW - 300 * DAY, period_to=NOW)
    assert sure(ARREST, facts=(year,)).amounts == frozenset()
    assert sure(ARREST, facts=(replace(SEIZED, value=4326.0, target=True),)).amounts == frozenset()
    money = replace(SEIZED, measure="money_seized", unit="yuan", substance=None, value=1_284_000.0)
    assert ("money_seized", 1_284_000.0) in sure(ARREST, facts=(money,)).amounts


def test_a_date_without_a_year_is_the_last_one() -> None:
    told = sure("青云县公安局12月7日通报，6月26日和2025年2月30日、13月1日不算。" * 2)
    assert {str(day) for day in told.days} == {"2025-12-07"}


def test_marks_stay_the_same_between_versions() -> None:
    marks = event_marks(sure(ARREST))
    assert 0 < len(marks) <= 32
    assert all(-(1 << 63) <= mark < 1 << 63 for mark in marks)
    assert event_marks(sure(ARREST)) == marks


# In the archive.


def archived(database: Database, *pages: PageResult) -> list[Ingested]:
    Outbox(database).set_rules(RULES, now=NOW)
    return fill(database, pages)


def test_follow_ups_join_and_are_told_as_such(database: Database) -> None:
    done = archived(
        database,
        page(1, ARREST),
        page(2, TRIAL, later=100 * DAY),
        page(3, OTHER, later=120 * DAY),
        page(4, SENTENCE, later=150 * DAY),
        page(5, SENTENCE + "\n（来源：青云日报）", later=151 * DAY),
    )
    assert joined(done) == [(1, "first"), (1, "follow_up"), (2, "first"), (1, "follow_up"), (1, "reprint")]
    rows = sorted(Outbox(database).rows(), key=lambda row: row.id)
    told = [(row.kind, row.rule, row.story_id, row.article_id) for row in rows]
    assert told == [
        ("story", "all", 1, 1),
        ("story", "first only", 1, 1),
        ("follow_up", "all", 1, 2),
        ("story", "all", 2, 3),
        ("story", "first only", 2, 3),
        ("follow_up", "all", 1, 4),
    ]
    assert [one.owed for one in done] == [2, 1, 2, 1, 0]
    reports = Archive(database).reports(1)
    assert [report.joined_as for report in reports] == ["first", "follow_up", "follow_up", "reprint"]


def test_what_wording_told_apart_no_event_joins(database: Database) -> None:
    """The next brief of a template, of the same county and day, with one name and the amount by chance the same."""
    template = "3月1日，青云县公安局禁毒大队根据群众举报，在{}内抓获涉嫌贩卖毒品的{}、{}，当场缴获冰毒43.26克。经审讯，二人对贩毒事实供认不讳，案件正在进一步办理中。"
    one, other = template.format("出租屋", "李某", "马某"), template.format("停车场", "李某", "唐某")
    assert joined(archived(database, page(1, one), page(2, other))) == [(1, "first"), (2, "first")]


def test_split_follow_ups_stay_apart(database: Database) -> None:
    archived(database, page(1, ARREST), page(2, TRIAL, later=DAY))
    new = Archive(database).split_story([2], why="another case", now=NOW)
    done = fill(database, [page(3, SENTENCE, later=2 * DAY), page(4, TRIAL, later=DAY)])
    assert joined(done)[1] == (new, "verbatim")
    assert [report.id for report in Archive(database).reports(1)][:1] == [1]


def test_marks_of_other_rules_are_made_anew(database: Database, database_url: str) -> None:
    archived(database, page(1, ARREST))
    with database.write() as connection:
        connection.execute(event_mark.delete())
        connection.execute(setting.update().values(value="of old"))
    with open_database(database_url) as opened:
        assert joined(fill(opened, [page(2, TRIAL, later=DAY)])) == [(1, "follow_up")]


def test_reports_of_one_case_archived_at_once_are_one_story(database: Database, database_url: str) -> None:
    """Arrest, trial and sentence of the same cases, and reprints of each, by three at once."""
    Outbox(database).set_rules(RULES, now=NOW)
    cases = 5

    def tell(own: Database, number: int) -> None:
        for case in range(cases):
            text = (
                (ARREST, TRIAL, SENTENCE)[number]
                .replace("4.326", f"{case + 3}.{case}27")
                .replace("3·01", f"3·0{case}")
            )
            text = text.replace("青云", f"青{'云山水石林'[case]}")
            verdict = replace(RELEVANT, places=())
            for copy, tail in enumerate(("", "。编者按：本报将继续关注。")):
                url = f"http://p{number}.example/{case}-{copy}.html"
                Archive(own).ingest(
                    page(1, text + tail, url=url, canonical_url=url, verdict=verdict),
                    lease=None,
                    now=NOW + MINUTE + HOUR,
                )

    at_once(database_url, 3, tell)
    totals = Archive(database).totals()
    assert (totals.articles, totals.stories) == (6 * cases, cases)
    rows = Outbox(database).rows(limit=99)
    assert sum(row.kind == "story" for row in rows) == 2 * cases
    assert sum(row.kind == "follow_up" for row in rows) == 2 * cases
