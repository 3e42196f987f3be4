"""What tells two reports of one wording apart: their figures, names, places and years.

Police briefs and notices are written from templates: nine tenths of two of them may be the same words. What differs
then stands in the same places of both, which is how it is found.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass
from typing import Literal, NamedTuple, TypeAlias

Objection: TypeAlias = Literal["years", "names", "figures", "details"]
"""Why two texts alike are not one: other years or numbered editions; other people; other figures or places in the same
words; too much of the shorter one that the other does not tell."""

CONTRADICTED, CONTRADICTED_BY_EDITS = 0.05, 0.5
MISSING, MISSING_BY_EDITS = 0.12, 1.0
"""The most that may be contradicted, or be missing: a share, and more of it the more the wording was edited, since
edits hit particulars too. Measured with `benchmarks/stories.py`."""
SLIPS_BY_EDITS = 0.1
"""Where more of the wording than this was edited, a figure or place that differs by one character may be an edit too."""

_SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚"
    "沈钟姜崔谭陆范汪廖石金韦贾夏付傅方邹熊白孟秦邱侯江尹薛闫雷龙黎史陶贺毛段郝顾龚邵覃武钱戴严莫孔向常汤温"
    "康施文牛樊葛邢安齐伍庞颜倪庄聂章鲁岳翟申耿关兰焦俞左柳甘祝包宁尚符舒阮纪梅童凌毕单裴霍成苗谷曲盛冉"
    "蓝路游辛靳管柴蒙鲍华喻祁房滕屈饶牟艾尤阳穆农司卓古吉缪简车项连芦麦褚娄窦戚岑景党宫费卜冷晏席卫米柏宗"
    "瞿桂全佟应臧闵苟邬边卞姬师和仇栾隋商刁沙荣巫寇桑郎甄丛仲虞敖巩明佘池查麻苑迟邝阿木尔扎玉岩扬次普尼拉"
)
_FEW = 9
_SOMEBODY = "某"
_NUMERAL = "〇零一二两三四五六七八九十百千"
# Numerals in characters count only before a unit: most stand in words (一直, 统一).
_UNIT = "名人起公千克吨元月日年岁次辆部个件份处家户条届周期号批例块袋包支枚颗粒罐台所场村"
_FIGURE = re.compile(
    rf"(?:\d{{1,2}}月(?:\d{{1,2}}日)?|\d+(?:\.\d+)?|第?[{_NUMERAL}]{{1,12}}(?=[{_UNIT}万亿余多]))[万亿余多]*"
)
_EDITION = re.compile(rf"(?<!\d)(?:19|20)\d\d(?=年)|第(?:\d+|[{_NUMERAL}]{{1,12}})(?:届|期|号|批|季度)")
_NAME = re.compile(f"[{_SURNAMES}]某[某甲乙丙丁]?")
# Whole names are told apart from words only where the text says who they are.
_NAMED = re.compile(
    f"(?:被告人?|嫌疑人|主犯|罪犯|上诉人|毒贩)([{_SURNAMES}][\u4e00-\u9fff]{{1,2}}?)(?=[因犯及等、,，的在被系对以。;和与\\s(])"
)
_PLACE = re.compile(
    "(?=([\u4e00-\u9fff]{2})(省|市|县|区|州|旗|镇|乡|村|街道|社区|大队|支队|派出所|法院|检察院|学校|中学|小学|学院|大学|公司|医院))"
)


class Slot(NamedTuple):
    """The words around something that another report of the same template would fill otherwise."""

    before: str
    after: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Particulars:
    """What one report tells beyond its wording."""

    slots: Mapping[Slot, Set[str]]
    """What stands in each slot of headline and text."""
    editions: frozenset[str]
    names: frozenset[str]
    details: frozenset[str]
    """Figures with their units, names and places of the text."""


def particulars(title: str, text: str) -> Particulars:
    """The particulars of a headline and a text, both folded, without punctuation but for a blank between sentences."""
    slots: defaultdict[Slot, set[str]] = defaultdict(set)
    for words in (title, text):
        for slot, value in _slots(words):
            slots[slot].add(value)
    both = f"{title}\n{text}"
    names = frozenset(_NAME.findall(both))
    details = {f"{found[0]}{text[found.end() : found.end() + 1].strip()}" for found in _FIGURE.finditer(text)}
    details.update(f"{found[1]}{found[2]}" for found in _PLACE.finditer(text))
    return Particulars(
        slots=dict(slots),
        editions=frozenset(_EDITION.findall(both)),
        names=names,
        details=frozenset(details | set(_NAME.findall(text))),
    )


def names_in(text: str) -> frozenset[str]:
    """The people of a text, folded: masked names, and whole ones of those accused."""
    return frozenset(
        {*_NAME.findall(text), *(name for name in _NAMED.findall(text) if _SOMEBODY not in name)}
    )


def objection(shorter: Particulars, longer: Particulars, *, edited: float, brief: bool) -> Objection | None:
    """Why two texts alike are not one story, or None.

    `edited` is the share of the shorter wording that the longer one has not, 0 to 1. Of a brief every name must agree.
    """
    if _others(shorter.editions, longer.editions, all_count=False):
        return "years"
    if _others(shorter.names, longer.names, all_count=brief):
        return "names"
    if _contradicted(shorter, longer, edited) > CONTRADICTED + CONTRADICTED_BY_EDITS * edited:
        return "figures"
    missing, all_of_them = len(shorter.details - longer.details), len(shorter.details)
    return "details" if missing > 1 + (MISSING + MISSING_BY_EDITS * edited) * all_of_them else None


def _slots(words: str) -> Iterator[tuple[Slot, str]]:
    for found in _FIGURE.finditer(words):
        start, end = found.span()
        yield Slot(_last(words[max(start - 2, 0) : start]), _first(words[end : end + 1])), found[0]
    for found in _NAME.finditer(words):
        yield Slot(_last(words[max(found.start() - 2, 0) : found.start()]), _SOMEBODY), found[0]
    for found in _PLACE.finditer(words):
        end = found.end(2)
        yield Slot("", f"{found[2]}{_first(words[end : end + 2])}"), found[1]


def _last(words: str) -> str:
    return words.rpartition(" ")[2]


def _first(words: str) -> str:
    return words.partition(" ")[0]


def _contradicted(one: Particulars, other: Particulars, edited: float) -> float:
    """The share of common slots with nothing in common in them."""
    common = one.slots.keys() & other.slots.keys()
    against = [slot for slot in common if not one.slots[slot] & other.slots[slot]]
    if edited > SLIPS_BY_EDITS:
        against = [
            slot
            for slot in against
            if slot.after == _SOMEBODY or not _is_slip(one.slots[slot], other.slots[slot])
        ]
    return len(against) / len(common) if common else 0.0


def _is_slip(some: Set[str], others: Set[str]) -> bool:
    """Whether one edited character makes one of the other; where much stands in a slot, chance would find some."""
    return len(some) * len(others) <= _FEW and any(
        (len(a) == len(b) == 2 and (a[0] == b[0] or a[1] == b[1]) and not a.isdecimal())
        or _one_more(a, b)
        or _one_more(b, a)
        for a in some
        for b in others
    )


def _one_more(long: str, short: str) -> bool:
    return len(long) == len(short) + 1 and any(long[:at] + long[at + 1 :] == short for at in range(len(long)))


def _others(some: Set[str], others: Set[str], *, all_count: bool) -> bool:
    """Whether each has some of its own, and, unless all count, they share no more than half."""
    if not (some - others and others - some):
        return False
    return all_count or 2 * len(some & others) <= min(len(some), len(others))
