"""One page in, one reading out: every part of the article with the rule that gave it."""

from dataclasses import dataclass, field

from crawler.reading.addresses import canonical_address, further_pages
from crawler.reading.body import (
    Body,
    find_body,
    is_caption,
    is_credit,
    is_foreign,
    is_summary,
    value_lines,
    without_button,
)
from crawler.reading.bylines import is_byline
from crawler.reading.credits import Credits, read_credits
from crawler.reading.decoding import Decoded, decode
from crawler.reading.document import Document, Line, parse
from crawler.reading.images import absolute, find_attachments, find_images
from crawler.reading.kinds import not_a_page, refusal
from crawler.reading.labels import labels
from crawler.reading.page import Page, PageOutcome, Reading, ReadingRules
from crawler.reading.timing import Publication, find_publication
from crawler.reading.titles import Headline, bare, find_headline
from storage import Article, Trace

_LEAST_BODY = 40
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
    trace: list[Trace] = field(default_factory=list)


def read_page(page: Page, rules: ReadingRules | None = None) -> Reading:
    """Read one article page. Never raises on what a page may hold; says what the page is when it is no article."""
    rules = rules or ReadingRules()
    if kind := not_a_page(page.body, page.content_type):
        return Reading(outcome="not_html", detail=kind)
    decoded = decode(page.body, page.content_type, rules.charset)
    document = parse(decoded.text)
    refused = refusal(document)
    if refused is not None:
        return Reading(outcome=refused[0], detail=refused[1])
    parts = _find_parts(document, page)
    outcome, detail = _outcome(document, parts)
    return Reading(outcome=outcome, article=_article(page, rules, decoded, document, parts), detail=detail)


def _find_parts(document: Document, page: Page) -> _Parts:
    headline = find_headline(document, page.link.title if page.link else "")
    after = headline.last if headline else -1
    body = find_body(document, value_lines(document, after), after=after)
    publication = find_publication(document, headline, body, page)
    credits = read_credits(document, headline, body, publication.printed)
    paragraphs = _paragraphs(document, headline, body)
    return _Parts(headline, body, publication, credits, paragraphs)


def _paragraphs(document: Document, headline: Headline | None, body: Body) -> list[str]:
    """The report's paragraphs without bylines, captions and the site's own lines."""
    if body.first < 0:
        return []
    title = bare(headline.text) if headline else ""
    numbers = range(body.first, body.last + 1)
    kept = [n for n in numbers if not _not_report(document.lines[n], title)]
    spoken = [n for n in kept if not is_caption(document.lines[n])]
    if sum(len(document.lines[n].text) for n in spoken) >= _LEAST_BODY:
        kept = spoken
    texts = (without_button(document.lines[n].text) for n in kept)
    return [text for text in texts if text]


def _not_report(line: Line, title: str) -> bool:
    text = without_button(line.text)
    if not text or bare(text) == title:
        return True
    if line.linked * 2 > len(line.text) and not text.endswith(("。", "！", "？", "”")):
        return True
    if is_byline(text) or is_credit(text) or is_summary(text) or is_foreign(text):
        return True
    return len(text) < 60 and _only_labels(text)


def _only_labels(text: str) -> bool:
    found = labels(text)
    return (
        bool(found)
        and text.lstrip(" 【[（(").startswith(found[0].label[0])
        and any(one.role != "other" for one in found)
    )


def _outcome(document: Document, parts: _Parts) -> tuple[PageOutcome, str]:
    size = sum(len(text) for text in parts.paragraphs)
    if parts.headline is None:
        return ("layout", "text but no headline") if size else ("not_an_article", "neither headline nor body")
    if size >= _LEAST_BODY:
        return "article", ""
    if document.videos:
        return "video", "a player and no text"
    return ("article", "") if size else ("no_body", "a headline without text")


def _article(
    page: Page, rules: ReadingRules, decoded: Decoded, document: Document, parts: _Parts
) -> Article | None:
    if parts.headline is None and not parts.paragraphs:
        return None
    base = absolute(page.url, document.base) or page.url
    canonical, canonical_rule = canonical_address(document, page.url, rules.hosts)
    moment = parts.publication.moment
    text = "\n".join(parts.paragraphs)
    headline = parts.headline or Headline("", "none")
    trace = (
        Trace(field="title", rule=headline.rule, detail=document.title[:120]),
        *parts.publication.trace,
        *parts.credits.trace,
        Trace(field="text", rule=parts.body.rule, detail=f"lines {parts.body.first}-{parts.body.last}"),
        Trace(field="canonical_url", rule=canonical_rule),
        Trace(field="charset", rule=decoded.charset_from, detail=decoded.charset),
        *parts.trace,
    )
    return Article(
        url=page.url,
        canonical_url=canonical,
        portal=rules.portal,
        title=headline.text,
        subtitle=headline.subtitle,
        published_at=moment.at if moment else None,
        precision=moment.precision if moment else "day",
        source=parts.credits.source,
        authors=tuple(parts.credits.authors),
        editors=tuple(parts.credits.editors),
        text=text,
        images=find_images(document, parts.body, base),
        attachments=find_attachments(document, parts.body, base),
        language=_language(headline.text + text),
        fetched_at=page.fetched_at,
        charset=decoded.charset,
        charset_from=decoded.charset_from,
        missing_pages=further_pages(document, parts.body, page.url),
        trace=trace,
    )


def _language(text: str) -> str:
    sample = text[:3000]
    traditional = sum(char in _TRADITIONAL and char not in _SIMPLIFIED for char in sample)
    simplified = sum(char in _SIMPLIFIED and char not in _TRADITIONAL for char in sample)
    if not any("\u3400" <= char <= "\u9fff" for char in sample):
        return "und"
    return "zh-Hant" if traditional > simplified else "zh-Hans"
