"""Invented cases told over months, from the arrest to the sentence, and reports that belong to no case of the others."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import combinations
from random import Random

from benchmarks.retellings import BRIEFS, BULLETIN, NOTICES, START, Told, digest, draw, told
from crawler.judging import conclude
from crawler.topics import Topic
from crawler.topics.divisions import load_gazetteer
from storage import Article, Fact, Verdict
from storage.identity.nearness import Imprint, compare, imprint
from storage.stories.following import Occurrence, continues, event_marks, occurrence

_COUNTIES_OF_A_CROWD = 12
_SURNAMES = "张李王刘陈杨赵周吴马郑孙何高罗林梁谢韩唐"
_DRUGS = ("海洛因", "冰毒", "氯胺酮", "大麻", "麻古", "依托咪酯", "吗啡", "摇头丸")
_WAYS = ("行李箱夹层", "货车底盘", "快递包裹", "轮胎内胆", "茶叶罐", "摩托车油箱")
_ROADS = ("收费站", "客运站出口", "国道检查点", "物流园", "城郊出租屋", "码头货场")

ARREST = (
    "{county}警方破获{case}，缴获{drug}{amount}\n"
    "{date}凌晨，经过两个多月侦查，{county}公安局禁毒大队在{road}布控，拦下一辆可疑车辆，从{way}中查获{drug}{amount}，当场抓获犯罪嫌疑人{a}、{b}。"
    "办案民警介绍，线索来自群众举报，专案组辗转三地，摸清了这条贩毒通道的来龙去脉。目前两人已被刑事拘留，{named}仍在深挖上下家。",
    "{amount}{drug}藏在{way}里，{county}两人被抓\n"
    "记者从{county}公安局获悉，{date}该局联合毗邻警方，在{road}截获一批毒品，称重为{drug}{amount}。嫌疑人{a}交代，货物由{b}联系买家。"
    "此前民警已跟踪车辆四百多公里。{named}的侦办工作还在继续，警方提醒司机不要替陌生人捎带物品。",
)
TRIAL = (
    "{city}中院开庭审理{a}等人贩卖、运输毒品案\n"
    "{city}中级人民法院近日公开开庭，审理被告人{a}、{b}涉嫌贩卖、运输毒品一案。公诉机关指控，去年{date}，二人在{county}{road}交接货物时被查获，"
    "涉案{drug}{amount}。庭审中控辩双方围绕主从犯认定展开辩论，{named}因案情重大，合议庭宣布休庭后择期宣判。多名人大代表旁听。",
    "{county}法院：贩卖{drug}{amount}，两名被告人受审\n"
    "案卷堆了半张桌子。在{county}人民法院第一审判庭，{a}低头听完起诉书：{date}，他受{b}指使押货，{drug}{amount}还没出手就被民警起获。"
    "{named}公诉人当庭出示了通话记录和称重笔录，两人对指控的主要事实没有异议，请求从轻处理。",
)
SENTENCE = (
    "{a}一审被判死缓\n"
    "{city}中级人民法院对{named}作出一审判决：被告人{a}犯运输毒品罪，判处死刑，缓期二年执行，并处没收个人全部财产；被告人{b}被判处有期徒刑十五年。"
    "法院查明，二人运输{drug}{amount}，数量巨大，社会危害严重，在{county}被抓获后如实供述。宣判后{a}表示上诉。",
    "{county}公开宣判涉毒案件，主犯获刑十五年\n"
    "上午九时，{county}人民法院公开宣判。被告人{a}贩卖{drug}{amount}，获刑十五年；{b}起次要作用，获刑七年。{named}从案发的{date}算起，"
    "公检法三家配合紧密，关键证据形成闭环。法官当庭释法，三百余名群众旁听，现场发放了禁毒折页。",
)
RESULT = (
    "{named}再有进展：两名上家落网\n"
    "记者昨日从{county}公安局了解到，继{date}起获{drug}{amount}之后，专案组顺着资金流追查，在外省抓获两名上家。先期到案的{a}、{b}已被批准逮捕。"
    "禁毒民警说，整条贩毒链条上的十一个账户全部冻结，下一步将并案移送审查起诉。",
)
STATISTICS = (
    "{county}公布{year}年禁毒成绩单\n"
    "{county}禁毒办通报，{year}年全县共破获毒品案件{cases}起，抓获犯罪嫌疑人{people}名，缴获各类毒品{kilos}千克，其中{drug}{amount}，查处吸毒人员{users}人次。"
    "一年来开展宣传活动{events}场，新增管控企业{firms}家，群众对禁毒工作的满意度为{rate}%。",
)
LATER = {"trial": TRIAL, "sentence": SENTENCE, "further results": RESULT}
_VAGUE = {"amount": "一批", "date": "案发当日"}
_LEFT_OUT = 0.2
_AFTER = {"trial": 160, "sentence": 230, "further results": 12}


@dataclass(frozen=True)
class Heard:
    """A report, judged as any other."""

    case: int
    """Reports of one case share it; 0: of none."""
    county: str
    article: Article
    verdict: Verdict
    facts: tuple[Fact, ...]
    occurrence: Occurrence | None
    imprint: Imprint


def chains(rng: Random, count: int, topic: Topic) -> list[dict[str, Heard]]:
    """Cases, each told at its arrest, its trial, its sentence and when more was found."""
    counties = _counties(rng)
    return [_chain(number, counties[number % len(counties)], rng, topic) for number in range(1, count + 1)]


def joins(one: Heard, other: Heard) -> bool:
    """Whether the second would join the story of the first as its follow-up, were they alone in the archive."""
    if one.occurrence is None or other.occurrence is None:
        return False
    if not set(event_marks(one.occurrence)) & set(event_marks(other.occurrence)):
        return False
    return (
        continues(one.occurrence, other.occurrence)
        and compare(one.imprint, other.imprint).likeness == "other"
    )


def strangers(
    rng: Random, told_of: Sequence[dict[str, Heard]], topic: Topic
) -> Iterator[tuple[str, Heard, Heard]]:
    """Pairs that are not of one event."""
    everything = [heard for chain in told_of for heard in chain.values()]
    for one, other in combinations(everything, 2):
        if one.case != other.case and one.county == other.county:
            yield "other case of the county", one, other
    for _ in range(len(everything) * 2):
        one, other = rng.sample(everything, 2)
        if one.county != other.county:
            yield "case of another county", one, other
    for chain in told_of:
        yield from _templates(rng, chain["arrest"], topic)


def _templates(rng: Random, arrest: Heard, topic: Topic) -> Iterator[tuple[str, Heard, Heard]]:
    def hear(one: Told) -> Heard:
        return _hear(0, arrest.county, one, topic)

    values, brief = draw(rng), rng.choice(BRIEFS)
    kept = {name: values[name] for name in ("month", "day", "county", "spot", "drug", "year", "nth")}
    yield "same template, agency and day", hear(told(brief, values)), hear(told(brief, draw(rng) | kept))
    notice = rng.choice((*NOTICES, BULLETIN))
    next_year = values | {"year": 2026, "nth": 39}
    yield "next year", hear(told(notice, values)), hear(told(notice, next_year))
    last = _figures(rng, arrest.county)
    later = {**_figures(rng, arrest.county), "year": 2026}
    yield (
        "yearly statistics",
        hear(told(STATISTICS[0], {**last, "year": 2025})),
        hear(told(STATISTICS[0], later)),
    )
    others = [told(rng.choice(BRIEFS), draw(rng)) for _ in range(2)]
    week = digest([others[0], Told(arrest.article.title, arrest.article.text), others[1]])
    yield "digest", arrest, hear(week)


def _chain(number: int, place: tuple[str, str], rng: Random, topic: Topic) -> dict[str, Heard]:
    county, city = place
    date = START + timedelta(days=rng.randrange(400))
    kilos = rng.random() < 0.5
    amount = f"{rng.uniform(1, 90):.2f}千克" if kilos else f"{rng.uniform(20, 900):.1f}克"
    a, b = (f"{name}某" + rng.choice(("", "", "某")) for name in rng.sample(_SURNAMES, 2))
    case = rng.choice((f"“{date.month}·{date.day}”特大贩毒案", f"“{date.month}·{date.day}”专案", ""))
    values: dict[str, object] = {
        "county": county, "city": city, "a": a, "b": b, "drug": rng.choice(_DRUGS), "amount": amount, "date": f"{date.month}月{date.day}日",
        "way": rng.choice(_WAYS), "road": rng.choice(_ROADS),
    }  # fmt: skip
    arrest = _told(rng.choice(ARREST), values, case, date + timedelta(days=2))
    chain = {"arrest": _hear(number, county, arrest, topic)}
    for name, templates in LATER.items():
        # A court often leaves out what the police called the case.
        mine = case if rng.random() < 0.6 else ""
        at = date + timedelta(days=_AFTER[name] + rng.randrange(20))
        kept = values | {left_out: vague for left_out, vague in _VAGUE.items() if rng.random() < _LEFT_OUT}
        chain[name] = _hear(number, county, _told(rng.choice(templates), kept, mine, at), topic)
    return chain


def _told(template: str, values: Mapping[str, object], case: str, at: datetime) -> Told:
    one = told(template, {**values, "case": case or "一起毒品案", "named": case or "该案"})
    return Told(one.title, one.text, at)


def _hear(number: int, county: str, one: Told, topic: Topic) -> Heard:
    verdict, facts = conclude(one.title, one.text, published_at=one.published_at, topic=topic)
    at = one.published_at or START
    article = Article(
        url="", canonical_url="", portal="", title=one.title, published_at=at, source=None, text=one.text, fetched_at=at,
        charset="", charset_from="",
    )  # fmt: skip
    return Heard(
        case=number,
        county=county,
        article=article,
        verdict=verdict,
        facts=facts,
        occurrence=occurrence(article, verdict, facts),
        imprint=imprint(one.title, one.text, at),
    )


def _figures(rng: Random, county: str) -> dict[str, object]:
    return {
        "county": county, "cases": rng.randrange(20, 300), "people": rng.randrange(20, 400), "kilos": round(rng.uniform(1, 90), 2),
        "drug": rng.choice(_DRUGS), "amount": f"{rng.uniform(1, 90):.2f}千克", "users": rng.randrange(99, 900),
        "events": rng.randrange(20, 200), "firms": rng.randrange(2, 40), "rate": round(rng.uniform(90, 99), 1),
    }  # fmt: skip


def _counties(rng: Random) -> list[tuple[str, str]]:
    """Some counties of one name only, each with its city."""
    divisions = [
        one for one in load_gazetteer().divisions if len(one.path) == 3 and one.path[2].endswith("县")
    ]
    names = [one.path[2] for one in divisions]
    sole = [one for one in divisions if names.count(one.path[2]) == 1 and one.path[1].endswith("市")]
    return [(one.path[2], one.path[1]) for one in rng.sample(sole, _COUNTIES_OF_A_CROWD)]
