"""The entries of a list: which part of the page belongs to which link, and the date that is printed there.

An entry is the largest part of the page that holds one named link and no other. Where a list has no element around each
entry (title, date, line break), the date stands between two links; whether it belongs to the one before or the one
after is told by the list as a whole.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from lxml import etree

from crawler.reading.anchors import Anchor, date_at_end
from crawler.reading.dates import Moment
from crawler.reading.document import squeeze
from crawler.reading.listdates import listed_at

_HIGHEST = 8
_LONGEST_ENTRY = 3000
_LONGEST_DATE = 60
_NEIGHBOURS = 3
_MOST_STEPS = 600
_SEVERAL = ""
_Owners = Mapping[etree._Element, str]


def dates_beside(anchors: Sequence[Anchor], *, now: datetime) -> dict[str, Moment]:
    """Address → the date printed in its entry, seen at `now`."""
    owners = _owners(anchors)
    found: dict[str, Moment] = {}
    flat: list[Anchor] = []
    for anchor in anchors:
        entry = _entry(anchor, owners)
        moment = _in_entry(entry, now)
        if moment is not None:
            found.setdefault(anchor.url, moment)
        else:
            flat.append(anchor)
    for url, moment in _between(flat, owners, now).items():
        found.setdefault(url, moment)
    return found


def _owners(anchors: Iterable[Anchor]) -> dict[etree._Element, str]:
    """Element → the one address linked from inside it, `_SEVERAL` where there are more."""
    owners: dict[etree._Element, str] = {}
    for anchor in anchors:
        element: etree._Element | None = anchor.element
        for _ in range(_HIGHEST):
            if element is None or element.tag in ("body", "html"):
                break
            if owners.setdefault(element, anchor.url) != anchor.url:
                owners[element] = _SEVERAL
            element = element.getparent()
    return owners


def _entry(anchor: Anchor, owners: _Owners) -> etree._Element:
    entry: etree._Element = anchor.element
    while (outer := entry.getparent()) is not None and owners.get(outer) == anchor.url:
        entry = outer
    return entry


def _in_entry(entry: etree._Element, now: datetime) -> Moment | None:
    """The date of an entry: in words of its own before the link's, where a headline may name any day."""
    length = 0
    own: list[str] = []
    linked: list[str] = []
    for text, in_link in _chunks(entry):
        length += len(text)
        if length > _LONGEST_ENTRY:
            break
        (linked if in_link else own).append(squeeze(text))
    alone = _first((text for text in (*own, *linked) if _is_only_a_date(text, now)), now)
    beside = alone or listed_at(squeeze(" ".join(own))[-_LONGEST_DATE:], now=now) or _first(own, now)
    return beside or _first((date_at_end(text) for text in linked), now)


def _chunks(entry: etree._Element) -> Iterator[tuple[str, bool]]:
    """The texts under an entry in order, each with whether it stands inside a link."""
    stack: list[tuple[etree._Element, bool, bool]] = [(entry, entry.tag == "a", False)]
    for _ in range(_MOST_STEPS):
        if not stack:
            return
        element, in_link, is_tail = stack.pop()
        if is_tail:
            if element.tail:
                yield element.tail, in_link
            continue
        if not isinstance(element.tag, str) or element.tag in ("script", "style"):
            continue
        if element.text:
            yield element.text, in_link
        for child in reversed(element[:_MOST_STEPS]):
            stack.append((child, in_link, True))
            stack.append((child, in_link or child.tag == "a", False))


def _first(texts: Iterable[str], now: datetime) -> Moment | None:
    for text in texts:
        moment = listed_at(text, now=now) if 0 < len(text) <= _LONGEST_DATE else None
        if moment is not None:
            return moment
    return None


def _is_only_a_date(text: str, now: datetime) -> bool:
    moment = listed_at(text, now=now)
    return moment is not None and moment.end - moment.start >= len(text.strip("[]【】()（） "))


def _between(anchors: Sequence[Anchor], owners: _Owners, now: datetime) -> dict[str, Moment]:
    """The dates of entries that no element holds together: all before their links, or all after."""
    after: dict[str, Moment] = {}
    before: dict[str, Moment] = {}
    for anchor in anchors:
        entry = _entry(anchor, owners)
        for side, found in ((_following(entry, owners), after), (_preceding(entry, owners), before)):
            moment = _first(side, now)
            if moment is not None:
                found.setdefault(anchor.url, moment)
    return after if len(after) >= len(before) else before


def _following(entry: etree._Element, owners: _Owners) -> Iterator[str]:
    yield squeeze(entry.tail or "")
    for place, neighbour in enumerate(entry.itersiblings()):
        if place == _NEIGHBOURS or neighbour in owners:
            return
        yield squeeze("".join(_plain(neighbour)))
        yield squeeze(neighbour.tail or "")


def _preceding(entry: etree._Element, owners: _Owners) -> Iterator[str]:
    for place, neighbour in enumerate(entry.itersiblings(preceding=True)):
        yield squeeze(neighbour.tail or "")
        if place == _NEIGHBOURS or neighbour in owners:
            return
        yield squeeze("".join(_plain(neighbour)))
    parent = entry.getparent()
    yield squeeze((parent.text if parent is not None else "") or "")


def _plain(element: etree._Element) -> Iterator[str]:
    length = 0
    for text, _ in _chunks(element):
        length += len(text)
        if length > _LONGEST_DATE:
            return
        yield text
