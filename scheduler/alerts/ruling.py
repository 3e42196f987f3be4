"""From a rule as the user wrote it to a rule as the archive keeps it. Pure."""

from collections.abc import Iterable

from crawler.topics import Topic
from scheduler.alerts.sections import RuleSection, UrgentSection
from storage import Bound, FigureWords, Rule, Urgency, figure_words, fold, parse_bound

PLAIN = (
    "name", "provinces", "places", "portals", "categories", "min_score", "words", "all_words", "not_words", "also", "digest",
    "quiet",
)  # fmt: skip
"""Keys that mean the same in both."""


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


def needs_words(section: RuleSection) -> bool:
    """Whether the rule speaks of figures or substances."""
    return bool(section.figures or section.substances or (section.urgent and section.urgent.figures))


def rule_of(section: RuleSection, channels: Iterable[str], words: FigureWords) -> Rule:
    """The rule, on `channels` unless it names its own. Raises ValueError that says what to write."""
    return Rule(
        channels=section.channels or tuple(channels),
        substances=frozenset(_substance(one, words) for one in section.substances),
        figures=_bounds(section.figures, words),
        urgent=_urgency(section.urgent, words) if section.urgent else None,
        **{name: getattr(section, name) for name in PLAIN},
    )


def _urgency(section: UrgentSection, words: FigureWords) -> Urgency:
    return Urgency(
        figures=_bounds(section.figures, words), categories=frozenset(section.categories), score=section.score
    )


def _bounds(written: Iterable[str], words: FigureWords) -> tuple[Bound, ...]:
    return tuple(parse_bound(one, words) for one in written)


def _substance(written: str, words: FigureWords) -> str:
    known = words.substances.get(fold(written))
    if known is None:
        raise ValueError(f"substances: {written}: 不认识 (unknown); write a name such as 海洛因 or heroin")
    return known
