"""A portal's own selectors: what they find is believed, and a selector that finds nothing is reported."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache

from cssselect import GenericTranslator, SelectorError
from lxml import etree

from crawler.reading.credits import Credits
from crawler.reading.dates import exact, moments
from crawler.reading.document import Document, Frame, squeeze
from crawler.reading.labels import labels
from crawler.reading.names import people
from crawler.reading.page import Page
from crawler.reading.publication import Publication
from crawler.reading.sources import source_name
from crawler.reading.titles import Headline
from storage import Trace

FIELDS = ("title", "published", "source", "authors", "editors", "body")
"""The fields that a portal may override."""
_RULE = "selector"


@dataclass(slots=True)
class Overrides:
    """What the selectors of one portal found on one page."""

    texts: dict[str, str] = field(default_factory=dict)
    body: Frame | None = None
    trace: list[Trace] = field(default_factory=list)
    """One entry for each selector that is broken."""


def find_overrides(document: Document, selectors: Mapping[str, str]) -> Overrides:
    """Ask each selector; one that cannot be read or finds nothing is noted in the trace."""
    found = Overrides()
    for name, selector in selectors.items():
        if name not in FIELDS:
            found.trace.append(_broken(name, f"no such field; write one of {', '.join(FIELDS)}"))
            continue
        try:
            element = _first(document, selector)
        except (etree.XPathError, SelectorError, ValueError) as error:
            found.trace.append(_broken(name, f"{selector!r} cannot be read: {error}"))
            continue
        text = _text(element)
        if not text:
            found.trace.append(_broken(name, f"{selector!r} finds nothing"))
        elif name == "body":
            found.body = _frame(document, element)
            if found.body is None:
                found.trace.append(_broken(name, f"{selector!r} finds no block element"))
        else:
            found.texts[name] = text
    return found


def _broken(name: str, why: str) -> Trace:
    return Trace(field=name, rule="selector broken", detail=why[:200])


@lru_cache(maxsize=512)
def _compiled(selector: str) -> etree.XPath:
    if selector.startswith(("/", "./", "(")):
        return etree.XPath(selector)
    return etree.XPath(GenericTranslator().css_to_xpath(selector))


def _first(document: Document, selector: str) -> object:
    if document.root is None:
        return None
    found = _compiled(selector)(document.root)
    return found[0] if isinstance(found, list) and found else found or None


def _text(element: object) -> str:
    if isinstance(element, str):
        return squeeze(element)
    return squeeze("".join(map(str, element.itertext()))) if isinstance(element, etree._Element) else ""


def _frame(document: Document, element: object) -> Frame | None:
    return next((frame for frame in document.frames if frame.element is element), None)


def title_of(found: Overrides, headline: Headline | None) -> Headline | None:
    """The headline as the selector has it, at the place where it is printed."""
    text = found.texts.get("title")
    if not text:
        return headline
    return replace(headline, text=text, rule=_RULE) if headline else Headline(text, _RULE)


def apply(found: Overrides, page: Page, publication: Publication, credits: Credits) -> None:
    """Put what the selectors found in the place of what was read without them."""
    for name, text in found.texts.items():
        if name == "published":
            _publish(found, page, publication, text)
        elif name == "source":
            if source := source_name(_value(text)):
                credits.source = source
                credits.trace.append(Trace(field=name, rule=_RULE, detail=text[:80]))
        elif name in ("authors", "editors"):
            setattr(credits, name, list(people(_value(text))))
            credits.trace.append(Trace(field=name, rule=_RULE, detail=text[:80]))


def _publish(found: Overrides, page: Page, publication: Publication, text: str) -> None:
    moment = exact(text, latest=page.fetched_at) or next(moments(text, latest=page.fetched_at), None)
    if moment is None:
        found.trace.append(_broken("published", f"no time in {text[:60]!r}"))
        return
    publication.moment = moment
    publication.trace.insert(0, Trace(field="published_at", rule=_RULE, detail=text[:80]))


def _value(text: str) -> str:
    """What stands behind a label, if the selector takes the label along."""
    found = labels(text)
    return found[0].value if found and found[0].start <= 2 else text
