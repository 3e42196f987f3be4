"""Look at a new site once and draft its portal file."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from crawler.portals import PortalSource
from crawler.portals.drafting import (
    Draft,
    DraftSource,
    feeds_of,
    guess_province,
    learn_patterns,
    search_of,
    share_matched,
    site_host,
    site_names,
    sitemaps_in,
    undeclared_charset,
)
from crawler.reading import ListRules, Page, ReadingRules, read_list
from scheduler.fetching import FetchError
from scheduler.trying import LISTS, READ, SAMPLES, Sample, Visitor, kind_of, try_article
from storage import SHANGHAI, Link, SourceKind

LEAST_MATCHED = 0.9
"""A pattern that misses more of the articles than this leaves, or takes in as many other links, is not written."""
LEAST_LINKS = 3
"""A pattern learnt from fewer articles is a guess."""


class SurveyError(Exception):
    """Nothing could be learnt of the site: the line says what its page turned out to be and what to do."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Wanted:
    """What the person said about the site; None where the site is to tell."""

    name: str
    title: str | None = None
    province: str | None = None
    pace_seconds: float | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Survey:
    """What one look found."""

    draft: Draft
    """Its province is empty when nobody said it and the site's name does not tell."""
    links: int
    samples: tuple[Sample, ...]
    findings: tuple[str, ...]
    """How sure each part is, in words."""


@dataclass(frozen=True, kw_only=True, slots=True)
class _Lists:
    page: Page
    hosts: tuple[str, ...]
    charset: str | None
    sources: tuple[DraftSource, ...]
    links: tuple[Link, ...]
    """Of the page and its feeds, the page's first, each address once; what sitemaps list may be years old."""


def survey(url: str, wanted: Wanted, visitor: Visitor) -> Survey:
    """Ask for the page, its feeds and two of its articles. Raises FetchError, and SurveyError when it lists no articles."""
    lists = _look(url, visitor)
    patterns = _patterns(lists)
    rules = ReadingRules(portal=wanted.name, hosts=lists.hosts, charset=lists.charset)
    samples = tuple(try_article(link, visitor, rules) for link in lists.links[:SAMPLES])
    return Survey(
        draft=_draft(lists, wanted, patterns, samples),
        links=len(lists.links),
        samples=samples,
        findings=_findings(lists, patterns, samples),
    )


def _look(url: str, visitor: Visitor) -> _Lists:
    page = visitor.get(url)
    kind, hosts = kind_of(page), (site_host(page.url),)
    charset = undeclared_charset(page) if kind == "list" else None
    listing = read_list(page, kind, ListRules(hosts=hosts, charset=charset))
    if not listing.links:
        raise SurveyError(
            f"{url}: 这一页上没有找到文章 ({listing.outcome} {listing.detail}): give a page that lists its news, "
            "such as a channel; `jindu inspect --links URL` shows what is read there"
        )
    _, channel = site_names(page, charset)
    sources, links = [DraftSource(url=page.url, kind=kind, title=channel)], list(listing.links)
    for feed in feeds_of(page, hosts) if kind == "list" else ():
        found = _listed(feed, "feed", hosts, visitor)
        if found is not None:
            sources.append(DraftSource(url=feed, kind="feed"))
            links += found
    for sitemap in sitemaps_in(visitor.robots(page.url), hosts):
        if _listed(sitemap, "sitemap", hosts, visitor) is not None:
            sources.append(DraftSource(url=sitemap, kind="sitemap"))
    sources += _search(page, hosts, charset, visitor)
    once = {link.url: link for link in reversed(links)}
    ordered = tuple(once[address] for address in dict.fromkeys(link.url for link in links))
    return _Lists(page=page, hosts=hosts, charset=charset, sources=tuple(sources), links=ordered)


def _listed(url: str, kind: SourceKind, hosts: tuple[str, ...], visitor: Visitor) -> tuple[Link, ...] | None:
    """The links of a feed or sitemap that the site names; None where it is none, which sites often leave behind."""
    try:
        listing = read_list(visitor.get(url), kind, ListRules(hosts=hosts))
    except FetchError:
        return None
    return listing.links if listing.outcome in LISTS else None


def _search(page: Page, hosts: tuple[str, ...], charset: str | None, visitor: Visitor) -> list[DraftSource]:
    """The site's search, when it answers one word with a list of articles."""
    found = search_of(page, hosts, charset)
    if found is None:
        return []
    source = PortalSource(url=found[0], kind="search", query_charset=found[1])
    address = next(iter(source.addresses()))
    links = _listed(address, "search", hosts, visitor)
    return [DraftSource(url=source.url, kind="search", query_charset=source.query_charset)] if links else []


def _patterns(lists: _Lists) -> tuple[str, ...]:
    """Patterns that find the page's articles again, and hardly anything else; none where the addresses have no such form."""
    urls = [link.url for link in lists.links]
    for folders in (0, 1):
        patterns = learn_patterns(urls, lists.hosts, folders=folders)
        if _fit(patterns, urls, lists):
            return patterns
    return ()


def _fit(patterns: tuple[str, ...], urls: Sequence[str], lists: _Lists) -> bool:
    if share_matched(urls, patterns) < LEAST_MATCHED:
        return False
    if share_matched([source.url for source in lists.sources], patterns):
        return False
    rules = ListRules(
        article_patterns=tuple(map(re.compile, patterns)), hosts=lists.hosts, charset=lists.charset
    )
    again = {link.url for link in read_list(lists.page, lists.sources[0].kind, rules).links}
    return len(again - set(urls)) <= (1 - LEAST_MATCHED) * len(urls)


def _draft(lists: _Lists, wanted: Wanted, patterns: tuple[str, ...], samples: Sequence[Sample]) -> Draft:
    parts = urlsplit(lists.page.url)
    title = wanted.title or site_names(lists.page, lists.charset)[0] or lists.hosts[0]
    good = [sample for sample in samples if not sample.troubles]
    sure = bool(patterns) and len(lists.links) >= LEAST_LINKS and len(good) == len(samples)
    looked = lists.page.fetched_at.astimezone(SHANGHAI)
    off = "" if good else f"on {looked:%Y-%m-%d} none of its articles could be read whole"
    return Draft(
        title=title,
        province=wanted.province or guess_province(title) or "",
        home=f"{parts.scheme}://{parts.netloc}/",
        hosts=lists.hosts,
        sources=lists.sources,
        examples=_examples(samples, patterns),
        article_patterns=patterns,
        charset=lists.charset,
        pace_seconds=wanted.pace_seconds,
        seen=tuple(sorted({_year(sample) for sample in good})),
        looked_in=looked.year,
        evidence="B" if sure else "C",
        off_because=off,
        notes=f"Drafted on {looked:%Y-%m-%d} from one look at {lists.page.url}.",
    )


def _examples(samples: Sequence[Sample], patterns: Sequence[str]) -> tuple[str, ...]:
    read = [sample.url for sample in samples if sample.outcome in READ]
    return tuple(url for url in read if not patterns or share_matched([url], patterns))


def _year(sample: Sample) -> int:
    assert sample.published_at is not None, "a sample without a time is no good one"
    return sample.published_at.astimezone(SHANGHAI).year


def _findings(lists: _Lists, patterns: tuple[str, ...], samples: Sequence[Sample]) -> tuple[str, ...]:
    dated = sum(link.published_at is not None for link in lists.links)
    feeds, maps, searches = (
        sum(source.kind == kind for source in lists.sources[1:]) for kind in ("feed", "sitemap", "search")
    )
    urls = [link.url for link in lists.links]
    good = sum(not sample.troubles for sample in samples)
    return (
        f"找到 {len(urls)} 篇文章的链接，{dated} 条带日期 ({len(urls)} links to articles, {dated} with a date)",
        f"另有 {feeds} 个订阅源、{maps} 个站点地图、{searches} 个搜索 ({feeds} feeds, {maps} sitemaps, {searches} searches beside the page)",
        f"网址规律 {len(patterns)} 条，符合 {share_matched(urls, patterns):.0%} ({len(patterns)} patterns match so many of them)"
        if patterns
        else "网址没有可靠的规律，按形状辨认 (no sure pattern in the addresses: articles will be told by their shape)",
        f"编码 {lists.charset}：网页没有说明或说错 (charset guessed: the page declares none or a false one)"
        if lists.charset
        else "编码以网页说明为准 (the page declares its charset)",
        f"{len(samples)} 篇样本中 {good} 篇读得完整 ({good} of {len(samples)} samples read whole)",
    )
