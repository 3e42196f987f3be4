"""How the invented portals look: five families of news systems, written by us after the shapes such systems share.

Each family turns values into bytes and keeps the habits that make its kind hard to read: a charset declared in the page
only, two-digit years, a property comment behind the body, a list that is JSON, a feed. Pure.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import format_datetime
from html import escape


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """An HTTP answer without its date."""

    status: int = 200
    body: bytes
    content_type: str = "text/html"
    last_modified: datetime | None = None
    location: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Report:
    """A story as one portal prints it."""

    story: str
    title: str
    pages: tuple[tuple[str, ...], ...]
    source: str
    author: str
    editor: str
    channel: str
    relevant: bool
    number: int
    host: str
    paths: tuple[str, ...]
    """Path of each page, the first first."""
    appears: int
    changed: int
    """Replica minute of publication or of the last edit shown."""
    printed_at: datetime
    removed: int | None
    edits: tuple[tuple[int, str, str], ...]

    @property
    def url(self) -> str:
        """Address of the first page."""
        return f"http://{self.host}{self.paths[0]}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Paper:
    """An invented portal."""

    name: str
    title: str
    family: str
    lists: Mapping[str, tuple[str, str]]
    """Channel → (host, path) of its list; the empty name is the main channel."""
    robots: str = "User-agent: *\nDisallow: /admin/\n"
    charset: str = "utf-8"
    """Of the year's portals: what their pages declare and are sent in."""
    places: tuple[str, ...] = ()
    """Of the year's portals: where their news comes from."""

    @property
    def hosts(self) -> frozenset[str]:
        """Every host of the portal."""
        return frozenset(host for host, _ in self.lists.values())


PAPERS: Mapping[str, Paper] = {
    paper.name: paper
    for paper in (
        Paper(
            name="longshang",
            title="陇上新闻网",
            family="enorth",
            lists={
                "": ("www.longshang.example", "/gsyw/index.shtml"),
                "fazhi": ("fazhi.longshang.example", "/index.shtml"),
            },
        ),
        Paper(
            name="dianyun",
            title="滇云在线",
            family="trs",
            lists={"": ("www.dianyun.example", "/yunnan/index.html")},
            robots="User-agent: *\nCrawl-delay: 0.2\nDisallow: /search\n",
        ),
        Paper(
            name="guihai",
            title="桂海新闻网",
            family="founder",
            lists={"": ("www.guihai.example", "/gxnews/node_1101.htm")},
        ),
        Paper(
            name="nanyue",
            title="南粤观察",
            family="json",
            lists={"": ("www.nanyue.example", "/api/channel/news?page=1")},
        ),
        Paper(
            name="bashu",
            title="巴蜀新闻",
            family="rss",
            lists={"": ("www.bashu.example", "/rss/news.xml")},
        ),
    )
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Family:
    """How one kind of system names and draws its pages."""

    paths: Callable[[datetime, int, int], Sequence[str]]
    """(printed at, number, pages) → the path of each page."""
    list_page: Callable[[Paper, Sequence[Report]], Answer]
    article_page: Callable[[Paper, Report, int, Sequence[Report]], Answer]
    """(paper, report, index of the page, other reports for the side column)."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Frame:
    """The parts every HTML page of a portal has round its content."""

    paper: Paper
    title: str
    charset: str
    """As the page declares it and as it is encoded."""
    head: str = ""
    body: str = ""
    side: Sequence[Report] = field(default=())

    def answer(self) -> Answer:
        """The page in the bytes of its charset."""
        host = self.paper.lists[""][0]
        links = "".join(f'<li><a href="{r.url}">{escape(r.title[:18])}</a></li>' for r in self.side)
        page = f"""<!DOCTYPE html>
<html><head><meta http-equiv="Content-Type" content="text/html; charset={self.charset}">
<title>{escape(self.title)}_{self.paper.title}</title>{self.head}</head>
<body><div class="nav"><a href="http://{host}/">首页</a> <a href="http://{host}/shizheng/">时政</a>
<a href="http://{host}/minsheng/">民生</a> <a href="http://{host}/video/">视频</a></div>
{self.body}
<div class="side"><h3>热点推荐</h3><ul>{links}</ul></div>
<div class="foot">版权所有 {self.paper.title} 未经授权不得转载 违法和不良信息举报电话：000-0000000
<a href="http://{host}/about/index.html">关于我们</a></div></body></html>"""
        return Answer(body=page.encode(self.charset, "xmlcharrefreplace"))


def _paragraphs(report: Report, page: int) -> str:
    return "\n".join(f"<p>　　{escape(paragraph)}</p>" for paragraph in report.pages[page])


def _enorth_paths(at: datetime, number: int, pages: int) -> Sequence[str]:
    stem = f"/system/{at:%Y/%m/%d}/0{number:08d}"
    return [f"{stem}.shtml"] + [f"{stem}_{page:02d}.shtml" for page in range(1, pages)]


def _enorth_list(paper: Paper, reports: Sequence[Report]) -> Answer:
    rows = "\n".join(
        f'<li><span>[{r.printed_at:%m-%d %H:%M}]</span><a href="{r.url}" target="_blank">{escape(r.title)}</a></li>'
        for r in reports
    )
    body = f'<!--enorth cms block start [ name="list" ]--><ul class="newslist">\n{rows}\n</ul><!--enorth cms block end-->'
    return Frame(paper=paper, title="要闻", charset="gb2312", body=body).answer()


def _enorth_article(paper: Paper, report: Report, page: int, side: Sequence[Report]) -> Answer:
    pager = "".join(f'<a href="{path}">{n}</a> ' for n, path in enumerate(report.paths, 1))
    more = f'<div id="news_more_page_div_id">{pager}</div>' if len(report.paths) > 1 else ""
    body = f"""<div class="position">您当前的位置 ：{paper.title} &gt;&gt; 要闻</div>
<!--enorth cms block start [ name="content" ]--><h1>{escape(report.title)}</h1>
<div class="info">{report.printed_at:%y-%m-%d %H:%M} 来源:{report.source} 编辑:{report.editor}</div>
<div class="content">{_paragraphs(report, page)}</div>{more}<!--enorth cms block end-->"""
    return Frame(paper=paper, title=report.title, charset="gb2312", body=body, side=side).answer()


def _trs_paths(at: datetime, number: int, pages: int) -> Sequence[str]:
    stem = f"/yunnan/{at:%Y%m}/t{at:%Y%m%d}_{number:08d}"
    return [f"{stem}.html"] + [f"{stem}_{page}.html" for page in range(1, pages)]


def _trs_list(paper: Paper, reports: Sequence[Report]) -> Answer:
    rows = "\n".join(
        f'<li><a class="f14" href=".{r.paths[0].removeprefix("/yunnan")}">{escape(r.title)}</a>'
        f"<em>{r.printed_at:%Y-%m-%d}</em></li>"
        for r in reports
    )
    body = f'<a class="CurrChnlCls" href="./">云南</a><ul class="list">{rows}</ul><script>createPageHTML(1, 0, "index", "html");</script>'
    return Frame(paper=paper, title="云南", charset="utf-8", body=body).answer()


def _trs_article(paper: Paper, report: Report, page: int, side: Sequence[Report]) -> Answer:
    by = f"作者：{report.author}" if report.author else ""
    body = f"""<div class="xl-title"><h2>{escape(report.title)}</h2></div>
<div class="xl-info"><span>发布时间：{report.printed_at:%Y-%m-%d %H:%M:%S}</span> <span>来源：{report.source}</span> <span>{by}</span></div>
<div class="view TRS_UEDITOR TRS_Editor">{_paragraphs(report, page)}</div>
<div class="editor">责任编辑：{report.editor}</div>"""
    return Frame(paper=paper, title=report.title, charset="utf-8", body=body, side=side).answer()


def _founder_paths(at: datetime, number: int, pages: int) -> Sequence[str]:
    stem = f"/gxnews/{at:%Y-%m/%d}/content_{number:08d}"
    return [f"{stem}.htm"] + [f"{stem}_{page}.htm" for page in range(2, pages + 1)]


def _founder_list(paper: Paper, reports: Sequence[Report]) -> Answer:
    rows = "\n".join(
        f'<tr><td><a href="{r.paths[0]}">{escape(r.title)}</a></td><td>{r.printed_at:%Y年%m月%d日 %H:%M}</td></tr>'
        for r in reports
    )
    return Frame(
        paper=paper, title="广西要闻", charset="utf-8", body=f'<table class="lb">{rows}</table>'
    ).answer()


def _founder_article(paper: Paper, report: Report, page: int, side: Sequence[Report]) -> Answer:
    at = f"{report.printed_at:%Y-%m-%d %H:%M:%S}"
    body = f"""<div class="title">{escape(report.title)}</div><div class="sub">{at}　来源：{report.source}</div>
<div class="article"><!--enpcontent-->{_paragraphs(report, page)}<!--/enpcontent--></div>
<!--enpproperty <articleid>{report.number}</articleid><date>{at}:0</date><author>{report.author}</author>\
<title>{escape(report.title)}</title><sourcename>{report.source}</sourcename><editor>{report.editor}</editor>\
<url>{report.url}</url>/enpproperty-->"""
    return Frame(paper=paper, title=report.title, charset="utf-8", body=body, side=side).answer()


def _json_paths(at: datetime, number: int, _pages: int) -> Sequence[str]:
    return [f"/p/{at:%Y-%m-%d}/{number:08d}.html"]


def _json_list(_paper: Paper, reports: Sequence[Report]) -> Answer:
    rows = [
        {
            "id": r.number,
            "title": r.title,
            "url": r.url,
            "publishTime": f"{r.printed_at:%Y-%m-%d %H:%M:%S}",
        }
        for r in reports
    ]
    body = {"code": 0, "message": "success", "data": {"total": len(rows), "list": rows}}
    return Answer(body=json.dumps(body, ensure_ascii=False).encode(), content_type="application/json")


def _json_article(paper: Paper, report: Report, page: int, side: Sequence[Report]) -> Answer:
    at = f"{report.printed_at:%Y-%m-%d %H:%M:%S}"
    head = (
        f'<meta name="publishdate" content="{at}"><meta property="og:title" content="{escape(report.title)}">'
    )
    body = f"""<article><h1 class="headline">{escape(report.title)}</h1><p class="meta"><time>{at}</time>
<span class="origin">来源：{report.source}</span> <span>责编：{report.editor}</span></p>
<section class="body">{_paragraphs(report, page)}</section></article>"""
    return Frame(paper=paper, title=report.title, charset="utf-8", head=head, body=body, side=side).answer()


def _rss_paths(at: datetime, number: int, _pages: int) -> Sequence[str]:
    return [f"/{at:%Y/%m%d}/{number:08d}.shtml"]


def _rss_list(paper: Paper, reports: Sequence[Report]) -> Answer:
    rows = "\n".join(
        f"<item><title><![CDATA[{r.title}]]></title><link>{r.url}</link>"
        f'<pubDate>{format_datetime(r.printed_at)}</pubDate><guid isPermaLink="true">{r.url}</guid></item>'
        for r in reports
    )
    body = f"""<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0"><channel><title>{paper.title}</title><link>http://{paper.lists[""][0]}/</link>
<description>要闻</description>{rows}</channel></rss>"""
    return Answer(body=body.encode(), content_type="application/rss+xml")


def _rss_article(paper: Paper, report: Report, page: int, side: Sequence[Report]) -> Answer:
    by = f"记者 {report.author}" if report.author else ""
    body = f"""<div id="main"><h1>{escape(report.title)}</h1>
<div class="date">{report.printed_at:%Y年%m月%d日 %H:%M} {by} 来源：{report.source} 编辑：{report.editor}</div>
<div id="text">{_paragraphs(report, page)}</div></div>"""
    return Frame(paper=paper, title=report.title, charset="utf-8", body=body, side=side).answer()


FAMILIES: Mapping[str, Family] = {
    "enorth": Family(paths=_enorth_paths, list_page=_enorth_list, article_page=_enorth_article),
    "trs": Family(paths=_trs_paths, list_page=_trs_list, article_page=_trs_article),
    "founder": Family(paths=_founder_paths, list_page=_founder_list, article_page=_founder_article),
    "json": Family(paths=_json_paths, list_page=_json_list, article_page=_json_article),
    "rss": Family(paths=_rss_paths, list_page=_rss_list, article_page=_rss_article),
}
