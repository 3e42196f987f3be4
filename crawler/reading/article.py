"""One page in, one reading out: every part of the article with the rule that gave it."""

import re
from dataclasses import dataclass, field

from crawler.families import Family, load_families
from crawler.reading.addresses import canonical_address, further_pages
from crawler.reading.anchors import absolute
from crawler.reading.body import Body, Place, find_body
from crawler.reading.credits import Credits, read_credits
from crawler.reading.decoding import Decoded, decode
from crawler.reading.document import Document, parse
from crawler.reading.images import find_attachments, find_images
from crawler.reading.kinds import not_a_page, refusal
from crawler.reading.overrides import apply, find_overrides, title_of
from crawler.reading.page import Page, PageOutcome, Reading, ReadingRules
from crawler.reading.paragraphs import LEAST, read_paragraphs
from crawler.reading.properties import comment_words, find_family, read_properties
from crawler.reading.publication import Publication, find_publication
from crawler.reading.titles import Headline, above_the_report, find_headline
from crawler.reading.worth import value_lines
from storage import Article, Trace

_PLAYER = re.compile(
    r"\.(?:mp4|m3u8|flv)\b|jwplayer|createPlayer|videojs|xgplayer|<embed|<video|ckplayer|prismplayer",
    re.IGNORECASE,
)
_PLAYER_WINDOW = 400_000
_HAN = re.compile(r"[\u3400-\u9fff]")
_GALLERY = re.compile(r"组图|图集|高清|图片|图说|一图|海报|[（(]\d*图[)）]")
# Behind the headline of a report in several pages.
_PAGE_NUMBER = re.compile(r"\s*[（(【\[]第?\d{1,2}页?[)）】\]]$")
# A page of links may still print so much in teasers.
_LIST_TEXT = 1500
_TRADITIONAL = frozenset(
    "這個們來國時會說對於發現經過還後學開關間報導讓為從動點實當與進將應黨總書記警緝製員區體務領導"
)
_SIMPLIFIED = frozenset(
    "这个们来国时会说对于发现经过还后学开关间报导让为从动点实当与进将应党总书记警缉制员区体务领导"
)


@dataclass(slots=True)
class _Parts:
    """What has been found on one page so far."""

    headline: Headline | None
    body: Body
    publication: Publication
    credits: Credits
    paragraphs: list[str]
    properties: dict[str, str]
    trace: list[Trace] = field(default_factory=list)


def read_page(page: Page, rules: ReadingRules | None = None) -> Reading:
    """Read one article page. Never raises on what a page may hold; says what the page is when it is no article."""
    rules = rules or ReadingRules()
    if kind := not_a_page(page.body, page.content_type):
        return Reading(outcome="not_html", detail=kind)
    decoded = decode(page.body, page.content_type, rules.charset)
    families = load_families()
    document = parse(decoded.text, comment_words(families.values()), tree=bool(rules.selectors))
    refused = refusal(document)
    if refused is not None:
        return Reading(outcome=refused[0], detail=refused[1])
    family = find_family(document, page.url, families, rules.family)
    parts = _find_parts(document, page, rules, family)
    outcome, detail = _outcome(document, parts)
    if outcome == "not_an_article":
        return Reading(outcome=outcome, detail=detail)
    return Reading(outcome=outcome, article=_article(page, rules, decoded, document, parts), detail=detail)


def _find_parts(document: Document, page: Page, rules: ReadingRules, family: Family | None) -> _Parts:
    properties = read_properties(document, family)
    overrides = find_overrides(document, rules.selectors)
    headline = title_of(overrides, find_headline(document, page.link.title if page.link else ""))
    after = headline.last if headline else -1
    hints = family.body if family else frozenset()
    values = value_lines(document, after)
    body = find_body(document, values, Place(after=after, hints=hints, within=overrides.body))
    headline = headline or above_the_report(document, body.first)
    if overrides.body is not None and body.first < 0:
        overrides.trace.append(Trace(field="body", rule="selector broken", detail="no text in what it finds"))
        body = find_body(document, values, Place(after=after, hints=hints))
    publication = find_publication(document, headline, body, page, told=properties.get("published", ""))
    credits = read_credits(document, headline, body, publication.printed, properties.get("source", ""))
    apply(overrides, page, publication, credits)
    parts = _Parts(
        headline, body, publication, credits, read_paragraphs(document, headline, body), properties
    )
    parts.trace = [*([Trace(field="page", rule=f"family:{family.name}")] if family else []), *overrides.trace]
    return parts


def _outcome(document: Document, parts: _Parts) -> tuple[PageOutcome, str]:
    size = sum(len(text) for text in parts.paragraphs)
    if document.truncated and size < LEAST:
        return "layout", "too deep or too many elements to be read to the end"
    if size < _LIST_TEXT and (links := _links_of_a_list(document, parts, size)):
        return "not_an_article", f"{links} lines of links and {size} characters of text"
    if parts.headline is None:
        return ("layout", "text but no headline") if size else ("not_an_article", "neither headline nor body")
    if size >= LEAST:
        return "article", ""
    if document.videos or _PLAYER.search(document.text, 0, _PLAYER_WINDOW):
        return "video", "a player and no text"
    if len(document.pictures) >= 3 and _GALLERY.search(parts.headline.text):
        return "gallery", "pictures and no text"
    return ("article", "") if size else ("no_body", "a headline without text")


def _links_of_a_list(document: Document, parts: _Parts, size: int) -> int:
    """How many lines are links, if they are what the page is about: many, and no byline beside little text."""
    links = sum(line.linked * 2 > len(line.text) for line in document.lines)
    printed = (
        parts.publication.printed is not None and parts.headline is not None and parts.headline.first >= 0
    )
    return links if links >= 40 and not printed and links * 8 > size else 0


def _article(
    page: Page, rules: ReadingRules, decoded: Decoded, document: Document, parts: _Parts
) -> Article | None:
    if parts.headline is None and not parts.paragraphs:
        return None
    base = absolute(document.base, page.url) or page.url
    canonical, canonical_rule = canonical_address(
        document, page.url, rules.hosts, parts.properties.get("url", "")
    )
    moment = parts.publication.moment
    text = "\n".join(parts.paragraphs)
    headline = parts.headline or Headline("", "none")
    missing = further_pages(document, parts.body, page.url)
    return Article(
        url=page.url,
        canonical_url=canonical,
        portal=rules.portal,
        title=_PAGE_NUMBER.sub("", headline.text) if missing else headline.text,
        subtitle=headline.subtitle,
        published_at=moment.at if moment else None,
        precision=moment.precision if moment else "day",
        source=parts.credits.source,
        authors=tuple(parts.credits.authors),
        editors=tuple(parts.credits.editors),
        text=text,
        images=find_images(document, parts.body, base, headline.last),
        attachments=find_attachments(document, parts.body, base),
        language=_language(headline.text + text),
        fetched_at=page.fetched_at,
        charset=decoded.charset,
        charset_from=decoded.charset_from,
        missing_pages=missing,
        trace=_trace(decoded, document, parts, headline, canonical_rule),
    )


def _trace(
    decoded: Decoded, document: Document, parts: _Parts, headline: Headline, canonical_rule: str
) -> tuple[Trace, ...]:
    """Which rule gave each part, and what spoke against it."""
    cut = (
        [Trace(field="page", rule="cut", detail="too deep or too many elements to be read to the end")]
        if document.truncated
        else []
    )
    return (
        Trace(field="title", rule=headline.rule, detail=document.title[:120]),
        *parts.publication.trace,
        *parts.credits.trace,
        Trace(field="text", rule=parts.body.rule, detail=f"lines {parts.body.first} to {parts.body.last}"),
        Trace(field="canonical_url", rule=canonical_rule),
        Trace(field="charset", rule=decoded.charset_from, detail=decoded.charset),
        *parts.trace,
        *cut,
    )


def _language(text: str) -> str:
    """Which script the text is written in, by the characters that differ between the two."""
    printed = set(text[:1000])
    if not _HAN.search(text, 0, 1000):
        return "und"
    return "zh-Hant" if len(printed & _TRADITIONAL) > len(printed & _SIMPLIFIED) else "zh-Hans"
