"""Habits of templates, each in the smallest page that has it: where headline, time and names stand, what is not report."""

from datetime import datetime

import pytest

from crawler.reading import Page, read_page
from storage import SHANGHAI, Article

NOW = datetime(2026, 6, 15, 12, tzinfo=SHANGHAI)
TITLE = "青川警方查获一车毒品"
FIRST = "“停车！”6月3日凌晨，青川县公安局禁毒大队民警在河岸收费站拦下一辆白色货车，车主神色慌张。"
SECOND = "经搜查，民警在货箱夹层里起获冰毒3.2公斤，两名嫌疑人当场被控制，案件正在进一步侦办中。"
REPORT = f"<p>　　{FIRST}</p><p>　　{SECOND}</p>"
MENU = '<p><a href="/">首页</a> <a href="/sh/">社会</a> <a href="/fz/">法治</a></p>'


def article(body: str, title: str = f"{TITLE}_青川在线", path: str = "/sh/1187.html") -> Article:
    html = f"<html><head><title>{title}</title></head><body>{MENU}{body}</body></html>"
    page = Page(body=html.encode(), url=f"http://www.qingchuan.example{path}", fetched_at=NOW)
    found = read_page(page).article
    assert found is not None
    return found


HEADLINES = {
    "the title names the site, a strong cell the report": (
        f"<table><tr><td>2026年6月4日</td><td>放大 缩小</td></tr></table><table><tr><td>要闻</td></tr><tr><td><b>{TITLE}</b></td></tr>"
        f"<tr><td>□ 本报记者 高小原</td></tr></table><div>{REPORT}</div>",
        "青川报",
    ),
    "the title is a variable": (f"<h2>{TITLE}</h2><div>{REPORT}</div>", '${channel_name!""}'),
    "a heading where the title names the site": (
        f"<h1>{TITLE}</h1><p class='tit_f'>河岸收费站前的一夜</p><p>青川报 2026年6月4日</p><div>{REPORT}</div>",
        "青川报",
    ),
    "the name of the site is a heading too": (
        f"<h1>青川新闻网</h1><h2>{TITLE}</h2><p>2026年6月4日</p><div>{REPORT}</div>",
        "青川新闻网",
    ),
    "the name of the newspaper is a heading, the title empty": (
        f"<h1>青川日报</h1><h2>{TITLE}</h2><p>2026年6月4日</p><div>{REPORT}</div>",
        "",
    ),
    "an office is what the title names": (
        f"<span>{TITLE}</span><br><span>录入时间：<span>2026/6/4 16:41:00</span></span> <span>点击：<span>87</span></span><div>{REPORT}</div>",
        "青川县司法局",
    ),
    "the page number belongs to the page": (
        f'<h1>{TITLE}(1)</h1><div>{REPORT}</div><p><b>1</b> <a href="1187_2.html">2</a> <a href="1187_2.html">下一页</a></p>',
        f"{TITLE}(1)_青川在线",
    ),
}


@pytest.mark.parametrize(("body", "title"), HEADLINES.values(), ids=HEADLINES)
def test_headline(body: str, title: str) -> None:
    assert article(body, title).title == TITLE


def test_a_headline_above_the_report_may_name_a_year() -> None:
    body = f"<div>2026年禁毒工作要点</div><div>责任编辑：刘芳</div><div>{REPORT}</div>"
    assert article(body, "青川网").title == "2026年禁毒工作要点"


TIMES = {
    "only the last change is printed": ("<p>作者：王建 更新时间：2026-6-4 17:25:41</p>", "06-04 17:25"),
    "published beside changed": (
        "<p>更新时间：2026-06-05 09:00　发布时间：2026-06-04 17:40</p>",
        "06-04 17:40",
    ),
    "in characters": ("<p>二〇二六年六月四日　供稿：县禁毒办</p>", "06-04 00:00"),
    "with the day of the week": ("<p>2026年6月4日（星期四）17时05分 来源：青川日报</p>", "06-04 17:05"),
    "without its year, which a script tells": (
        '<p>青川融媒 06-04 10:20</p><script>var state = {"publishTime":"2026-06-04 10:20:11"}</script>',
        "06-04 10:20",
    ),
    "only in a script, in seconds": ('<script>var ct = "1780561200";</script>', "06-04 16:20"),
}


@pytest.mark.parametrize(("byline", "expected"), TIMES.values(), ids=TIMES)
def test_time(byline: str, expected: str) -> None:
    published = article(f"<h1>{TITLE}</h1>{byline}<div>{REPORT}</div>").published_at
    assert published is not None
    assert f"{published:%m-%d %H:%M}" == expected


NAMES = {
    "a calendar beside the time is nobody": ("<p>2026年6月4日 星期四 上一期 下一期</p>", None, ()),
    "buttons beside the time are nobody": ("<p>2026年6月4日 放大 缩小 默认</p>", None, ()),
    "a medium that only a script tells": (
        '<p>2026年6月4日</p><script>window.DATA = {"title":"甲","media":"青川晚报"}</script>', "青川晚报", (),
    ),
    "a channel that a script names is no source": (
        '<p>2026年6月4日</p><script>var names = {"media":"青川传媒"}</script>', None, (),
    ),
    "a button beside the time is nobody": ("<p>2026年6月4日 10:22 进入社区 来源：青川晚报</p>", "青川晚报", ()),
    "a medium and a pen name": ("<p>2026年06月04日08:12　青川晚报　小河</p>", "青川晚报", ("小河",)),
    "authors named by their element": (
        '<h2 id="p_author">高小原 柳青</h2><p>2026年06月04日17:22 来源：青川网</p>', "青川网", ("高小原", "柳青"),
    ),
    "who sent it in wrote nothing": ("<p>2026-6-4 08:30 | 发布者: 弯弯 | 来自: 平安青川</p>", "平安青川", ()),
    "spans that only the style sheet keeps apart": (
        "<p><span class='a'><a href='/sh/'>社会新闻</a></span><span class='b'>青川日报</span><span>高小原</span><span class='t'>2026-06-04 09:30</span></p>",
        "青川日报", ("高小原",),
    ),
    "reporters behind the source": ("<p>2026-06-04 09:30 | 来源：青川日报 | 记者 高小原 通讯员 方红</p>", "青川日报", ("高小原", "方红")),
    "only a name below the headline": ("<p>高小原</p><p>2026-06-04 09:30 来源：青川日报</p>", "青川日报", ("高小原",)),
    "only a name behind an ornament": ("<p>□ 高小原</p><p>2026-06-04 09:30 来源：青川日报</p>", "青川日报", ("高小原",)),
    "the number of the newspaper's page is no source": ("<p>2026年06月04日 A03版 青川晚报</p>", "青川晚报", ()),
    "the old script": ("<p>2026-06-04 09:30 青川大公報 記者 郭小佳</p>", "青川大公報", ("郭小佳",)),
    "only a column below the headline": ("<p>金融</p><p>2026-06-04 09:30 来源：青川日报</p>", "青川日报", ()),
    "a topic beside the time is no source": ("<p>2026-06-04 09:30 进入专题</p>", None, ()),
    "an office is no author": ("<p>发布日期：2026-06-04　作者：办公室　来源：青川公安</p>", "青川公安", ()),
}  # fmt: skip


@pytest.mark.parametrize(("byline", "source", "authors"), NAMES.values(), ids=NAMES)
def test_names_above(byline: str, source: str | None, authors: tuple[str, ...]) -> None:
    found = article(f"<h1>{TITLE}</h1>{byline}<div>{REPORT}</div>")
    assert (found.source, found.authors) == (source, authors)


def test_names_below() -> None:
    """A bracket opened before the first label ends the last value; a signature may have a line of its own."""
    end = "<p>（韦小忠 覃丽）</p><p>(本文来源：青川晚报 作者：王小凯) admin 责任编辑：刘芳</p>"
    found = article(f"<h1>{TITLE}</h1><p>2026-06-04 10:22</p><div>{REPORT}{end}</div>")
    assert (found.source, found.authors, found.editors) == (
        "青川晚报",
        ("王小凯", "韦小忠", "覃丽"),
        ("刘芳",),
    )


DATELINES = {
    "青川网河岸6月4日电（记者高小原、字强）": ("青川网", ("高小原", "字强")),
    "青川报讯（记者 高小原）": ("青川报", ("高小原",)),
    "本报讯（记者 高小原）": (None, ("高小原",)),
    "青川日报社消息灵通，": (None, ()),
}


@pytest.mark.parametrize(("start", "expected"), DATELINES.items(), ids=DATELINES)
def test_dateline(start: str, expected: tuple[str | None, tuple[str, ...]]) -> None:
    found = article(f"<h1>{TITLE}</h1><p>2026-06-04 09:30</p><p>{start}{FIRST}</p><p>{SECOND}</p>")
    assert (found.source, found.authors) == expected


BODIES = {
    "a summary that the report repeats": f"<p>摘要: {FIRST[:40]} ...</p><div>{REPORT}</div>",
    "an invisible element that a script shows": f'<div style="visibility: hidden; opacity: 0">{REPORT}</div>',
    "a link put into it": f"<p>{FIRST}</p><p>推荐阅读：<a href='/1'>全市禁毒工作会议在河岸召开</a></p><p>{SECOND}</p>",
    "a heading with links put into it": f"<p>{FIRST}</p><div><h4>推荐阅读</h4><a href='/1'>全市禁毒工作会议在河岸召开</a></div><p>{SECOND}</p>",
    "the beginnings of other reports": f"<div>{REPORT}</div><div>"
    + "".join(
        f"<h3><a href='/{n}'>河岸第{n}号小区加装电梯投入使用</a></h3><p>{'昨日，记者在河岸小区看到，加装的电梯投入使用，' * 4}居民纷纷点赞。</p>"
        for n in range(5)
    )
    + "</div>",
    "what readers say": f"<div>{REPORT}</div><h3>最新评论 (2)</h3><p>给民警点赞，希望这样的行动越多越好，还大家一个安宁的环境！</p>",
    "words set wide": f"<div>{REPORT}</div><p>青 川 网 版 权 所 有 ，未 经 书 面 授 权 禁 止 使 用</p>",
    "reward for hints": f"<div>{REPORT}<p>【如果您有新闻线索，请向我们报料，一经采纳有费用酬谢。】</p></div>",
    "preformatted": f"<pre>\n　　{FIRST}\n　　{SECOND}\n</pre><p>主办：青川县政府办　网站标识码：5108220001</p>",
}


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
def test_body(body: str) -> None:
    assert article(f"<h1>{TITLE}</h1><p>2026-06-04 10:22 来源：青川网</p>{body}").text == f"{FIRST}\n{SECOND}"


def test_a_short_notice_ends_with_its_editor() -> None:
    aside = "".join(
        f"<div><a href='/{n}'>老城第{n}号小区加装电梯</a><p>昨日，记者在老城第{n}号小区看到，加装的电梯投入使用，居民纷纷前来体验。</p></div>"
        for n in range(3)
    )
    notice = "因道路施工，自6月5日起，城区人民路实行半幅封闭管制，请过往车辆提前绕行。"
    found = article(
        f"<h1>城区部分路段实行交通管制</h1><p>来源：青川晚报 时间：2026-06-04 08:00</p><p>{notice}</p><p>编辑：贾小臻</p>{aside}",
        "城区部分路段实行交通管制_青川在线",
    )
    assert found.text == notice


def test_a_notice_ends_with_its_office_and_day() -> None:
    found = article(f"<h1>{TITLE}</h1><div>{REPORT}<p>青川县公安局</p><p>2026年6月4日</p></div>")
    assert found.text.split("\n")[2:] == ["青川县公安局", "2026年6月4日"]
