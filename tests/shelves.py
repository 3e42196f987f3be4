"""A small site of 兰溪 behind a proxy on loopback: a list of many pages, a sitemap with parts, a search, and what was asked."""

import gzip
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from time import sleep
from typing import Any
from urllib.parse import parse_qs, urlsplit

HOST = "www.lanxi.example"
HOME = f"http://{HOST}"
PER_PAGE = 5
_SPACE = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'


class Shelf:
    """Articles, the newest first, each with the time it was published; `asked` are the paths that were asked for."""

    def __init__(self, times: list[datetime], now: datetime) -> None:
        self.times = sorted(times, reverse=True)
        self.now = now
        self.asked: list[str] = []
        self.hidden = 0
        """So many of the newest stand on no list, but in the sitemap and in the search."""
        self.linger = 0.0
        """Seconds from an answer until its connection is closed."""

    def path(self, time: datetime) -> str:
        """Where an article stands."""
        return f"/{time:%Y/%m/%d}/{int(time.timestamp()) // 60:08}.shtml"

    def urls(self, times: list[datetime] | None = None) -> set[str]:
        """Whole addresses."""
        return {HOME + self.path(time) for time in (self.times if times is None else times)}

    def answer(self, target: str) -> tuple[int, str, bytes]:
        """Status, type and body for a path with its query."""
        parts = urlsplit(target)
        path, query = parts.path, parse_qs(parts.query, encoding="gb2312")
        for time in self.times:
            if path == self.path(time):
                return 200, "text/html; charset=utf-8", self._article(time).encode()
        if path == "/so":
            found = self.times if query["q"] == ["禁毒"] else []
            return 200, "text/html", self._list(found, int(query["p"][0]), "/so").encode("gb2312")
        if path.startswith("/gsyw/"):
            number = int(path.partition("index_")[2].partition(".")[0] or 1)
            listed = self._list(self.times[self.hidden :], number, "/gsyw")
            return 200, "text/html", listed.encode("gb2312")
        if path == "/robots.txt":
            return 200, "text/plain", f"User-agent: *\nSitemap: {HOME}/sitemap.xml\n".encode()
        if path == "/sitemap.xml":
            return 200, "application/xml", self._index().encode()
        if path.startswith("/map-"):
            return 200, "application/gzip", gzip.compress(self._map(path[5:12]).encode())
        return 404, "text/html", b"<html><body>404 Not Found</body></html>"

    def _article(self, time: datetime) -> str:
        text = f"兰溪市公安局在{time:%m月%d日%H时%M分}的巡查中查获毒品海洛因{time.minute + 3}克，抓获犯罪嫌疑人{time.day}名。"
        body = "".join(
            f"<p>{text}案件编号{time:%Y%m%d%H%M}，第{n}段，侦查工作仍在进行。</p>" for n in range(4)
        )
        return (
            f"<html><head><title>兰溪警方{time:%m月%d日%H%M}破获一起贩毒案_兰溪新闻网</title></head><body>"
            f"<h1>兰溪警方{time:%m月%d日%H%M}破获一起贩毒案</h1><div>{time:%Y-%m-%d %H:%M} 来源：兰溪新闻网</div>"
            f"<div class='content'>{body}</div></body></html>"
        )

    def _list(self, times: list[datetime], number: int, kind: str) -> str:
        shown = times[(number - 1) * PER_PAGE : number * PER_PAGE]
        rows = "".join(
            f"<li><a href='{self.path(time)}'>兰溪警方{time:%m月%d日%H%M}破获一起贩毒案</a><span>{time:%Y-%m-%d %H:%M}</span></li>"
            for time in shown
        )
        more = number * PER_PAGE < len(times)
        following = f"<a href='index_{number + 1}.html'>下一页</a>" if more and kind == "/gsyw" else ""
        form = "<form action='/so'><input name='q'><input type='hidden' name='p' value='1'><input type='submit'></form>"
        lead = "<div><a href='http://news.tongpu.example/2026/06/15/048213.shtml'>通浦县开展禁毒宣传进校园活动</a></div>"
        return (
            "<html><head><meta charset='gb2312'><title>要闻_兰溪新闻网</title></head>"
            f"<body>{form}<ul>{rows or '暂无数据'}</ul>{following}{lead}</body></html>"
        )

    def _index(self) -> str:
        months = sorted({f"{time:%Y-%m}" for time in self.times})
        parts = "".join(
            f"<sitemap><loc>{HOME}/map-{month}.xml.gz</loc><lastmod>{self._last(month).isoformat()}</lastmod></sitemap>"
            for month in months
        )
        return f"<?xml version='1.0'?><sitemapindex {_SPACE}>{parts}</sitemapindex>"

    def _last(self, month: str) -> datetime:
        return max(time for time in self.times if f"{time:%Y-%m}" == month)

    def _map(self, month: str) -> str:
        rows = "".join(
            f"<url><loc>{HOME}{self.path(time)}</loc><lastmod>{time.isoformat()}</lastmod></url>"
            for time in self.times
            if f"{time:%Y-%m}" == month
        )
        return f"<?xml version='1.0'?><urlset {_SPACE}>{rows}</urlset>"


class _Handler(BaseHTTPRequestHandler):
    server: Any

    def do_GET(self) -> None:
        """Answer as the shelf says."""
        parts = urlsplit(self.path)
        target = parts.path + (f"?{parts.query}" if parts.query else "")
        if parts.path != "/robots.txt":
            self.server.shelf.asked.append(target)
        status, kind, body = self.server.shelf.answer(target)
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        sleep(self.server.shelf.linger)

    def log_message(self, *_args: object) -> None:
        """Silence."""


@contextmanager
def shelved(shelf: Shelf) -> Iterator[str]:
    """Serve the shelf; the address of the proxy through which it is reached."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Handler) as made:
        made.daemon_threads = True
        made.shelf = shelf  # type: ignore[attr-defined]
        thread = threading.Thread(target=made.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield f"http://127.0.0.1:{made.server_address[1]}"
        finally:
            made.shutdown()
            thread.join()


PORTAL = f"""
title = "兰溪新闻网"
province = "浙江"
home = "{HOME}/"
hosts = ["lanxi.example"]
evidence = "B"
pace_seconds = 0
article_patterns = ['^https?://(?:[\\w-]+\\.)*lanxi\\.example/\\d{{4}}/\\d{{2}}/\\d{{2}}/\\d{{8}}\\.shtml$']
"""
SOURCES = {
    "list": '\n[[sources]]\nurl = "http://www.lanxi.example/gsyw/"\nevery = "1s"\n',
    "sitemap": '\n[[sources]]\nurl = "http://www.lanxi.example/sitemap.xml"\nkind = "sitemap"\nevery = "1s"\n',
    "search": '\n[[sources]]\nurl = "http://www.lanxi.example/so?q={query}&p={page}"\nkind = "search"\nquery_charset = "gb2312"\n',
}


def portals_folder(folder: Path, *kinds: str) -> Path:
    """A folder with the site's portal file, with sources of these kinds."""
    made = folder / "portals"
    made.mkdir(exist_ok=True)
    (made / "lanxi.toml").write_text(PORTAL + "".join(SOURCES[kind] for kind in kinds), "utf-8")
    return made


def hours_ago(now: datetime, *ages: float) -> list[datetime]:
    """Moments so many hours before `now`, to the minute."""
    return [(now - timedelta(hours=age)).replace(second=0, microsecond=0) for age in ages]
