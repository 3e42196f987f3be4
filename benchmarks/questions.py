"""What readers ask of the invented archive: 60 queries of all kinds, each with how a scan of all reports would answer it.

The scan shares nothing with the search: it looks for letters in texts and compares fields, one report after the other.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from benchmarks.invented import Invented, portal_name, world
from storage import SHANGHAI, Fact

Told: TypeAlias = Callable[["Sheet"], bool]


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a scan reads of one report."""

    one: Invented
    title: str
    whole: str
    """Headline and text."""

    @classmethod
    def of(cls, one: Invented) -> "Sheet":
        """The sheet of a report."""
        read = one.result.article
        return cls(one, read.title, f"{read.title}\n{read.text}")


@dataclass(frozen=True, slots=True)
class Question:
    """One query, and what it means."""

    kind: str
    query: str
    told: Told


def has(*words: str) -> Told:
    """All of the words stand in headline or text."""
    return lambda sheet: all(word in sheet.whole for word in words)


def questions() -> tuple[Question, ...]:
    """All of them."""
    return tuple(Question(*row) for rows in (_words(), _signs(), _fields(), _figures()) for row in rows)


def _words() -> Iterator[tuple[str, str, Told]]:
    lexicon = world().lexicon
    twos = [word for word in lexicon if len(word) == 2]
    longer = [word for word in lexicon if len(word) in (3, 4)]
    for word in ("毒", "禁", "烟", lexicon[-1][0]):
        yield "1 character", word, has(word)
    for word in ("禁毒", "毒品", "警方", "公安", twos[0]):
        yield "2 frequent", word, has(word)
    for word in (*twos[-3:], twos[900], "彝良"):
        yield "2 rare", word, has(word)
    for word in ("海洛因", "嫌疑人", "新能源", longer[0], longer[700], longer[-1]):
        yield "3 or 4 characters", word, has(word)
    for word in ("犯罪嫌疑人", "毒品预防教育", "新能源汽车产业", "社区戒毒康复", "同比增长百分之"):
        yield "5 to 8 characters", word, has(word)
    yield "no hit", "鼗鼗", has("鼗鼗")
    yield "no hit", "毒禁品海", has("毒禁品海")


def _signs() -> Iterator[tuple[str, str, Told]]:
    yield "phrase", '"毒品案件"', has("毒品案件")
    yield "phrase", '"缴获冰毒"', has("缴获冰毒")
    yield "phrase", '"获悉 当地近日"', _matching(r"获悉\W{1,4}当地近日")
    yield "phrase", '"思明 记者"', _matching(r"思明\W{1,4}记者")
    yield "AND", "禁毒 社区", has("禁毒", "社区")
    yield "AND", "海洛因 苹果", has("海洛因", "苹果")
    yield "AND", "毒 法院 剪纸", has("毒", "法院", "剪纸")
    yield (
        "AND",
        "冰毒 2026",
        lambda sheet: "冰毒" in sheet.whole and _matching(r"(?<![0-9a-z])2026(?![0-9a-z])")(sheet),
    )
    yield "OR", "麻古 OR 大麻", lambda sheet: "麻古" in sheet.whole or "大麻" in sheet.whole
    yield "OR", "氯胺酮 | 依托咪酯", lambda sheet: "氯胺酮" in sheet.whole or "依托咪酯" in sheet.whole
    yield "OR", "鼗鼗 OR 禁毒", has("禁毒")
    yield "NOT", "禁毒 -社区", lambda sheet: "禁毒" in sheet.whole and "社区" not in sheet.whole
    yield "NOT", "冰毒 -嫌疑人", lambda sheet: "冰毒" in sheet.whole and "嫌疑人" not in sheet.whole
    yield "NOT", "-毒", lambda sheet: "毒" not in sheet.whole
    yield (
        "NOT",
        "(海洛因 OR 冰毒) (法院 OR 警方) -茶叶",
        lambda sheet: (
            ("海洛因" in sheet.whole or "冰毒" in sheet.whole)
            and ("法院" in sheet.whole or "警方" in sheet.whole)
            and "茶叶" not in sheet.whole
        ),
    )
    yield "title", "标题:禁毒", lambda sheet: "禁毒" in sheet.title
    yield "title", "标题:海洛因", lambda sheet: "海洛因" in sheet.title
    yield "title", "标题:宣判 冰毒", lambda sheet: "宣判" in sheet.title and "冰毒" in sheet.whole


def _matching(pattern: str) -> Told:
    compiled = re.compile(pattern)
    return lambda sheet: compiled.search(sheet.whole) is not None


def _fields() -> Iterator[tuple[str, str, Told]]:
    busiest, place = portal_name(0), world().places[0]
    yield "field", f"省:{place.province}", lambda sheet: sheet.one.result.verdict.province == place.province
    yield (
        "field",
        f"地:{place.names[0]}",
        lambda sheet: place.names[0] in "".join(sheet.one.result.verdict.places),
    )
    yield (
        "field",
        f"门户:{busiest} 禁毒",
        lambda sheet: sheet.one.result.article.portal == busiest and "禁毒" in sheet.whole,
    )
    yield "field", "类:审判", lambda sheet: sheet.one.result.verdict.category == "trial"
    yield (
        "field",
        "毒品:海洛因",
        lambda sheet: any(fact.substance == "heroin" for fact in sheet.one.result.facts),
    )
    yield "field", "记者:赵", lambda sheet: sheet.one.result.article.authors[0].startswith("赵")
    yield "field", "是:相关", lambda sheet: sheet.one.result.verdict.relevant
    yield (
        "field",
        "是:首发 海洛因",
        lambda sheet: sheet.one.story == sheet.one.number and "海洛因" in sheet.whole,
    )
    yield "field", "-是:相关 毒", lambda sheet: not sheet.one.result.verdict.relevant and "毒" in sheet.whole
    yield "date", "日:2024-06", lambda sheet: _day(sheet).startswith("2024-06")
    yield "date", "自:2025-12-20 禁毒", lambda sheet: _day(sheet) >= "2025-12-20" and "禁毒" in sheet.whole
    yield "date", "至:2021-04 海洛因", lambda sheet: _day(sheet) < "2021-05" and "海洛因" in sheet.whole
    yield (
        "date",
        "自:2023 至:2023-02 戒毒",
        lambda sheet: "2023-01" <= _day(sheet) < "2023-03" and "戒毒" in sheet.whole,
    )


def _day(sheet: Sheet) -> str:
    at = sheet.one.result.article.published_at
    assert isinstance(at, datetime)
    return at.astimezone(SHANGHAI).date().isoformat()


def _figures() -> Iterator[tuple[str, str, Told]]:
    yield "figure", "海洛因>=1kg", _figure(lambda fact: fact.substance == "heroin" and fact.value >= 1000)
    yield (
        "figure",
        "缴获冰毒>500克",
        _figure(lambda fact: fact.substance == "methamphetamine" and fact.value > 500),
    )
    yield (
        "figure",
        "抓获>=80人",
        _figure(lambda fact: fact.measure == "suspects_arrested" and fact.value >= 80),
    )
    yield (
        "figure",
        "数字:毒资>800万元",
        _figure(lambda fact: fact.measure == "money_seized" and fact.value > 8_000_000),
    )
    big = _figure(lambda fact: fact.measure == "cases_solved" and fact.value > 200)
    yield "figure", "破案>200起 冰毒", lambda sheet: "冰毒" in sheet.whole and big(sheet)


def _figure(meets: Callable[[Fact], bool]) -> Told:
    return lambda sheet: any(meets(fact) for fact in sheet.one.result.facts)
