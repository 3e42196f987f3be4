"""What rules may name: provinces, places, portals, figures. Each is read only for a rule that names one of them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from crawler.portals import load_portals
from crawler.topics import Topic, choose_topic
from crawler.topics.divisions import load_gazetteer
from scheduler.alerts.sections import RuleSection
from storage import FigureWords, figure_words, fold

NATIONAL = "全国"


@dataclass(frozen=True, kw_only=True, slots=True)
class Vocabulary:
    """Names as people write them, folded, and what they stand for."""

    figures: FigureWords = field(default_factory=FigureWords)
    provinces: Mapping[str, str] = field(default_factory=dict)
    """甘肃, 甘肃省 → 甘肃, as verdicts name it."""
    places: Mapping[str, str] = field(default_factory=dict)
    """Every division by its short, its own and its full name: 兰州, 兰州市, 甘肃省兰州市 → 甘肃省兰州市."""
    portals: Mapping[str, str] = field(default_factory=dict)
    """Name and title → name."""


def vocabulary_of(section: RuleSection, *, topic: Path | None, portals: Path | None) -> Vocabulary:
    """What a rule is held against; `topic` and `portals` are the folders of the user's own."""
    of_figures = section.figures or section.substances or (section.urgent and section.urgent.figures)
    return Vocabulary(
        figures=words_of(choose_topic(topic or "")) if of_figures else FigureWords(),
        provinces=_provinces() if section.provinces else {},
        places=_places() if section.places else {},
        portals=_portals(portals) if section.portals else {},
    )


def words_of(topic: Topic) -> FigureWords:
    """The words in which bounds are written: the shipped ones, and the topic's measures and substances."""
    own = FigureWords(
        measures={
            fold(word): (name, measure.unit)
            for name, measure in topic.figures.measures.items()
            for word in (name, measure.name)
        },
        substances={
            fold(word): one.id
            for one in topic.substances
            for word in (*one.slang, one.id, one.name, *one.names)
        },
    )
    return own.joined(figure_words())


def _provinces() -> dict[str, str]:
    units = [one for one in load_gazetteer().divisions if len(one.path) == 1]
    return {NATIONAL: NATIONAL} | {name: one.province for one in units for name in (one.province, one.full)}


def _places() -> dict[str, str]:
    divisions = load_gazetteer().divisions
    return {name: one.full for one in divisions for name in (one.short, one.path[-1], one.full) if name}


def _portals(folder: Path | None) -> dict[str, str]:
    known = load_portals(folder)
    return {fold(word): name for name, portal in known.items() for word in (portal.title, name)}
