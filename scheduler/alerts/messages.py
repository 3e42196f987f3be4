"""Word an alert: from an archived report, or from a silent baseline, to what a person reads. Pure.

Every value that comes from a page, or from a file, passes `plain` or `safe_link` first. A message is kept in pieces, so
that a channel that takes little is given fewer of them, and title and link whole.
"""

import re
from dataclasses import dataclass
from datetime import datetime

from scheduler.alerts.harmless import ELLIPSIS, plain, safe_link
from scheduler.alerts.wording import Wording
from storage import SHANGHAI, Article, Fact, Owed, Precision, Verdict

FIGURES, AMOUNTS = 6, 3
"""Of how many things a message prints figures, and how many of each."""
REASONS = 5
"""How many matched words a message prints."""
LABEL_LENGTH = 40
"""Characters kept of a source's name and of each matched word."""

NOTE_LINES = 12
"""Lines of an alert's own text that a message prints."""
REMOVED = "原网页已删除或撤下，存档仍在 (the page is gone; the archive keeps it)"
EXTRACT_LENGTH = 120
"""Characters of the text that a message prints."""
SENTENCE = re.compile("[^。！？；]+[。！？；]?[”’）」』]?")

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
    also_on: int = 0
    """How many other portals have the story."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """One line of a message: a head, then items that can be left out from the last on."""

    head: str = ""
    items: tuple[str, ...] = ()
    opening: str = ""
    joint: str = "、"
    closing: str = ""
    worth: int | None = None
    """The line with the least gives way first; None never does."""
    link: str = ""
    """An address printed after the rest, and clickable where the format has links."""
    strong: bool = False
    """A headline of its own inside a message."""
    is_ready: bool = False
    """In the channel's format already: a user's template wrote it."""

    @property
    def words(self) -> str:
        """As it is printed, without its link; empty when nothing is left."""
        listed = f"{self.opening}{self.joint.join(self.items)}{self.closing}" if self.items else ""
        return self.head + listed

    @property
    def text(self) -> str:
        """As it is printed in plain text."""
        return self.words + self.link


@dataclass(frozen=True, kw_only=True, slots=True)
class Message:
    """What a channel is given, in pieces; how they are printed is the business of the channel's format."""

    title: str
    lines: tuple[Line, ...] = ()
    entries: tuple[tuple[Line, ...], ...] = ()
    """What a digest lists: kept whole, and spread over several messages where one does not hold them."""
    closing: tuple[Line, ...] = ()
    """What stands under the entries, in each of the messages."""

    @property
    def all_lines(self) -> tuple[Line, ...]:
        """Everything under the title, in order."""
        return (*self.lines, *(line for entry in self.entries for line in entry), *self.closing)

    @property
    def body(self) -> str:
        """All lines that say something, as plain text."""
        return "\n".join(text for line in self.all_lines if (text := line.text))


def story_message(owed: Owed, news: News, wording: Wording) -> Message:
    """The alert for one story, or for what came after it: headline, what changed, source and time, figures, reasons, link."""
    return Message(
        title=f"【{wording.topic}】{headline(owed, news, wording)}",
        lines=(
            *(Line(head=f"说明：{text}") for text in note_lines(owed.note)),
            Line(head=REMOVED if owed.kind == "removed" else ""),
            Line(head=origin(news), worth=4),
            Line(opening="数字：", items=figures(news.facts, wording), joint="；", worth=3),
            _reason(news.verdict, wording),
            Line(head=reprints(news.also_on), worth=2),
            Line(opening="摘要：", items=extract(news.article.text), joint="", worth=0),
            link_line(news.article),
            signature(owed),
        ),
    )


def headline(owed: Owed, news: News, wording: Wording) -> str:
    """Province and headline, with what kind of sequel it is."""
    province = plain(news.province or news.verdict.province or "", LABEL_LENGTH)
    sequel = wording.sequels.get(owed.kind, "")
    title = plain(news.article.title) or "（无标题）"
    where = "" if not province or title.startswith(province) else f"{province} "
    return f"{f'【{sequel}】' if sequel else ''}{where}{title}"


def note_lines(note: str) -> tuple[str, ...]:
    """The lines of an alert's own text that say something, harmless."""
    return tuple(filter(None, map(plain, note.splitlines()[:NOTE_LINES])))


def extract(text: str, longest: int = EXTRACT_LENGTH) -> tuple[str, ...]:
    """The first sentences of a text, harmless, at most `longest` characters of them; the first is cut where it is longer.

    No space is left between them, as Chinese has none, and no clause ends in the middle without an ellipsis.
    """
    start = plain(text[: 8 * longest], 4 * longest)
    kept: list[str] = []
    for sentence in SENTENCE.findall(start):
        if sum(map(len, kept)) + len(sentence) > longest:
            break
        kept.append(sentence.strip())
    if kept and kept[-1].endswith("；"):
        kept[-1] = kept[-1][:-1] + ELLIPSIS
    return tuple(kept) or ((plain(start, longest),) if start else ())


def baseline_message(owed: Owed, wording: Wording) -> Message:
    """The one summary for what was archived silently when a watch began."""
    silent = f"监测开始之前的 {owed.silenced} 篇报道已静默入库，其中与{wording.topic}相关的 {owed.silenced_relevant} 篇。"
    later = f"此后的新报道会逐条提醒。查看旧报道：jindu search {wording.topic}"
    return Message(
        title=f"【{wording.topic}】监测已开始",
        lines=(Line(head=silent), Line(head=later, worth=1), signature(owed)),
    )


def trial_message(channel: str, now: datetime, wording: Wording) -> Message:
    """What `jindu alerts test` sends."""
    taken = f"通道 {plain(channel, LABEL_LENGTH)} 可以收到提醒。{print_moment(now, 'minute')}（北京时间）"
    return Message(
        title=f"【{wording.topic}】测试消息",
        lines=(Line(head=taken), Line(head="This is a test; nothing happened.", worth=1)),
    )


def print_moment(moment: datetime, precision: Precision) -> str:
    """A time as readers in China write it: `2026-04-23 09:15`, or the day alone."""
    return f"{moment.astimezone(SHANGHAI):{'%Y-%m-%d %H:%M' if precision == 'minute' else '%Y-%m-%d'}}"


def print_fact(fact: Fact, wording: Wording) -> str:
    """One figure in words: 缴获海洛因约1.2千克."""
    return "".join(_name_and_amount(fact, wording))


def _name_and_amount(fact: Fact, wording: Wording) -> tuple[str, str]:
    shown = fact.substance or "" if fact.measure in wording.of_substances else ""
    substances = "、".join(wording.substances.get(name, plain(name)) for name in shown.split("+") if name)
    number = wording.qualifiers.get(fact.qualifier, "") + print_amount(fact.value, fact.unit, wording)
    name = wording.measures.get(fact.measure, plain(fact.measure))
    return f"{name}{substances}", f"{number}{'（目标）' if fact.target else ''}"


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


def link_line(article: Article) -> Line:
    """Where to read it."""
    link = link_of(article)
    return Line(head="链接：", link=link) if link else Line(head="链接：（无可用链接）")


def link_of(article: Article) -> str:
    """The first of an article's addresses that is one; empty when none is."""
    return safe_link(article.canonical_url) or safe_link(article.url)


def reprints(portals: int) -> str:
    """How many other portals have it; empty when none."""
    many = f"{portals} portal{'s' if portals > 1 else ''}"
    return f"另有 {portals} 家转载 (also on {many})" if portals else ""


def signature(owed: Owed) -> Line:
    """The code by which a person tells a duplicate, and the rule."""
    return Line(head=f"编号：#{owed.code}", items=(plain(owed.rule, LABEL_LENGTH),), opening="　规则：")


def origin(news: News) -> str:
    """Source and time."""
    return f"来源：{' · '.join(source_names(news)) or '不详'}　{time_of(news.article)}"


def source_names(news: News) -> tuple[str, ...]:
    """Who wrote it and where it stood, each once."""
    names = (news.article.source or "", news.portal_title)
    return tuple(dict.fromkeys(plain(name, LABEL_LENGTH) for name in names if name))


def time_of(article: Article) -> str:
    """When it was published, as precisely as the page says."""
    if article.published_at is None:
        return "时间不详"
    return print_moment(article.published_at, article.precision)


def figures(facts: tuple[Fact, ...], wording: Wording) -> tuple[str, ...]:
    """The figures that are sure, in words, each once; those of one thing together: 缴获海洛因25件、8.75千克."""
    amounts: dict[str, dict[str, None]] = {}
    for fact in facts:
        if not fact.uncertain:
            name, amount = _name_and_amount(fact, wording)
            amounts.setdefault(name, {})[amount] = None
    told = [f"{name}{'、'.join(list(many)[:AMOUNTS])}" for name, many in amounts.items()]
    return tuple(told[:FIGURES])


def reasons(verdict: Verdict, wording: Wording) -> tuple[str, str, tuple[str, ...]]:
    """Category, score and the weightiest words that spoke for the report."""
    speaking = sorted((item for item in verdict.evidence if item.weight > 0), key=lambda item: -item.weight)
    words = tuple(dict.fromkeys(plain(item.term, LABEL_LENGTH) for item in speaking))[:REASONS]
    category = wording.categories.get(verdict.category or "", plain(verdict.category or "", LABEL_LENGTH))
    return category, f"{verdict.score:.2f}", words


def _reason(verdict: Verdict, wording: Wording) -> Line:
    category, score, words = reasons(verdict, wording)
    head = " ".join(part for part in (category, score) if part)
    return Line(head=f"判定：{head}", opening="（", items=words, closing="）", worth=1)
