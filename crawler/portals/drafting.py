"""Draft a portal's file from one look at its site: names, charset, feeds and the pattern of its articles. Pure."""

import json
import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from lxml import etree

from crawler.hosts import is_within, pace_group
from crawler.portals.portal import NATIONAL, PROVINCES
from crawler.reading import Page, decode
from crawler.reading.anchors import absolute
from crawler.reading.document import parse
from crawler.topics.divisions import load_gazetteer
from storage import SourceKind

MOST_FEEDS = 3
MOST_SITEMAPS = 2
MOST_PATTERNS = 5
LEAST_SHARE = 0.1
"""A form of address needs this share of the articles, and two of them; rarer ones are strays from other systems."""

_FEED_TYPES = frozenset(("application/rss+xml", "application/atom+xml", "application/rdf+xml"))
_SITEMAP = re.compile(r"^\s*sitemap\s*:\s*(https?://\S{1,500})\s*$", re.IGNORECASE | re.MULTILINE)
_SEPARATORS = re.compile(r"\s*[_|｜—–·]+\s*|\s+-+\s*|-(?=[\u4e00-\u9fff])")
_SITE = re.compile(r"(?:网|网站|在线|热线|日报|晚报|晨报|都市报|融媒|传媒|观察|客户端|电视台)$")
_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_NUMBERED = re.compile(r"([A-Za-z]{0,12})(\d+)")
_FOLDERS = r"(?:[\w.-]+/)*"
_IDENTITY = r"[0-9A-Za-z%]+"
# Years, months with or without their year, days: numbers whose length never changes.
_DATE_LENGTHS = frozenset((2, 4, 6, 8))


@dataclass(frozen=True, kw_only=True, slots=True)
class DraftSource:
    """One list or feed that answered."""

    url: str
    kind: SourceKind = "list"
    title: str = ""
    query_charset: str = "utf-8"


@dataclass(frozen=True, kw_only=True, slots=True)
class Draft:
    """What one look at a site found, ready to be written as a portal's file."""

    title: str
    province: str
    home: str
    hosts: tuple[str, ...]
    sources: tuple[DraftSource, ...]
    examples: tuple[str, ...] = ()
    article_patterns: tuple[str, ...] = ()
    charset: str | None = None
    pace_seconds: float | None = None
    """None for the default pace."""
    seen: tuple[int, ...] = ()
    """Years of which an article was read."""
    looked_in: int
    """The year of the look."""
    evidence: str = "C"
    off_because: str = ""
    notes: str = ""


def site_names(page: Page, charset: str | None = None) -> tuple[str, str]:
    """The site's own name and the channel's, as the page's <title> has them; empty where it has none.

    `法治_兰溪新闻网` gives 兰溪新闻网 and 法治: the site's name is the last part that ends like one, else the last part.
    """
    root = parse(decode(page.body, page.content_type, charset).text).root
    found = next((element for element in root.iter("title")), None) if root is not None else None
    words = " ".join("".join(found.itertext()).split()) if found is not None else ""
    parts = [part for part in _SEPARATORS.split(words) if _CHINESE.search(part)]
    if not parts:
        return "", ""
    site = next((part for part in reversed(parts) if _SITE.search(part)), parts[-1])
    return site, parts[0] if parts[0] != site else ""


def feeds_of(page: Page, hosts: Collection[str]) -> tuple[str, ...]:
    """Feeds on the site's own hosts that the page names by `<link rel="alternate">`."""
    root = parse(decode(page.body, page.content_type).text).root
    if root is None:
        return ()
    found = (
        absolute(link.get("href") or "", page.url)
        for link in root.iter("link")
        if "alternate" in (link.get("rel") or "").lower().split()
        and (link.get("type") or "").lower().strip() in _FEED_TYPES
    )
    own = dict.fromkeys(url for url in found if url and is_within(url, hosts))
    return tuple(own)[:MOST_FEEDS]


def sitemaps_in(robots: str, hosts: Collection[str]) -> tuple[str, ...]:
    """Sitemaps on the site's own hosts that its robots.txt names; those of news first."""
    named = dict.fromkeys(found[1] for found in _SITEMAP.finditer(robots) if is_within(found[1], hosts))
    return tuple(sorted(named, key=lambda url: "news" not in url.lower()))[:MOST_SITEMAPS]


def search_of(page: Page, hosts: Collection[str], charset: str | None = None) -> tuple[str, str] | None:
    """The site's own search as its page offers it: an address with `{query}`, and how it wants its words written.

    A form with one field for words, sent as an address (GET) to the site's own host; None where there is none such.
    """
    decoded = decode(page.body, page.content_type, charset)
    root = parse(decoded.text).root
    for form in root.iter("form") if root is not None else ():
        address = absolute(form.get("action") or "", page.url)
        if address and is_within(address, hosts) and (form.get("method") or "get").lower() == "get":
            found = _template(address, form)
            if found:
                return found, "gb2312" if decoded.charset.lower() in ("gb2312", "gbk", "gb18030") else "utf-8"
    return None


def _template(address: str, form: etree._Element) -> str | None:
    fields = [(part.get("name") or "", part) for part in form.iter("input") if part.get("name")]
    words = [name for name, part in fields if (part.get("type") or "text").lower() in ("text", "search")]
    if len(words) != 1 or "{" in address:
        return None
    kept = [
        (name, part.get("value") or "")
        for name, part in fields
        if (part.get("type") or "").lower() == "hidden"
    ]
    query = "&".join(
        [f"{quote(words[0])}={{query}}", *(f"{quote(name)}={quote(value)}" for name, value in kept)]
    )
    return f"{address}{'&' if '?' in address else '?'}{query}"


def undeclared_charset(page: Page) -> str | None:
    """How to read a page that declares no charset, or a false one; None when what it declares is right."""
    known = decode(page.body, page.content_type)
    return known.charset if known.charset_from.startswith("guess") and not known.text.isascii() else None


def guess_province(title: str) -> str | None:
    """The one provincial unit that a site's name speaks of, by its own name or one of its places; else None."""
    named = {province for province in PROVINCES if province != NATIONAL and province in title}
    if not named:
        named = {
            division.province
            for division in load_gazetteer().divisions
            if (division.alone and division.short in title) or any(name in title for name in division.names)
        }
    return named.pop() if len(named) == 1 and named <= set(PROVINCES) else None


def learn_patterns(urls: Sequence[str], hosts: Sequence[str], *, folders: int = 0) -> tuple[str, ...]:
    """Regular expressions for the addresses of a site's articles, the most frequent form first.

    Folders in front of the first number may be any but the last `folders` of them; words after it stay, and numbers become
    digits, as many as a date has where all samples agree. Empty when no form is shared by two samples.
    """
    forms: dict[str, list[list[str]]] = defaultdict(list)
    for url in urls:
        if parts := _tail(url, folders):
            forms["".join(_outline(part) for part in parts)].append(parts)
    enough = max(2, LEAST_SHARE * len(urls))
    kept = sorted((rows for rows in forms.values() if len(rows) >= enough), key=len, reverse=True)
    start = "|".join(re.escape(host) for host in hosts)
    site = rf"^https?://(?:[\w-]+\.)*(?:{start})(?::\d+)?/"
    return tuple(f"{site}{_FOLDERS}{_generalised(rows)}$" for rows in kept[:MOST_PATTERNS])


def _tail(url: str, folders: int) -> list[str]:
    """The pieces of an address from so many folders before its first numbered segment; empty for one without a number."""
    parts = urlsplit(url)
    segments = parts.path.lstrip("/").split("/")
    first = next((n for n, segment in enumerate(segments) if re.search(r"\d", segment)), None)
    if first is None:
        first = len(segments) - 1 if re.search(r"\d", parts.query) else None
    if first is None:
        return []
    text = "/".join(segments[max(0, first - folders) :]) + (f"?{parts.query}" if parts.query else "")
    return [piece for piece in re.split(r"([^0-9A-Za-z%]+)", text) if piece]


def _outline(piece: str) -> str:
    """A piece without what differs from article to article: `#` for a number, `@` for one with letters."""
    if not re.search(r"\d", piece):
        return piece
    return "#" if piece.isdigit() else "@"


def _generalised(rows: Sequence[Sequence[str]]) -> str:
    """One expression for addresses of one form; their last number is the article's own and of any length."""
    numbered = [n for n, piece in enumerate(rows[0]) if re.search(r"\d", piece)]
    return "".join(_piece([row[n] for row in rows], is_own=n == numbered[-1]) for n in range(len(rows[0])))


def _piece(samples: Sequence[str], *, is_own: bool) -> str:
    if not re.search(r"\d", samples[0]):
        return _escaped(samples[0])
    plain = [_NUMBERED.fullmatch(sample) for sample in samples]
    words = {match[1] if match else None for match in plain}
    word = words.pop()
    if words or word is None:
        return _IDENTITY
    lengths = {len(sample) - len(word) for sample in samples}
    fixed = not is_own and len(lengths) == 1 and lengths <= _DATE_LENGTHS
    return word + (rf"\d{{{lengths.pop()}}}" if fixed else r"\d+")


def _escaped(text: str) -> str:
    """As a reader would write it: of what stands in addresses only these mean something else."""
    return re.sub(r"([.?+*()\[\]{}|^$\\])", r"\\\1", text)


def site_host(url: str) -> str:
    """The registrable domain of an address, as `hosts` has it."""
    return pace_group(url).partition(":")[0]


def name_from(url: str) -> str:
    """A portal's name: the first label of its registrable domain, as far as a name may hold it."""
    label = site_host(url).partition(".")[0].lower()
    return re.sub(r"[^a-z0-9_-]", "", label).lstrip("_-") or "site"


def share_matched(urls: Iterable[str], patterns: Iterable[str]) -> float:
    """The share of the addresses that one of the patterns is found in; 0 for none."""
    compiled = [re.compile(pattern) for pattern in patterns]
    counted = Counter(any(pattern.search(url) for pattern in compiled) for url in urls)
    return counted[True] / counted.total() if counted else 0.0


def as_toml(draft: Draft) -> str:
    """The text of a portal's file; `docs/portals.md` explains its keys."""
    lines = [
        _line("title", draft.title),
        _line("province", draft.province),
        _line("home", draft.home),
        _line("hosts", draft.hosts),
        _line("evidence", draft.evidence),
        f"enabled = {'false' if draft.off_because else 'true'}",
    ]
    optional = (
        ("off_because", draft.off_because),
        ("seen", draft.seen),
        ("charset", draft.charset),
        ("pace_seconds", draft.pace_seconds),
        ("article_patterns", draft.article_patterns),
        ("examples", draft.examples),
        ("notes", draft.notes),
    )
    lines += [_line(key, value) for key, value in optional if value is not None and value not in ((), "")]
    for source in draft.sources:
        lines += ["", "[[sources]]"]
        lines += [_line("title", source.title)] if source.title else []
        lines.append(_line("url", source.url))
        lines += [_line("kind", source.kind)] if source.kind != "list" else []
        lines += [_line("query_charset", source.query_charset)] if source.query_charset != "utf-8" else []
        lines.append(_line("seen", draft.looked_in))
    return "\n".join(lines) + "\n"


def _line(key: str, value: object) -> str:
    return f"{key} = {_value(value)}"


def _value(value: object) -> str:
    if isinstance(value, tuple):
        return f"[{', '.join(map(_value, value))}]"
    if not isinstance(value, str):
        return str(value)
    clean = re.sub(r"[\x00-\x1f\x7f]+", " ", value)
    # A literal string shows a pattern as it is.
    return f"'{clean}'" if "\\" in clean and "'" not in clean else json.dumps(clean, ensure_ascii=False)
