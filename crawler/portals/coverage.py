"""What is known, guessed and unknown about each portal: `python -m crawler.portals.coverage` prints docs/coverage-of-portals.md.

Everything on that page is told by the portal files; a test compares them.
"""

import sys
from collections import Counter
from collections.abc import Iterable, Mapping

from crawler.portals.loading import load_portals
from crawler.portals.portal import NATIONAL, PROVINCES, Portal
from crawler.portals.source import PortalSource

LISTS_LATELY = 2020
"""A list last seen in an earlier year counts as a guess: most sites were rebuilt since."""
ARTICLES_LATELY = 2023
"""When no article of this year or later has been seen, addresses may have another form today."""

_HEAD = """# What is known of each portal

Made from the portal files by `python -m crawler.portals.coverage`; please mend those, not this page. Nothing was checked against the
running sites: `jindu status` shows what each list really answers.

{counts}.

- **known**: lists (APIs, feeds) that are on and were seen in {lists} or later, with the newest year.
- **guessed**: those that are on and were last seen before {lists}, or never (read off the addresses of articles, or the front page).
- **unknown**: what nobody has seen; addresses of articles count as unknown when none of {articles} or later was met. Unknown of every
  portal are robots.txt, XML sitemaps and, but for what is said here, feeds and searches: `jindu portals add` looks for them on new sites.
- **kept off**: what the file holds without looking at it.

`evidence` is explained in [portals.md](portals.md). 国家禁毒办 has no file: no site of its own is known, and it publishes on 中国禁毒网.

"""
_COLUMNS = (
    "unit", "portal", "evidence", "watched", "family", "articles", "known", "guessed", "unknown", "kept off, and why",
)  # fmt: skip
_KINDS = {"list": "list", "feed": "feed", "json": "API", "sitemap": "sitemap", "search": "search"}


def page(portals: Mapping[str, Portal]) -> str:
    """The whole page in Markdown, one row a portal, in the order of the provincial units."""
    ordered = sorted(portals.values(), key=lambda portal: (PROVINCES.index(portal.province), portal.name))
    rows = [_COLUMNS, ("---",) * len(_COLUMNS), *map(_cells, ordered)]
    head = _HEAD.format(counts=_counts(ordered), lists=LISTS_LATELY, articles=ARTICLES_LATELY)
    return head + "".join(f"| {' | '.join(row)} |\n" for row in rows)


def _counts(portals: Iterable[Portal]) -> str:
    known = list(portals)
    on = [portal for portal in known if portal.enabled]
    units = {portal.province for portal in on} - {NATIONAL}
    lists = sum(len(portal.watched()) for portal in on)
    return (
        f"{len(known)} portals, {len(on)} of them on; {len(units)} of the {len(PROVINCES) - 1} provincial units "
        f"{'is' if len(units) == 1 else 'are'} watched, through {lists} sources"
    )


def _cells(portal: Portal) -> tuple[str, ...]:
    on = [source for source in portal.sources if source.enabled]
    watched = "on" if portal.enabled else "off: " + portal.off_because.replace("|", "\\|")
    return (
        portal.province,
        f"[{portal.name}](../crawler/portals/{portal.name}.toml) {portal.title}",
        portal.evidence,
        watched,
        portal.family or "—",
        _span(portal.seen),
        _told(source for source in on if _is_known(source)),
        _told(source for source in on if not _is_known(source)),
        "; ".join(_unknown(portal)) or "—",
        _kept_off(portal),
    )


def _is_known(source: PortalSource) -> bool:
    return source.seen is not None and source.seen >= LISTS_LATELY


def _span(years: tuple[int, ...]) -> str:
    if not years:
        return "—"
    return f"{min(years)}–{max(years)}" if len(set(years)) > 1 else str(years[0])


def _told(sources: Iterable[PortalSource]) -> str:
    """Such as `2 lists seen in 2024; 1 list last seen in 2019; 1 feed never seen`, the newest first."""
    counted = Counter((source.seen or 0, source.kind) for source in sources)
    # By year, the newest first; kinds as they come.
    ordered = sorted(counted.items(), key=lambda entry: -entry[0][0])
    return "; ".join(_phrase(year, _KINDS[kind], count) for (year, kind), count in ordered) or "—"


def _phrase(year: int, kind: str, count: int) -> str:
    plural = "" if count == 1 else "es" if kind == "search" else "s"
    if not year:
        return f"{count} {kind}{plural} never seen"
    return f"{count} {kind}{plural} {'seen' if year >= LISTS_LATELY else 'last seen'} in {year}"


def _kept_off(portal: Portal) -> str:
    """The sources that the file holds and keeps off, each with its reason."""
    reasons: dict[str, list[str]] = {}
    for source in portal.sources:
        if not source.enabled:
            reasons.setdefault(source.note, []).append(source.title)
    told = (f"{', '.join(titles)}: {note}" for note, titles in reasons.items())
    return " ".join(told).replace("|", "\\|") or "—"


def _unknown(portal: Portal) -> Iterable[str]:
    if not any(_is_known(source) for source in portal.sources if source.enabled):
        yield "lists of today" if portal.sources else "lists"
    if not portal.seen:
        yield "an article"
    elif max(portal.seen) < ARTICLES_LATELY:
        yield f"addresses of articles after {max(portal.seen)}"
    if not portal.family:
        yield "template family"


if __name__ == "__main__":
    sys.stdout.write(page(load_portals()))
