"""What a hostile page cannot do in any of the formats that channels are written to, and how digests are spread."""

import json
import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from scheduler.alerts.fitting import Limit, size, split
from scheduler.alerts.formats import FORMATS, Format, render, unmarked
from scheduler.alerts.limits import load_limits
from scheduler.alerts.messages import Message, News, story_message
from scheduler.alerts.summaries import Told, batch_message, notice_message
from scheduler.alerts.wording import load_wording
from tests.test_messages import ARTICLE, HEROIN, NEWS, OWED, VERDICT

WORDING = load_wording()
LINK = ARTICLE.canonical_url
HOSTILE = {
    "script": "<script>alert(1)</script>",
    "image with a handler": '"><img src=x onerror=alert(1)>',
    "entities that hide a link": "&lt;a href=http://evil.example&gt;立即核实&lt;/a&gt;",
    "numbered entities": "&#60;b&#x3E;x&#60;/b&#x3E;",
    "markdown link": "[公安部](http://evil.example)",
    "markdown image": "![](http://evil.example/pixel)",
    "markdown reference": "[公安部][1]\n[1]: http://evil.example",
    "angle link": "<http://evil.example>",
    "headings and lists": "# 大标题\n- 项\n1. 项\n> 引\n===\n---",
    "emphasis": "**粗** _斜_ __x__ ~~删~~ `码`",
    "wecom mention and colour": '<@all> <font color="warning">急</font>',
    "feishu mention": '<at user_id="all">所有人</at>',
    "mentions": "@all @所有人 @13800000000 @everyone",
    "headers": "标题\r\nBcc: evil@evil.example\r\n\r\n正文",
    "direction marks": "abc\u202egpj.exe\u2066x\u2069",
    "zero width": "@\u200ball [\u200dx](http\u200b://evil.example)",
    "5,000 combining marks": "毒" + "\u0301" * 5000,
    "surrogate and nul": "a\ud800b\x00c",
    "json": '"}],"at":{"isAtAll":true},"x":["',
    "a table": "|a|b|\n|-|-|\n|x|y|",
    "domains that become links by themselves": "请登录 www.evil.example 或 evil.cn/a 核实",
    "html in markdown": "<details><summary>x</summary></details>",
}  # fmt: skip


class Tags(HTMLParser):
    """The tags and addresses of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.links: list[str] = []
        self.odd: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.links += [value or "" for name, value in attrs if name == "href"]
        self.odd += [name for name, _ in attrs if name not in {"href", "lang"}]


def hostile_news(evil: str) -> News:
    article = replace(ARTICLE, title=evil, source=evil, text=f"{evil}。{evil}")
    verdict = replace(VERDICT, province=evil, evidence=(replace(VERDICT.evidence[1], term=evil),))
    fact = replace(HEROIN, measure=evil, unit=evil, substance=evil)
    return News(article=article, verdict=verdict, facts=(fact,), portal_title=evil)


def messages_of(evil: str) -> tuple[Message, ...]:
    """One alert, a sequel with hostile notes, a digest and a notice, every value of them hostile."""
    owed = replace(OWED, rule=evil, note=evil)
    told = Told(owed=replace(owed, batch="digest"), news=hostile_news(evil))
    return (
        story_message(owed, hostile_news(evil), WORDING),
        story_message(replace(owed, kind="changed"), hostile_news(evil), WORDING),
        batch_message([told, told], WORDING),
        notice_message(replace(owed, kind="notice"), WORDING),
    )


@pytest.mark.parametrize("as_format", FORMATS)
@pytest.mark.parametrize("evil", HOSTILE.values(), ids=HOSTILE)
def test_words_from_pages_stay_words(evil: str, as_format: Format) -> None:
    for message in messages_of(evil):
        told = render(message, as_format)
        assert len(told.title.splitlines()) == 1
        assert "@" not in told.title + told.body
        assert not re.search(
            "[\u0000-\u0009\u000b-\u001f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]", told.body
        )
        assert told.body.count("\u0301") < 300
        assert told.body.encode()
        links = set(re.findall(r"https?://[^\s)\"<\]]+", told.body))
        assert links <= {LINK}
        assert not re.search(r"evil\.(example|cn)", told.title + told.body)
        CHECKS[as_format](told.body)


def check_text(body: str) -> None:
    assert not set("<>[]`*|~\\") & set(body)


def check_markdown(body: str) -> None:
    """Our own bold, our own heading, our own link, and nothing else that Markdown knows."""
    rest = re.sub(r"\[news\.example\]\(http://news\.example/a/1\.html\)", "", body)
    lines = [line.removeprefix("### ") for line in rest.splitlines()]
    bare = [re.sub(r"^\*\*(.*)\*\*$", r"\1", line) for line in lines]
    for line in bare:
        assert not re.search(r"[<>\[\]`*|~\\_]", line)
        assert not re.match(r"\s*([#>+=-]|\d+[.)])", line)


def check_post(body: str) -> None:
    post = json.loads(body)["zh_cn"]
    assert set(post) == {"title", "content"}
    for part in (part for line in post["content"] for part in line):
        assert part["tag"] in {"text", "a"}
        assert part.get("href", LINK) == LINK
        assert not set("<>\n") & set(part["text"])


def check_html(body: str) -> None:
    page = Tags()
    page.feed(body)
    assert page.tags <= {"html", "body", "h3", "p", "a", "b"}
    assert set(page.links) <= {LINK}
    assert not page.odd


CHECKS = {
    "text": check_text,
    "markdown": check_markdown,
    "dingtalk": check_markdown,
    "wecom": check_markdown,
    "post": check_post,
    "html": check_html,
}


@pytest.mark.parametrize("as_format", FORMATS)
def test_every_format_says_the_same(as_format: Format) -> None:
    message = story_message(OWED, replace(NEWS, also_on=2), WORDING)
    told = render(message, as_format)
    whole = f"{told.title}\n{told.body}"
    for words in (
        message.title,
        "来源：陇上新闻网",
        "缴获海洛因约1.2千克",
        "运输毒品",
        "另有 2 家",
        "#7F3A",
        LINK,
    ):
        assert words in whole


MARKUP = {
    "emphasis": ("a_b*c", "a＿b＊c"),
    "heading": ("# x", "＃ x"),
    "numbered": ("1. x", "1． x"),
    "a hash inside": ("编号：#7F3A", "编号：#7F3A"),
    "a year inside": ("2026-03-02", "2026-03-02"),
}


@pytest.mark.parametrize(("text", "shown"), MARKUP.values(), ids=MARKUP)
def test_markup_is_only_taken_from_where_it_is_some(text: str, shown: str) -> None:
    assert unmarked(text) == shown


def digest(many: int, length: int = 40) -> Message:
    told = [
        Told(
            owed=replace(OWED, code=f"C{number:04}", batch="digest"),
            news=replace(
                NEWS,
                article=replace(
                    ARTICLE, title=f"{number:04}" + "毒" * length, canonical_url=f"{LINK}?{number}"
                ),
            ),
        )
        for number in range(many)
    ]
    return batch_message(told, WORDING)


@pytest.mark.parametrize("schema", load_limits())
def test_a_digest_is_spread_at_the_borders_of_its_entries(schema: str) -> None:
    """Every part fits; every entry stands whole, in order, in one part: headline, link and code."""
    limit = load_limits()[schema]
    parts = split(digest(60), limit)
    assert sum(part.entries for part in parts) == 60
    number = 0
    for at, part in enumerate(parts, start=1):
        assert size(part.message, limit) <= limit.total
        if len(parts) > 1:
            assert part.message.title.endswith(f"（{at}/{len(parts)}）")
        body = render(part.message, limit.format).body
        for _ in range(part.entries):
            for kept in (f"{number:04}" + "毒" * 40, f"{LINK}?{number}", f"#C{number:04}"):
                assert kept in body
            number += 1


def test_an_entry_longer_than_a_message_loses_its_least_and_keeps_headline_link_and_code() -> None:
    limit = Limit(unit="bytes", total=420)
    parts = split(digest(2, length=50), limit)
    assert [part.entries for part in parts] == [1, 1]
    for number, part in enumerate(parts):
        assert size(part.message, limit) <= limit.total
        for kept in (f"{number:04}" + "毒" * 50, f"{LINK}?{number}", f"#C{number:04}"):
            assert kept in part.message.body


def test_one_alert_alone_is_told_as_ever() -> None:
    told = Told(owed=replace(OWED, batch="quiet"), news=NEWS)
    assert batch_message([told], WORDING) == story_message(told.owed, NEWS, WORDING)


BATCHES = {
    "digest": "汇总 2 条",
    "quiet": "免打扰时段 2 条",
    "flood": "集中到来 2 条",
    "notice": "运行通知 2 条",
}


@pytest.mark.parametrize(("batch", "words"), BATCHES.items(), ids=BATCHES)
def test_a_message_of_several_says_why_they_came_together(batch: str, words: str) -> None:
    told = Told(owed=replace(OWED, batch=batch), news=NEWS)  # type: ignore[arg-type]
    message = batch_message([told, told], WORDING)
    assert words in message.title
    assert message.body.count(LINK) == 2


SEQUELS = {"follow_up": "后续", "changed": "有改动", "removed": "原文已撤"}


@pytest.mark.parametrize(("kind", "words"), SEQUELS.items(), ids=SEQUELS)
def test_a_sequel_says_what_it_is_and_what_changed(kind: str, words: str) -> None:
    owed = replace(OWED, kind=kind, note="缴获海洛因 1.2千克 → 1.5千克")  # type: ignore[arg-type]
    message = story_message(owed, NEWS, WORDING)
    assert f"【{words}" in message.title
    assert "说明：缴获海洛因 1.2千克 → 1.5千克" in message.body
    assert ("存档仍在" in message.body) == (kind == "removed")


def test_a_notice_is_its_own_words() -> None:
    notice = replace(OWED, kind="notice", note="甘肃 栏目连续失败 3 次 (source failing)\n请看 jindu status")
    message = notice_message(notice, WORDING)
    assert message.title == "【禁毒】甘肃 栏目连续失败 3 次 (source failing)"
    assert message.body.splitlines()[0] == "请看 jindu status"
    assert "#7F3A" in message.body
