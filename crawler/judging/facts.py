"""The figures of a report: what was counted, how much, when, and the words that say so.

Reading goes from numbers outwards. Each number with a unit is explained by the noun nearest to it and the deed that governs it
(`counting`), within a passage that speaks of the topic (`sections`, `drafting`); then substances, repeats and comparisons are
settled over the whole story (`settling`). The words are the topic's data; see `docs/figures.md`.
"""

from datetime import datetime

from crawler.judging.accepting import Draft
from crawler.judging.dating import date_drafts
from crawler.judging.drafting import Story, drafts
from crawler.judging.lexicon import Cue, lexicon
from crawler.judging.normalise import normalise
from crawler.judging.periods import Period
from crawler.judging.places import NATIONAL, find_places
from crawler.judging.sections import Section, sections
from crawler.judging.settling import settle
from crawler.judging.squeezing import Squeezed, squeeze
from crawler.topics import Topic
from storage import SHANGHAI, Fact

_NATIONAL = ("全国", "我国")
_NATIONAL_WITHIN = 60


def find_facts(
    text: str, *, title: str, published_at: datetime | None, place: str | None, topic: Topic
) -> tuple[Fact, ...]:
    """Every figure of the topic in a text, in order of place. Linear in the text's length; never raises on any text.

    Args:
        text: the body as archived; evidence counts its characters.
        title: the headline: context only, no figure is drawn from it.
        published_at: what periods such as 今年以来 are resolved against; None leaves them as printed.
        place: where the story is, for figures whose own words do not say.
        topic: whose measures are looked for.
    """
    if not topic.figures.rules:
        return ()
    squeezed = squeeze(normalise(text))
    plain = squeezed.plain
    words = lexicon(topic)
    cues = words.find(plain)
    headline = words.find(normalise(title)).found
    titled = any(_speaks(cue) for cue in headline)
    if not titled and not any(_speaks(cue) for cue in cues.found):
        return ()
    published = published_at.astimezone(SHANGHAI).date() if published_at else None
    found: list[Draft] = []
    for section in sections(plain):
        ours = titled and section.whole
        if ours or any(_speaks(cue) for cue in cues.between(section.start, section.end)):
            story = Story(plain, section, cues, topic)
            settled = settle(story, drafts(story, ours=ours), headline if section.whole else ())
            date_drafts(plain, section, settled, published=published)
            _locate(plain, section, settled)
            found.extend(settled)
    return tuple(_fact(text, squeezed, draft, place) for draft in found)


def _speaks(cue: Cue) -> bool:
    return "drug" in cue.word.context


def _locate(plain: str, section: Section, found: list[Draft]) -> None:
    """A figure of the whole country says so; a brief of a digest tells its own place."""
    if not found:
        return
    own = None
    if not section.whole:
        places = find_places((plain[section.start : section.end],))
        own = next(iter(places.places), places.province)
    for draft in found:
        before = plain[
            max(draft.sentence.start, draft.quantity.start - _NATIONAL_WITHIN) : draft.quantity.start
        ]
        draft.place = NATIONAL if any(word in before for word in _NATIONAL) else own


def _printed(text: str, squeezed: Squeezed, period: Period | None) -> str | None:
    if period is None or period.start == period.end:
        return None
    return text[squeezed.place(period.start) : squeezed.end(period.end)]


def _fact(text: str, squeezed: Squeezed, draft: Draft, place: str | None) -> Fact:
    period = draft.period
    first, last = period.bounds() if period else (None, None)
    start, end = squeezed.place(draft.start), squeezed.end(draft.end)
    return Fact(
        measure=draft.measure,
        value=draft.quantity.value,
        unit=draft.count.unit,
        qualifier=draft.quantity.qualifier,
        substance=draft.substance,
        period=_printed(text, squeezed, period),
        period_from=first,
        period_to=last,
        place=draft.place or place,
        change=draft.change,
        basis=draft.basis,
        target=draft.target,
        uncertain=draft.uncertain,
        evidence=text[start:end],
        start=start,
        end=end,
    )
