"""The address a report gives for itself, and the addresses of its further pages."""

import re
from collections.abc import Iterable
from urllib.parse import urlsplit

from crawler.reading.anchors import absolute
from crawler.reading.body import Body
from crawler.reading.document import Document
from crawler.reading.paging import SCRIPT

_PAGE_NUMBER = re.compile(r"^[\[【（(]?\s*(\d{1,2})\s*[\]】）)]?$")
_NEXT = re.compile(r"^[\[【（(<>«»\s]*(?:下一页|下页|尾页|末页|上一页|首页)[\]】）)<>«»\s]*$")
_SUFFIX = re.compile(r"(?P<stem>.*?)(?:[_-]\d{1,2})?(?P<ext>\.s?html?|\.htm|/c\.html)?$", re.IGNORECASE)
_PAGER_LINE = re.compile(r"下一?页|尾页|末页|[\[【（(]?\b[23]\b[\]】）)]?")
_MOST_PAGES = 50


def canonical_address(
    document: Document, url: str, hosts: tuple[str, ...], told: str = ""
) -> tuple[str, str]:
    """The page's own address and the rule that gave it; `url` itself when no other is believable.

    `told` is what the template family's metadata comment gives.
    """
    for rule, address in (("properties", told), *_claims(document)):
        full = absolute(address, url)
        if full and full != url and _believable(full, url, hosts):
            return full, rule
    return url, "url"


def _claims(document: Document) -> Iterable[tuple[str, str]]:
    if document.canonical:
        yield "link:canonical", document.canonical
    for name in ("og:url", "url"):
        if document.metas.get(name):
            yield f"meta:{name}", document.metas[name]


def _believable(claim: str, url: str, hosts: tuple[str, ...]) -> bool:
    """Inside the portal's own domains (or the page's own host) and an article, not a front page or a channel."""
    there, here = urlsplit(claim), urlsplit(url)
    host = (there.hostname or "").lower()
    if hosts:
        own = any(host == name or host.endswith(f".{name}") for name in hosts)
    else:
        own = not url or host == (here.hostname or "").lower()
    article_like = len(there.path) > 8 and bool(re.search(r"\d", there.path + there.query))
    return own and article_like and "${" not in claim


def further_pages(document: Document, body: Body, url: str) -> tuple[str, ...]:
    """Absolute addresses of the article's other pages, in order, without the one that was read."""
    if not url:
        return ()
    if match := SCRIPT.search(document.text):
        return _scripted(match, url)
    if body.frame is None or not _has_pager(document, body):
        return ()
    stem, ext = _stem(url)
    found: dict[str, None] = {}
    for link in document.links:
        text = link.text.strip()
        if not text or len(text) > 8 or not (_PAGE_NUMBER.match(text) or _NEXT.match(text)):
            continue
        full = absolute(link.href, url)
        if full and full != url and _stem(full) == (stem, ext):
            found.setdefault(full)
    ordered = sorted(found, key=_number)
    return tuple(address for address in ordered if _number(address) != _number(url))[:_MOST_PAGES]


def _has_pager(document: Document, body: Body) -> bool:
    """Whether a line of page numbers stands at the end of the report."""
    nearby = document.lines[max(0, body.last - 3) : body.last + 20]
    return any(line.linked and _PAGER_LINE.search(line.text) for line in nearby)


def _scripted(match: re.Match[str], url: str) -> tuple[str, ...]:
    """The pages of TRS's `createPageHTML(count, index, name, ext)`: name.ext, name_1.ext, ..."""
    count, index = min(int(match["count"]), _MOST_PAGES), int(match["index"])
    names = (match["name"] + (f"_{n}" if n else "") + f".{match['ext']}" for n in range(count) if n != index)
    return tuple(full for name in names if (full := absolute(name, url)))


def _stem(url: str) -> tuple[str, str]:
    """An address without its page number."""
    parts = urlsplit(url)
    match = _SUFFIX.match(parts.path)
    stem = match.group("stem") if match else parts.path
    return f"{parts.netloc}{stem}", (match.group("ext") or "") if match else ""


def _number(url: str) -> int:
    match = re.search(r"[_-](\d{1,2})(?:\.\w+|/c\.html)?$", urlsplit(url).path)
    return int(match.group(1)) if match else 0
