"""Where a list goes on: the address of its next page, by the words and numbers of its pager or the script that draws it.

Pagers seen on the families: links named 下一页 or by numbers, `createPageHTML(count, index, name, ext)` of TRS (`index_1.html` is
the second page), pages of enorth that count down. Only addresses on the page's own host that differ from it in one
number count (of enorth: its own folder of older pages), so that an article's or a neighbour channel's address is never taken for a page.
"""

import re
from collections.abc import Iterable
from urllib.parse import urlsplit

from crawler.reading.anchors import Anchor, absolute

_NEXT = re.compile(
    r"[\[【（(<>«»›→\s]*(?:下一?页|后一?页|下頁|下一頁|next(?: ?page)?|>>?|»|›)[\]】）)<>«»›→\s]*",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"[\[【（(\s]*(\d{1,4})[\]】）)\s]*")
SCRIPT = re.compile(
    r"createPage(?:HTML|Html|html)\w*\(\s*[\"']?(?P<count>\d{1,5})[\"']?\s*,\s*[\"']?(?P<index>\d{1,5})[\"']?\s*,"
    r"\s*[\"'](?P<name>[\w.\-]{1,80})[\"']\s*,\s*[\"'](?P<ext>\w{1,8})[\"']"
)
"""TRS: how many pages there are, which one this is (from 0), and how their names begin and end."""
# Older pages of enorth stand in a folder of their own and count down to the oldest.
_COUNTED = re.compile(r"^/system/count/.*/c\d+(?:_\d+)?\.s?html?$")
_PIECES = re.compile(r"(\d+)")
_EXTENSION = re.compile(r"(?P<stem>.*?)(?P<ext>\.[a-z]{2,6})?$", re.IGNORECASE | re.DOTALL)
_FRONT = re.compile(r"(?:index|default|list)(?:_\d+)?$", re.IGNORECASE)
_PAGE_WORD = re.compile(
    r"(?:^|[?&])(?:page|paged|pageno|pagenum|pageindex|pn|p|currentpage|start|offset)=$", re.IGNORECASE
)
_LONGEST_NUMBER = 5


def next_page(text: str, anchors: Iterable[Anchor], url: str) -> str | None:
    """The page after the one at `url`, or None where it is the last, or has no pager."""
    if not url:
        return None
    if (match := SCRIPT.search(text)) is not None:
        return _scripted(match, url)
    listed = [anchor for anchor in anchors if _same_host(anchor.url, url) and anchor.url != url]
    named = (anchor.url for anchor in listed if _NEXT.fullmatch(anchor.title))
    following = (a for a in named if _is_sibling(a, url) or _COUNTED.search(urlsplit(a).path))
    return next(following, None) or _numbered(listed, url)


def templated_page(template: str, url: str, first: int) -> str:
    """The page after the one at `url`, as a portal's file writes addresses of pages (`{page}`); `first` numbers any other."""
    before, _, after = template.partition("{page}")
    found = re.fullmatch(rf"{re.escape(before)}(\d{{1,9}}){re.escape(after)}", url)
    return f"{before}{int(found[1]) + 1 if found else first + 1}{after}"


def _scripted(match: re.Match[str], url: str) -> str | None:
    """TRS: pages are name.ext, name_1.ext, name_2.ext, …; `index` is the number of this one, from 0."""
    following = int(match["index"]) + 1
    if following >= int(match["count"]):
        return None
    found = absolute(f"{match['name']}_{following}.{match['ext']}", url)
    return found if found and _same_host(found, url) else None


def _numbered(anchors: Iterable[Anchor], url: str) -> str | None:
    """The link named by the number after this page's own, where the page has no 下一页."""
    found: dict[int, str] = {}
    for anchor in anchors:
        number = _NUMBER.fullmatch(anchor.title)
        if number is not None and _is_sibling(anchor.url, url):
            found.setdefault(int(number[1]), anchor.url)
    if len(found) < 2 and 2 not in found:
        return None
    # A pager names every page near this one but this one.
    own = next((n for n in range(1, max(found) + 2) if n not in found), 1)
    return found.get(own + 1)


def _is_sibling(url: str, other: str) -> bool:
    """Whether two addresses are two pages of one list: alike but for one short number, which the first page may lack."""
    one, two = _pieces(url), _pieces(other)
    if len(one) == len(two):
        differing = [n for n, (a, b) in enumerate(zip(one, two, strict=True)) if a != b]
        return len(differing) == 1 and _are_short(one[differing[0]], two[differing[0]])
    return _is_first_of(one, other) or _is_first_of(two, url)


def _pieces(url: str) -> list[str]:
    parts = urlsplit(url)
    query = f"?{parts.query}" if parts.query else ""
    return _PIECES.split(f"{parts.path or '/'}{query}")


def _are_short(*numbers: str) -> bool:
    return all(number.isdigit() and len(number) <= _LONGEST_NUMBER for number in numbers)


def _is_first_of(pieces: list[str], first: str) -> bool:
    """Whether pieces with one number taken out (and `_`, `list` or `page=` before it) are the address of the first page."""
    parts = urlsplit(first)
    bare = f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}"
    return any(
        _are_short(pieces[at]) and bare in _without("".join(pieces[:at]), "".join(pieces[at + 1 :]))
        for at in range(1, len(pieces), 2)
    )


def _without(before: str, after: str) -> set[str]:
    """How the first page of a list may be written whose others are `before` + number + `after`."""
    stem = re.sub(r"[_-]$|(?<=/)(?:page|p|pg)[_/-]?$", "", before)
    made = {stem + after, before + after, stem.rstrip("/") + after}
    if _PAGE_WORD.search(before):
        kept = re.sub(r"[?&][a-z]+=$", "", before, flags=re.IGNORECASE)
        made |= {
            kept + after,
            kept + ("?" + after[1:] if "?" not in kept and after.startswith("&") else after),
        }
    folder, _, leaf = stem.rpartition("/")
    ext = _EXTENSION.fullmatch(after)
    if ext is not None and not ext["stem"] and (not leaf or _FRONT.fullmatch(leaf)):
        front = {
            f"{folder}/{name}{end}"
            for name in ("index", "default")
            for end in (after, ".html", ".shtml", ".htm")
        }
        made |= front | {f"{folder}/"}
    return made


def _same_host(url: str, other: str) -> bool:
    return urlsplit(url).netloc.lower() == urlsplit(other).netloc.lower()
