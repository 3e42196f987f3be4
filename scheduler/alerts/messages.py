"""Word an alert: from an archived report, or from a silent baseline, to what a person reads. Pure.

Text from pages is made harmless first: one line, no control or direction-changing characters, and the characters that
chat programs read as markup or as a mention replaced by their full-width twins. Title and link are never cut.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote

from scheduler.alerts.wording import Wording
from storage import SHANGHAI, Article, Fact, Owed, Precision, Verdict

FIGURES = 6
"""How many figures a message prints."""
REASONS = 5
"""How many matched words a message prints."""
LABEL_LENGTH = 40
"""Characters kept of a source's name and of each matched word."""

MARKUP = str.maketrans({"@": "＠", "<": "＜", ">": "＞", "[": "［", "]": "］", "`": "｀"})
WEB = re.compile(r"https?://", re.IGNORECASE)
SPACES = re.compile(r"\s+")
KEPT_IN_LINKS = "!#$%&'()*+,/:;=?@[]~-._"
KILOGRAM, TONNE = 1_000, 1_000_000
TEN_THOUSAND, HUNDRED_MILLION = 10_000, 100_000_000


@dataclass(frozen=True, kw_only=True, slots=True)
class News:
    """An archived report, with what an alert says about it."""

    article: Article
    verdict: Verdict
    facts: tuple[Fact, ...] = ()
    province: str | None = None
    portal_title: str = ""
    """The portal's name for readers, e.g. 中国甘肃网."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Message:
    """What a channel is given: plain text."""

    title: str
    body: str


def story_message(owed: Owed, news: News, wording: Wording) -> Message:
    """The alert for one story: province, headline, source and time, figures, why it matched, link, code."""
    lines = [
        _origin(news),
        _labelled("数字", "；".join(_figures(news.facts, wording))),
        _labelled("判定", _reason(news.verdict, wording)),
        f"链接：{safe_link(news.article.canonical_url or news.article.url)}",
        f"编号：#{owed.code}　规则：{plain(owed.rule)}",
    ]
    headline = plain(news.article.title) or "（无标题）"
    province = news.province or news.verdict.province
    return Message(
        title=f"【{wording.topic}】{plain(province) + ' ' if province else ''}{headline}",
        body="\n".join(line for line in lines if line),
    )


def baseline_message(owed: Owed, wording: Wording) -> Message:
    """The one summary for what was archived silently when a watch began."""
    lines = [
        f"监测开始之前的 {owed.silenced} 篇报道已静默入库，其中与{wording.topic}相关的 {owed.silenced_relevant} 篇。",
        "此后的新报道会逐条提醒。查看旧报道：jindu search " + wording.topic,
        f"编号：#{owed.code}　规则：{plain(owed.rule)}",
    ]
    return Message(title=f"【{wording.topic}】监测已开始", body="\n".join(lines))


def trial_message(channel: str, now: datetime, wording: Wording) -> Message:
    """What `jindu alerts test` sends."""
    return Message(
        title=f"【{wording.topic}】测试消息",
        body=f"通道 {plain(channel)} 可以收到提醒。{print_moment(now, 'minute')}（北京时间）\n"
        "This is a test; nothing happened.",
    )


def plain(text: str) -> str:
    """Text from a page as one harmless line: no controls, direction marks, lone surrogates, markup or mentions."""
    one_line = SPACES.sub(" ", text).strip()
    kept = (char for char in one_line if unicodedata.category(char) not in {"Cc", "Cf", "Cs", "Co"})
    return "".join(kept).translate(MARKUP)


def safe_link(url: str) -> str:
    """An http(s) address with everything quoted that could end it or start markup; empty for anything else."""
    if not WEB.match(url):
        return ""
    return quote(url.encode("utf-8", "replace"), safe=KEPT_IN_LINKS).replace("[", "%5B").replace("]", "%5D")


def print_moment(moment: datetime, precision: Precision) -> str:
    """A time as readers in China write it: `2026-04-23 09:15`, or the day alone."""
    return f"{moment.astimezone(SHANGHAI):{'%Y-%m-%d %H:%M' if precision == 'minute' else '%Y-%m-%d'}}"


def print_fact(fact: Fact, wording: Wording) -> str:
    """One figure in words: 缴获海洛因约1.2千克."""
    shown = fact.substance or "" if fact.measure in wording.of_substances else ""
    substances = "、".join(wording.substances.get(name, plain(name)) for name in shown.split("+") if name)
    number = wording.qualifiers.get(fact.qualifier, "") + print_amount(fact.value, fact.unit, wording)
    name = wording.measures.get(fact.measure, plain(fact.measure))
    return f"{name}{substances}{number}{'（目标）' if fact.target else ''}"


def print_amount(value: float, unit: str, wording: Wording) -> str:
    """A number with its unit, in the sizes people use: 127600 gram → 127.6千克, 2580000 person → 258万人."""
    if unit == "gram":
        if value >= TONNE:
            return f"{_number(value / TONNE)}吨"
        return f"{_number(value / KILOGRAM)}千克" if value >= KILOGRAM else f"{_number(value)}克"
    words = wording.units.get(unit, plain(unit))
    if value >= HUNDRED_MILLION:
        return f"{_number(value / HUNDRED_MILLION)}亿{words}"
    if value >= TEN_THOUSAND:
        return f"{_number(value / TEN_THOUSAND)}万{words}"
    return f"{_number(value)}{words}"


def _number(value: float) -> str:
    return f"{value:.4f}".rstrip("0").rstrip(".")


def _labelled(label: str, text: str) -> str:
    return f"{label}：{text}" if text else ""


def _origin(news: News) -> str:
    article = news.article
    names = [plain(name)[:LABEL_LENGTH] for name in (article.source or "", news.portal_title) if name]
    if article.published_at is None:
        time = "时间不详"
    else:
        time = print_moment(article.published_at, article.precision)
    return f"来源：{' · '.join(dict.fromkeys(names)) or '不详'}　{time}"


def _figures(facts: tuple[Fact, ...], wording: Wording) -> list[str]:
    sure = [fact for fact in facts if not fact.uncertain]
    return list(dict.fromkeys(print_fact(fact, wording) for fact in sure))[:FIGURES]


def _reason(verdict: Verdict, wording: Wording) -> str:
    """Category, score and the weightiest words that spoke for the report."""
    speaking = sorted((item for item in verdict.evidence if item.weight > 0), key=lambda item: -item.weight)
    words = list(dict.fromkeys(plain(item.term)[:LABEL_LENGTH] for item in speaking))[:REASONS]
    category = wording.categories.get(verdict.category or "", verdict.category or "")
    head = " ".join(part for part in (category, f"{verdict.score:.2f}") if part)
    return f"{head}（{'、'.join(words)}）" if words else head
