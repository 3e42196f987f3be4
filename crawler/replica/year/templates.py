"""How the year's portals look: nine kinds of list, each with its own pages beyond the first, and their articles. Pure.

The articles of the five kinds that the demo has too are drawn by its families.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape

from crawler.replica.families import FAMILIES, Answer, Frame, Paper, Report
from crawler.replica.year.addresses import (
    MOST_PAGES,
    SEARCH,
    answered,
    counted,
    in_folder,
    numbered,
    one_page,
    parameter,
)

LISTED = 30
"""How many reports one page of a list shows."""


_NOTHING = '<div class="result">没有找到相关的新闻</div>'


@dataclass(frozen=True, kw_only=True, slots=True)
class Shelf:
    """One page of one list."""

    paper: Paper
    channel: str
    reports: Sequence[Report]
    number: int
    """1 is the first page, with the newest reports."""
    words: str = ""
    """What was in_folder for, where this is a page of results."""

    def address(self, number: int) -> str:
        """Path of another page of the same list."""
        if self.words:
            return answered(self.words, number)
        return TEMPLATES[self.paper.family].list_path(self.paper.lists[self.channel][1], number)


@dataclass(frozen=True, kw_only=True, slots=True)
class Template:
    """How one kind of system names and draws its pages."""

    path: Callable[[datetime, int], str]
    """(printed at, number) → the article's path."""
    list_path: Callable[[str, int], str]
    """(path of the first page, number) → path of that page of the list; the first for a list of one page."""
    list_page: Callable[[Shelf], Answer]
    article_page: Callable[[Paper, Report, Sequence[Report]], Answer]
    """(paper, report, other reports for the side column)."""


def _page(shelf: Shelf, body: str, title: str = "要闻") -> Answer:
    return Frame(paper=shelf.paper, title=title, charset=shelf.paper.charset, body=body).answer()


def _pager(shelf: Shelf) -> str:
    """Links to the pages of the list, as most systems print them."""
    numbers = "".join(f'<a href="{shelf.address(n)}">{n}</a>' for n in range(1, MOST_PAGES + 1))
    following = min(shelf.number + 1, MOST_PAGES)
    last = f'<a href="{shelf.address(MOST_PAGES)}">尾页</a>'
    return f'<div class="page">{numbers}<a href="{shelf.address(following)}">下一页</a>{last}</div>'


def _rows(shelf: Shelf, shape: str) -> str:
    """One line a report; the shape has {url}, {path}, {title} and {at:…}."""
    return "\n".join(
        shape.format(url=r.url, path=r.paths[0], title=escape(r.title), at=r.printed_at)
        for r in shelf.reports
    )


def _enorth_list(shelf: Shelf) -> Answer:
    rows = _rows(shelf, '<li><span>[{at:%m-%d %H:%M}]</span><a href="{url}" target="_blank">{title}</a></li>')
    body = f'<!--enorth cms block start [ name="list" ]--><ul class="newslist">{rows}</ul><!--enorth cms block end-->'
    return _page(shelf, f"{body}<script>var maxpage = {MOST_PAGES};</script>{_pager(shelf)}")


def _trs_list(shelf: Shelf) -> Answer:
    rows = _rows(
        shelf, '<li><a class="f14" href="..{path}" title="{title}">{title}</a><em>{at:%Y-%m-%d}</em></li>'
    )
    script = f'<script>createPageHTML({MOST_PAGES}, {shelf.number - 1}, "index", "html");</script>'
    return _page(
        shelf, f'<a class="CurrChnlCls" href="./">要闻</a><ul class="list">{rows}</ul>{script}{_pager(shelf)}'
    )


def _founder_list(shelf: Shelf) -> Answer:
    rows = _rows(shelf, '<tr><td><a href="{path}">{title}</a></td><td>{at:%Y年%m月%d日 %H:%M}</td></tr>')
    return _page(shelf, f'<table class="lb">{rows}</table><div id="displaypagenum">{_pager(shelf)}</div>')


def _cmstop_list(shelf: Shelf) -> Answer:
    rows = _rows(
        shelf,
        '<div class="item"><h3><a href="{url}">{title}</a></h3><p class="time">{at:%Y-%m-%d %H:%M:%S}</p></div>',
    )
    return _page(shelf, f'<div class="column-list" data-cms="cmstop">{rows}</div>{_pager(shelf)}')


def _cmstop_article(paper: Paper, report: Report, side: Sequence[Report]) -> Answer:
    body = f"""<!-- cmstop article --><div class="article-title"><h1>{escape(report.title)}</h1></div>
<div class="article-infos"><span class="date">{report.printed_at:%Y-%m-%d %H:%M:%S}</span>
<span class="source">来源： {report.source}</span><span class="editor">编辑： {report.editor}</span></div>
<div class="article-content cms-content">{_paragraphs(report)}</div>"""
    return _article(paper, report, side, body)


def _people_list(shelf: Shelf) -> Answer:
    rows = _rows(shelf, "<li><a href='{path}' target=_blank>{title}</a> <em>{at:%Y年%m月%d日}</em></li>")
    return _page(
        shelf, f"<div class='ej_list_box clear'><ul class='list_16'>{rows}</ul></div>{_pager(shelf)}"
    )


def _people_article(paper: Paper, report: Report, side: Sequence[Report]) -> Answer:
    body = f"""<div class="text_c"><h1>{escape(report.title)}</h1>
<p class="sou">{report.printed_at:%Y年%m月%d日%H:%M}&nbsp;&nbsp;来源：<a href="/">{report.source}</a></p>
<div class="show_text" id="rwb_zw">{_paragraphs(report)}</div>
<div class="edit">(责编：{report.editor})</div></div>"""
    return _article(paper, report, side, body)


def _json_list(shelf: Shelf) -> Answer:
    rows = [
        {
            "id": r.number,
            "title": r.title,
            "shareUrl": "",
            "url": r.url,
            "publishTime": int(r.printed_at.timestamp() * 1000),
            "cover": f"http://img.{r.host}/{r.number}.jpg",
        }
        for r in shelf.reports
    ]
    found = {"pageNo": shelf.number, "pageSize": LISTED, "total": LISTED * MOST_PAGES, "list": rows}
    body = {"state": 200, "msg": "ok", "data": found}
    return Answer(body=json.dumps(body, ensure_ascii=False).encode(), content_type="application/json")


def _rss_list(shelf: Shelf) -> Answer:
    return FAMILIES["rss"].list_page(shelf.paper, shelf.reports)


def _sitemap_list(shelf: Shelf) -> Answer:
    """A news sitemap for the whole portal, an Atom feed for the column of law."""
    if shelf.channel:
        return _atom_list(shelf)
    rows = "\n".join(
        f"<url><loc>{r.url}</loc><news:news><news:publication><news:name>{shelf.paper.title}</news:name>"
        "<news:language>zh-cn</news:language></news:publication>"
        f"<news:publication_date>{r.printed_at.isoformat()}</news:publication_date>"
        f"<news:title>{escape(r.title)}</news:title></news:news></url>"
        for r in shelf.reports
    )
    body = f"""<?xml version="1.0" encoding="UTF-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">{rows}</urlset>"""
    return Answer(body=body.encode(), content_type="application/xml")


def _atom_list(shelf: Shelf) -> Answer:
    rows = "\n".join(
        f"<entry><title>{escape(r.title)}</title><link rel='alternate' href='{r.url}'/><id>{r.url}</id>"
        f"<updated>{r.printed_at.isoformat()}</updated></entry>"
        for r in shelf.reports
    )
    body = f"""<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom"><title>{shelf.paper.title}</title><id>{shelf.paper.name}</id>{rows}</feed>"""
    return Answer(body=body.encode(), content_type="application/atom+xml")


def _table_list(shelf: Shelf) -> Answer:
    """Blanks in the address, no scheme, the date before the headline."""
    rows = "\n".join(
        f'<tr><td class="d">{r.printed_at:%Y/%m/%d}</td><td>·<a href=" //{r.host}{r.paths[0]} ">{escape(r.title)}</a></td></tr>'
        for r in shelf.reports
    )
    return _page(shelf, f"<table width=960>{rows}</table>{_pager(shelf)}")


def _table_article(paper: Paper, report: Report, side: Sequence[Report]) -> Answer:
    lines = "".join(f"　　{escape(line)}<br><br>" for line in report.pages[0])
    body = f"""<table width=960><tr><td align=center><strong><font size=5>{escape(report.title)}</font></strong></td></tr>
<tr><td align=center>{report.printed_at:%Y-%m-%d %H:%M}　来源：{report.source}　编辑：{report.editor}</td></tr>
<tr><td class="nr">{lines}</td></tr></table>"""
    return _article(paper, report, side, body)


def search_list(shelf: Shelf) -> Answer:
    """Results of the site's search, and the lists of a portal whose columns look like it."""
    shape = '<dl><dt><a href="{url}">{title}</a></dt><dd>摘要：点击标题查看全文。<span>{at:%Y-%m-%d %H:%M}</span></dd></dl>'
    form = f'<form action="{SEARCH}"><input name="q"><button>搜索</button></form>'
    found = f'<div class="result">{_rows(shelf, shape)}</div>{_pager(shelf)}' if shelf.reports else _NOTHING
    return _page(shelf, form + found)


def _paragraphs(report: Report) -> str:
    return "\n".join(f"<p>　　{escape(line)}</p>" for line in report.pages[0])


def _article(paper: Paper, report: Report, side: Sequence[Report], body: str) -> Answer:
    return Frame(paper=paper, title=report.title, charset=paper.charset, body=body, side=side).answer()


def _of_family(name: str) -> Callable[[Paper, Report, Sequence[Report]], Answer]:
    def draw(paper: Paper, report: Report, side: Sequence[Report]) -> Answer:
        page = FAMILIES[name].article_page(paper, report, 0, side)
        return _in_charset(page, paper.charset)

    return draw


def _in_charset(page: Answer, charset: str) -> Answer:
    """The page of a demo's family in the portal's own charset."""
    declared = "gb2312" if b"charset=gb2312" in page.body else "utf-8"
    text = page.body.decode(declared).replace(f"charset={declared}", f"charset={charset}")
    return Answer(body=text.encode(charset, "xmlcharrefreplace"))


TEMPLATES: Mapping[str, Template] = {
    "enorth": Template(
        path=lambda at, number: f"/system/{at:%Y/%m/%d}/0{number:08d}.shtml",
        list_path=counted,
        list_page=_enorth_list,
        article_page=_of_family("enorth"),
    ),
    "trs": Template(
        path=lambda at, number: f"/{at:%Y%m}/t{at:%Y%m%d}_{number:08d}.html",
        list_path=numbered(".html", "_{}.html", less=1),
        list_page=_trs_list,
        article_page=_of_family("trs"),
    ),
    "founder": Template(
        path=lambda at, number: f"/content/{at:%Y-%m/%d}/content_{number:08d}.htm",
        list_path=numbered(".htm", "_{}.htm"),
        list_page=_founder_list,
        article_page=_of_family("founder"),
    ),
    "cmstop": Template(
        path=lambda at, number: f"/{at:%Y/%m%d}/{number:08d}.shtml",
        list_path=numbered(".shtml", "_{}.shtml"),
        list_page=_cmstop_list,
        article_page=_cmstop_article,
    ),
    "people": Template(
        path=lambda at, number: f"/n2/{at:%Y/%m%d}/c202-{number:08d}.html",
        list_path=numbered("index.html", "index{}.html"),
        list_page=_people_list,
        article_page=_people_article,
    ),
    "json": Template(
        path=lambda at, number: f"/detail/{at:%Y-%m-%d}/{number:08d}.html",
        list_path=parameter,
        list_page=_json_list,
        article_page=_of_family("json"),
    ),
    "rss": Template(
        path=lambda at, number: f"/{at:%Y/%m%d}/{number:08d}.shtml",
        list_path=one_page,
        list_page=_rss_list,
        article_page=_of_family("rss"),
    ),
    "sitemap": Template(
        path=lambda at, number: f"/news/{at:%Y%m%d}/{number:08d}.html",
        list_path=one_page,
        list_page=_sitemap_list,
        article_page=_of_family("json"),
    ),
    "table": Template(
        path=lambda at, number: f"/content/{at:%Y-%m}/{number:08d}.htm",
        list_path=numbered("list.html", "list_{}.html"),
        list_page=_table_list,
        article_page=_table_article,
    ),
    "search": Template(
        path=lambda at, number: f"/a/{at:%Y/%m/%d}/{number:08d}.html",
        list_path=in_folder,
        list_page=search_list,
        article_page=_cmstop_article,
    ),
}
"""Name of the template → how it draws."""
