"""When two reports are one text although not letter by letter.

Fingerprints find what may be alike, `compare` decides. Both see letters and digits only, folded as in search, without
the lines that portals put around a text. Nothing here depends on the process, the machine or the version of Python.
"""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from heapq import nsmallest
from typing import Literal, NamedTuple, TypeAlias

from storage.identity.particulars import Objection, Particulars, objection, particulars
from storage.search.terms import fold

NEARNESS_VERSION = 1
"""To be raised with every change of what `fingerprints` gives: those of an archive are then made anew."""
SHORTEST = 30
"""Letters below which a text has no fingerprints: captions and one-line notices are alike by chance."""
LONGEST = 20_000
"""Characters of a text that are looked at; what is longer is a table."""
SHORTEST_TITLE = 8
"""Letters below which a headline says nothing: 图片新闻, 禁毒动态."""
BRIEF = 200
"""Letters below which a text counts as a brief: less wording to be sure by, so more of it must agree."""
FEWEST_PRINTS, MOST_PRINTS = 16, 32
LONGEST_DELAY = timedelta(days=30)
"""A reprint comes within days; the same words after a month are the next notice of the same kind."""

Likeness: TypeAlias = Literal["reprint", "edited", "related", "other"]
"""`reprint`: one text, whole or in part; `edited`: one text in other words; `related`: alike, but not one story."""


class Nearness(NamedTuple):
    """What `compare` found."""

    likeness: Likeness
    contained: float
    """The share of the shorter wording that stands in the other one too, 0 to 1."""
    why: Objection | Literal["time", "part", ""] = ""
    """What keeps related texts apart: a particular; more than a month; or one is a small part of the other."""


@dataclass(frozen=True, kw_only=True)
class Imprint:
    """What is compared of one report; made by `imprint`."""

    title: str
    words: str
    """Letters and digits, folded, a blank between sentences."""
    text: str
    """The same without blanks."""
    published_at: datetime | None

    @cached_property
    def grams(self) -> frozenset[str]:
        """All runs of four letters."""
        return frozenset(self.text[at : at + 4] for at in range(len(self.text) - 3))

    @cached_property
    def particulars(self) -> Particulars:
        """Figures, names, places."""
        return particulars(self.title, self.words)


def imprint(title: str, text: str, published_at: datetime | None) -> Imprint:
    """Prepare a report for `fingerprints` and `compare`."""
    lines = (line.strip() for line in fold(text).split("\n"))
    kept = "\n".join(line for line in lines if line and not _is_boilerplate(line))
    dateline = _DATELINE.match(kept)
    own = kept[dateline.end() :] if dateline else kept
    words = " ".join(filter(None, map(_letters, _SENTENCE_END.split(own))))[:LONGEST]
    return Imprint(
        title=_letters(fold(title)), words=words, text=words.replace(" ", ""), published_at=published_at
    )


def fingerprints(one: Imprint) -> tuple[int, ...]:
    """Some 16 to 34 signed 64-bit numbers, of which a reprint shares two or more; none for a text too short.

    Each run of eight letters has a number; the smallest are kept: a 64th of them, which a part keeps of its whole
    whatever its length, but at least 16 and at most 32. A headline adds two, so that it finds its like by itself.
    """
    if len(one.text) < SHORTEST:
        return ()
    numbers = _numbers(one.text)
    wanted = sum(number < _SAMPLED for number in numbers)
    kept = nsmallest(min(max(wanted, FEWEST_PRINTS), MOST_PRINTS), numbers)
    if len(one.title) >= SHORTEST_TITLE:
        kept += [_number(f"{which} {one.title}") for which in ("headline", "title")]
    return tuple(sorted({number - _SIGN for number in kept}))


def compare(one: Imprint, other: Imprint) -> Nearness:
    """Whether two reports are one text; the order of the two does not matter."""
    shorter, longer = sorted((one, other), key=lambda imprint: (len(imprint.text), imprint.text))
    if not shorter.grams:
        return Nearness("other", 0.0)
    shared = len(shorter.grams & longer.grams)
    contained, resembling = shared / len(shorter.grams), shared / max(len(longer.grams), len(shorter.grams))
    resembling = min(resembling, contained * len(shorter.text) / len(longer.text))
    brief = len(shorter.text) < BRIEF
    if contained < LEAST_CONTAINED:
        return Nearness("other", contained)
    if resembling < _least_resembling(one, other, contained, brief=brief):
        return Nearness("related", contained, "part")
    against = objection(shorter.particulars, longer.particulars, edited=1 - contained, brief=brief)
    if against is None and _apart(one, other) > LONGEST_DELAY:
        return Nearness("related", contained, "time")
    if against is not None:
        return Nearness("related", contained, against)
    return Nearness("reprint" if contained >= VERBATIM else "edited", contained)


VERBATIM = 0.95
"""Contained to this degree, a text was cut or added to, but hardly reworded."""


LEAST_CONTAINED = 0.5
WHOLLY_CONTAINED = 0.8
LEAST_RESEMBLING, LEAST_RESEMBLING_IN_PART, LEAST_RESEMBLING_BRIEF = 0.2, 0.5, 0.6
"""How much of the longer text the shorter must be: little where a report was cut; more where both tell something of their
own, as a follow-up does beside its background, and of a brief, which a digest may hold whole."""

_WIDTH = 8
_MASK = (1 << 64) - 1
_SIGN = 1 << 63
_SAMPLED = 1 << 58
_BASE, _SPREAD = 1_000_003, 0x9E37_79B9_7F4A_7C15
_LEAVING = pow(_BASE, _WIDTH, 1 << 64)

_NOT_LETTERS = re.compile(r"[^\w.]+|_+|(?<!\d)\.+|\.+(?!\d)")
_SENTENCE_END = re.compile(r"[\n。!?;…]+")
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3})")
# Who published it and what may be done with it; a line of text is longer and says something else.
_MARKS = r"[\[(【《〈*#>\-—·•▲△◎●■◆\s]*"
_LABELLED = re.compile(
    rf"{_MARKS}(?:文章|新闻|稿件|信息|图片|视频)?"
    r"(?:来源|责任编辑|责编|编辑|编审|编发|作者|记者|通讯员|实习生|文字?|图片?|原标题|标题|关键词|标签|审核|审签|监制|校对|校审|初审|复审"
    r"|终审|[一二三]审|值班\w{0,4}|主编|供图|供稿|摄影|制图|图源|出品|策划|统筹|签发|发布(?:时间|日期)|字号|浏览|点击量?|阅读量?|免责声明|声明)"
    r"(?:[\s:/|丨)\]】].{0,60})?"
)
_PROMPT = re.compile(
    rf"{_MARKS}(?:扫码|扫一扫|长按|点击|关注我|欢迎|分享|打印|返回|上一[篇页]|下一[篇页]|相关(?:阅读|新闻|链接)|延伸阅读|推荐阅读"
    r"|更多|往期|下载|举报|投稿)[^。]{0,40}"
)
_LEGAL = re.compile(
    "版权所有|未经.{0,12}(?:授权|许可)|转载请|请注明出处|不代表本[网站报台]|本[网站]转载|侵权|侵犯.{0,6}权"
)
_DATELINE = re.compile(r"[^,。;:\n]{0,24}?(?:讯|电)(?=[\s(:])[\s:]*(?:\([^)\n]{0,40}\))?")


def _least_resembling(one: Imprint, other: Imprint, contained: float, *, brief: bool) -> float:
    if len(one.title) >= SHORTEST_TITLE and one.title == other.title:
        return LEAST_RESEMBLING
    if brief:
        return LEAST_RESEMBLING_BRIEF
    return LEAST_RESEMBLING if contained >= WHOLLY_CONTAINED else LEAST_RESEMBLING_IN_PART


def _apart(one: Imprint, other: Imprint) -> timedelta:
    if one.published_at is None or other.published_at is None:
        return timedelta(0)
    return abs(one.published_at - other.published_at)


def _numbers(text: str) -> set[int]:
    """A rolling hash of each eight letters, spread evenly over 64 bits."""
    codes = [ord(char) for char in text]
    rolling = 0
    for code in codes[:_WIDTH]:
        rolling = rolling * _BASE + code & _MASK
    numbers = {_spread(rolling)}
    for entering, leaving in zip(codes[_WIDTH:], codes, strict=False):
        rolling = rolling * _BASE + entering - leaving * _LEAVING & _MASK
        numbers.add(_spread(rolling))
    return numbers


def _number(words: str) -> int:
    rolling = 0
    for char in words:
        rolling = rolling * _BASE + ord(char) & _MASK
    return _spread(rolling)


def _spread(rolling: int) -> int:
    mixed = (rolling ^ rolling >> 32) * _SPREAD & _MASK
    return mixed ^ mixed >> 29


def _is_boilerplate(line: str) -> bool:
    if any(shape.fullmatch(line) for shape in (_LABELLED, _PROMPT)):
        return True
    return len(line) < 200 and _LEGAL.search(line) is not None


def _letters(folded: str) -> str:
    return _NOT_LETTERS.sub("", _THOUSANDS.sub("", folded))
