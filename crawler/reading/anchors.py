"""The links of a page as it prints them: absolute addresses with the words that name them."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from urllib.parse import urljoin, urlsplit

from lxml import etree

from crawler.reading.document import Document, squeeze

# Editors type schemes by hand (`hhttp://`, `http：//`, `http:/x`), and tools that save pages disable them (`httpdisabled://`).
_BROKEN_SCHEME = re.compile(r"^[a-z]{0,6}?http(s?)[a-z]{0,10}[:：]/{0,4}(?:https?:/{1,3})?", re.IGNORECASE)
_OTHER_SCHEME = re.compile(r"^(?!https?:)[a-z][a-z0-9+.-]{1,20}:(?!\d)", re.IGNORECASE)
_CONTROL = re.compile(r"[\x00-\x1f\x7f\u200b-\u200f\ufeff]+")
_CDATA = re.compile(r"<!\[CDATA\[|\]\]>")
# The type of a script that is a program (one without a type) or its data.
_PROGRAM = re.compile(r"javascript|ecmascript|json|module|^script$|^$", re.IGNORECASE)
_LONGEST_ADDRESS = 2000
_LONGEST_DATE = 30
_MOST_NODES = 200
_ONLY_NUMBERS = re.compile(r"[\d\s:：./\-年月日]+")
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
# A date that the list prints inside the link, behind the headline.
_DATE_AT_END = re.compile(
    r"\s*(?:(?<=\s)|(?=[\[(（]))[\[(（]?(?P<date>(?:20\d\d[-/.])?\d\d[-/.]\d\d(?:\s+\d\d:\d\d(?::\d\d)?)?)[\])）]?$"
)
_BLOCKS = frozenset(
    ("div", "p", "li", "dt", "dd", "section", "article", "figcaption", "tr", "td", "em", "span")
)
_LONGEST_TITLE = 80
# Words that lead to an article without naming it.
_NOT_A_TITLE = re.compile(
    r"(?:点击|查看|阅读|更多|进入|展开|浏览)?(?:详细|详情|全文|更多|原文|内容|阅读|组图|图集|视频|评论|专题)(?:内容)?[>»…\].】]*"
)


@dataclass(slots=True, eq=False)
class Anchor:
    """One link of a page."""

    url: str
    """Absolute http(s) address without fragment."""
    title: str
    """The words that name it, empty for a picture without any."""
    element: etree._Element


def absolute(href: str, base: str) -> str | None:
    """The address that `href` on a page at `base` means, or None where it leads to no page."""
    href = _CONTROL.sub("", href).strip().strip("\u3000").replace("\\", "/")
    if not href or href.startswith("#") or len(href) > _LONGEST_ADDRESS:
        return None
    href = _BROKEN_SCHEME.sub(lambda scheme: f"http{scheme[1].lower()}://", href)
    if _OTHER_SCHEME.match(href):
        return None
    try:
        url = urljoin(base, href).partition("#")[0].replace(" ", "%20")
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not parts.hostname or port == 0:
        return None
    return (
        url
        if parts.path
        else f"{parts.scheme}://{parts.netloc}/" + (f"?{parts.query}" if parts.query else "")
    )


def base_of(document: Document, url: str) -> str:
    """What relative links of a page are joined to: its <base>, else its own address, else the one it gives for itself."""
    own = url or _canonical(document) or "http://page.invalid/"
    return absolute(document.base, own) or own if document.base else own


def _canonical(document: Document) -> str:
    if document.root is not None:
        for link in document.root.iter("link"):
            if (link.get("rel") or "").lower() == "canonical":
                return absolute(link.get("href") or "", "") or ""
    return absolute(document.metas.get("og:url", ""), "") or ""


def anchors_in(roots: Iterable[etree._Element], base: str) -> Iterator[Anchor]:
    """Every link under `roots` in document order; lists that wait for a script to show them are unpacked.

    They wait in a <textarea>, or in a <script> that holds XML or a template.
    """
    for element in _unpacked(roots):
        url = absolute(element.get("href") or "", base)
        if url is not None:
            yield Anchor(url, title_of(element), element)


def _unpacked(roots: Iterable[etree._Element]) -> Iterator[etree._Element]:
    for root in roots:
        for element in root.iter("a", "area", "textarea", "script"):
            if element.tag in ("a", "area"):
                yield element
            elif "<a " in (element.text or "") and not _PROGRAM.search(element.get("type", element.tag)):
                text = _CDATA.sub("", element.text or "").encode("utf-8", "replace")
                waiting = etree.fromstring(text, etree.HTMLParser(encoding="utf-8"))
                yield from waiting.iter("a", "area") if waiting is not None else ()


def title_of(element: etree._Element) -> str:
    """The words of a link that name its article: a heading inside it, its text, its `title`, or its picture's words."""
    given = squeeze(element.get("title") or "")
    text = squeeze(_words(element))
    if date_at_end(text):
        text = text[:-_LONGEST_DATE] + _DATE_AT_END.sub("", text[-_LONGEST_DATE:])
    is_cut = text.endswith(("…", "..")) and given.startswith(text.rstrip("….").rstrip())
    if given and (not text or is_cut):
        return given
    return text or _picture_words(element)


def date_at_end(text: str) -> str:
    """The date that stands behind a headline in one text with it (`警方破获大案 2026-06-15`), else an empty text."""
    found = _DATE_AT_END.search(text[-_LONGEST_DATE:])
    return found["date"] if found else ""


def _words(element: etree._Element) -> str:
    chunks = list(texts(element))
    inner = next((node for node in islice(element.iter(), _MOST_NODES) if node.tag in _HEADINGS), None)
    if inner is not None and (heading := squeeze("".join(texts(inner)))):
        return heading
    whole = squeeze("".join(chunks))
    if len(whole) <= _LONGEST_TITLE and not any(
        child.tag in _BLOCKS for child in islice(element, _MOST_NODES)
    ):
        return whole
    named = [
        words for chunk in chunks if len(words := squeeze(chunk)) >= 6 and not _ONLY_NUMBERS.fullmatch(words)
    ]
    return named[0] if named else whole


def texts(element: etree._Element) -> Iterator[str]:
    """The texts under an element in order, without scripts; of a very large one, only the beginning."""
    for node in islice(element.iter(), _MOST_NODES):
        if node.tag not in ("script", "style") and isinstance(node.tag, str) and node.text:
            yield node.text
        if node is not element and node.tail:
            yield node.tail


def _picture_words(element: etree._Element) -> str:
    for node in islice(element.iter(), _MOST_NODES):
        words = squeeze(node.get("alt") or node.get("title") or "") if node.tag == "img" else ""
        if words:
            return words
    return squeeze(element.get("alt") or "")


def best_title(titles: Iterable[str]) -> str:
    """The most telling of the words by which several links name one article: the longest that is still a headline."""
    named = [title for title in titles if title and not _NOT_A_TITLE.fullmatch(title)]
    headlines = [title for title in named if len(title) <= _LONGEST_TITLE]
    if headlines:
        return max(headlines, key=len)
    return min(named, key=len, default="")
