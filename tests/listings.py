"""Invented list pages, and a short way to read them in tests."""

import re
from datetime import UTC, datetime

from crawler.reading import Listing, ListRules, Page, read_list
from storage import SHANGHAI, SourceKind

NOW = datetime(2026, 6, 15, 12, 30, tzinfo=UTC)  # 20:30 in Shanghai
HOME = "http://news.lanxi.example/"


def read(
    body: str | bytes,
    kind: SourceKind = "list",
    *,
    url: str = HOME + "gsyw/",
    content_type: str = "text/html; charset=utf-8",
    **rules: object,
) -> Listing:
    raw = body.encode() if isinstance(body, str) else body
    page = Page(body=raw, url=url, fetched_at=NOW, content_type=content_type)
    return read_list(page, kind, ListRules(**rules))  # type: ignore[arg-type]


def page(content: str, head: str = "") -> str:
    return f"<!doctype html><html><head><title>兰溪新闻网</title>{head}</head><body>{content}</body></html>"


def rows(listing: Listing) -> list[tuple[str, str, str]]:
    """Path, title and date of each link, dates as Shanghai reads them."""
    return [
        (
            re.sub(r"^https?://[^/]+", "", link.url),
            link.title,
            ""
            if link.published_at is None
            else link.published_at.astimezone(SHANGHAI).strftime(
                "%m-%d" if link.precision == "day" else "%m-%d %H:%M"
            ),
        )
        for link in listing.links
    ]


NAVIGATION = """
<div class="nav"><a href="/">首页</a><a href="/gsyw/">甘肃要闻频道</a><a href="/fz/index.shtml">法治在线频道</a>
<a href="/about/">关于我们的网站</a><a href="mailto:x@lanxi.example">联系编辑部门</a><a href="javascript:void(0)">加入收藏夹吧</a></div>"""
FOOTER = """
<div class="foot"><a href="http://www.licence.example/portal/registerSystemInfo?recordcode=33078102000123">浙公网安备某某号</a>
<a href="/upload/lic20200115/permit.html">互联网新闻信息服务许可证</a><a href="/about/law.html">法律声明与隐私</a></div>"""


def item(href: str, title: str = "民警夜查货车缴获毒品若干") -> str:
    return page(f'<ul><li><a href="{href}">{title}</a></li></ul>')


ARTICLE = "/202606/t20260615_48213.html"


def one(content: str) -> tuple[str, str, str]:
    (row,) = rows(read(page(content)))
    return row


PATTERN = (re.compile(r"^https?://news\.lanxi\.example/202606/t\d{8}_\d+\.html$"),)
