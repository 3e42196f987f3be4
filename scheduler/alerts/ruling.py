"""From a rule as the user wrote it to a rule as the archive keeps it. Pure.

A name that nothing bears would silence a rule without a word: it is refused, with the nearest that there is.
"""

import difflib
from collections.abc import Iterable, Mapping

from scheduler.alerts.sections import RuleSection, UrgentSection
from scheduler.alerts.vocabulary import Vocabulary
from storage import Bound, FigureWords, Rule, Urgency, fold, lies_in, parse_bound

PLAIN = (
    "name", "categories", "min_score", "words", "all_words", "not_words", "also", "digest", "quiet",
)  # fmt: skip
"""Keys that mean the same in both."""
CLOSE = 0.5
"""How alike two names are, at least, for one to be meant by the other."""
ALIKE, OFFERED = 50, 3
"""How many such are looked at, and offered: first those that begin with the same character."""
EXAMPLES: Mapping[str, str] = {
    "provinces": "甘肃, 内蒙古, 全国",
    "places": "兰州, 甘肃省兰州市城关区",
    "portals": "jindu portals list",
    "substances": "海洛因, heroin",
}


def rule_of(section: RuleSection, channels: Iterable[str], known: Vocabulary) -> Rule:
    """The rule, on `channels` unless it names its own. Raises ValueError that says what to write."""
    substances = known.figures.substances
    return Rule(
        channels=section.channels or tuple(channels),
        provinces=frozenset(_named("provinces", one, known.provinces) for one in section.provinces),
        places=tuple(_place(one, known.places) for one in section.places),
        portals=frozenset(_named("portals", one, known.portals) for one in section.portals),
        substances=frozenset(_named("substances", one, substances) for one in section.substances),
        figures=_bounds(section.figures, known.figures),
        urgent=_urgency(section.urgent, known.figures) if section.urgent else None,
        **{name: getattr(section, name) for name in PLAIN},
    )


def _urgency(section: UrgentSection, words: FigureWords) -> Urgency:
    return Urgency(
        figures=_bounds(section.figures, words), categories=frozenset(section.categories), score=section.score
    )


def _bounds(written: Iterable[str], words: FigureWords) -> tuple[Bound, ...]:
    return tuple(parse_bound(one, words) for one in written)


def _named(key: str, written: str, names: Mapping[str, str]) -> str:
    found = names.get(fold(written))
    if found is None:
        raise ValueError(_unknown(key, written, names))
    return found


def _place(written: str, names: Mapping[str, str]) -> str:
    """As it is looked for in the full names of divisions."""
    place = fold(written)
    if not any(lies_in(full, place) for full in set(names.values())):
        raise ValueError(_unknown("places", written, names))
    return place


def _unknown(key: str, written: str, names: Iterable[str]) -> str:
    close = difflib.get_close_matches(fold(written), list(names), n=ALIKE, cutoff=CLOSE)
    close.sort(key=lambda name: name[:1] != fold(written)[:1])
    meant = f"是不是 (did you mean) {'、'.join(close[:OFFERED])}? " if close else ""
    return f"{key}: {written}: 不认识 (unknown)；{meant}写法如 (write such as): {EXAMPLES[key]}"
