"""Articles printed on several pages: which page to ask for next, and one article of them all. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from crawler.reading import Reading
from storage import Article, Capture, Trace

MOST_PAGES = 20
"""More pages than this are not asked for; the article then names the missing ones."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Pages:
    """The pages of one article that were read so far."""

    reading: Reading
    """Of the first page; it gives the headline and all else but the text and the pictures."""
    further: tuple[Article, ...] = ()
    missing: tuple[str, ...] = ()
    """Addresses still to be asked for, in order."""
    lost: tuple[str, ...] = ()
    """Addresses that gave no text."""
    captures: tuple[Capture, ...] = ()
    """The answers that gave text, in the order of the pages."""

    @classmethod
    def begin(cls, reading: Reading, answer: Capture | None = None) -> "Pages":
        """The first page was read from that answer."""
        missing = reading.article.missing_pages if reading.article is not None else ()
        return cls(reading=reading, missing=missing, captures=(answer,) if answer else ())

    @property
    def next(self) -> str | None:
        """The address to ask for next; None when there is nothing more to ask."""
        asked = 1 + len(self.further) + len(self.lost)
        return self.missing[0] if self.missing and asked < MOST_PAGES else None

    def with_page(self, article: Article | None, answer: Capture | None = None) -> "Pages":
        """The next page was read, or (None) gave nothing. Pages it names beyond the known ones are asked for too."""
        asked, *rest = self.missing
        if article is None or not article.text:
            return replace(self, missing=tuple(rest), lost=(*self.lost, asked))
        known = {asked, *rest, *self.lost, *(page.url for page in self.further), *self._first_urls()}
        more = [address for address in article.missing_pages if address not in known]
        captures = (*self.captures, answer) if answer else self.captures
        return replace(self, further=(*self.further, article), missing=(*rest, *more), captures=captures)

    def article(self) -> Article | None:
        """One article of all pages read; pages that were lost stay named in `missing_pages`."""
        first = self.reading.article
        if first is None or not (self.further or self.lost):
            return first
        texts = _without_repeats([first.text, *(page.text for page in self.further)])
        images = {image.url: image for page in (first, *self.further) for image in page.images}
        told = Trace(field="text", rule="pages", detail=f"{1 + len(self.further)} pages joined")
        return replace(
            first,
            text="\n".join(texts),
            images=tuple(images.values()),
            missing_pages=(*self.lost, *self.missing),
            trace=(*first.trace, told),
        )

    def _first_urls(self) -> tuple[str, ...]:
        article = self.reading.article
        return (article.url, article.canonical_url) if article is not None else ()


def _without_repeats(texts: Sequence[str]) -> list[str]:
    """Each text once: a portal may answer for a page it does not have with the first one."""
    return list(dict.fromkeys(text for text in texts if text))
