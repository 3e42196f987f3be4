"""What earlier words leave to later ones, and what is known of a topic's rules."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from crawler.judging.lexicon import MATTER, Cue
from crawler.topics import Rule, Topic

SUBSTANCE_UNITS = frozenset(("mass", "volume", "pack"))
_PASSING = frozenset(("trade", "use", "care", "try", "investigate", "handover", "reach"))
"""Deeds that govern their own sentence only."""
_REMEMBERED = 24
_LISTED_WITHIN = 24
"""Furthest apart two charges of one list stand, in characters."""


@dataclass(frozen=True, slots=True)
class Families:
    """The rules of a topic, sorted by the family of the unit."""

    rules: Mapping[str, tuple[Rule, ...]]
    nouns: Mapping[str, frozenset[str]]
    """Family to the kinds of noun any of its rules names."""
    actions: Mapping[str, frozenset[str]]
    measures: Mapping[str, Rule]
    """Measure to the first rule that gives it."""


@dataclass(frozen=True, slots=True)
class Count:
    """What was counted."""

    rule: Rule
    unit: str
    noun: Cue | None = None
    behind: bool = False
    """The noun stands behind the number: 4名犯罪嫌疑人."""
    action: Cue | None = None
    carried: bool = False
    """The deed was told earlier."""
    part: bool = False
    """A share of the people counted before."""
    assumed: bool = False
    """No word says what was done; the commonest deed was taken."""


@dataclass(slots=True)
class Carried:
    """What earlier words of the passage leave to later ones."""

    ours: bool = False
    """The passage speaks of drugs, not of another crime."""
    actions: list[Cue] = field(default_factory=list)
    """Deeds told so far, the last at the end."""
    titled: bool = False
    """The headline speaks of the topic."""
    topical: bool = False
    """The headline or the paragraph does."""
    rival_end: int = 0
    """Where the last word of another crime ended."""
    count: Count | None = None
    """What the previous number of the sentence counted."""

    def pass_by(self, cues: Iterable[Cue], text: str) -> None:
        """Learn from words on the way to the next number."""
        for cue in cues:
            if "rival" in cue.word.context or ("plain" in cue.word.context and not self._after_cases()):
                self.ours, self.rival_end = False, cue.end
            elif "drug" in cue.word.context and not self._listed_with_rival(cue, text):
                self.ours = True
            if cue.word.actions and not attributive(cue, text):
                self.actions.append(cue)
        del self.actions[:-_REMEMBERED]

    def _after_cases(self) -> bool:
        """涉毒案件46起(其中刑事案件19起): a plain word for cases goes on about those just counted."""
        return self.count is not None and self.count.rule.family == "case"

    def _listed_with_rival(self, cue: Cue, text: str) -> bool:
        """故意杀人、抢劫、容留他人吸毒: one drug charge in a list of others does not make the story ours."""
        if not self.rival_end or cue.start - self.rival_end > _LISTED_WITHIN:
            return False
        between = text[self.rival_end : cue.start]
        return "、" in between and "," not in between

    def remember(self, counted: Count) -> None:
        """Keep a count, and its deed, for the numbers that go on about it: 查获的3克冰毒、5克麻古."""
        self.count = counted
        if counted.action is not None and not counted.carried:
            self.actions.append(counted.action)

    def next_sentence(self) -> None:
        """Forget what held for one sentence only."""
        self.count = None
        self.actions = [cue for cue in self.actions if not cue.word.actions <= _PASSING]


@lru_cache(maxsize=8)
def families(topic: Topic) -> Families:
    """The rules of a topic, sorted once."""
    names = {rule.family for rule in topic.figures.rules}
    rules = {name: tuple(rule for rule in topic.figures.rules if rule.family == name) for name in names}
    nouns = {
        name: frozenset[str]().union(*(rule.nouns for rule in rows)) - {""} for name, rows in rules.items()
    }
    actions = {name: frozenset[str]().union(*(rule.actions for rule in rows)) for name, rows in rules.items()}
    if "substance" in nouns:
        nouns["substance"] |= {MATTER}
    measures = {rule.measure: rule for rule in reversed(topic.figures.rules) if not rule.why}
    return Families(rules, nouns, actions, measures)


def attributive(cue: Cue, text: str) -> bool:
    """销毁近年来缴获的毒品: what is followed by 的 only describes."""
    return text.startswith(("的", "了的"), cue.end)
