"""One raid, one drug: the case, the laboratory, the sentence are about what was found there."""

from collections.abc import Mapping, Sequence

from crawler.judging.accepting import Draft
from crawler.judging.drafting import Story
from crawler.judging.lexicon import PRODUCT, Cue
from crawler.judging.naming import MIXED, UNSPECIFIED

_EVENTS = frozenset(
    ("cases_solved", "labs_destroyed", "gangs_dismantled", "sentenced", "money_seized", "fugitives_caught")
)
_GENERAL_GROUPS = frozenset((UNSPECIFIED, "precursor", "synthetic", "new_psychoactive"))
"""Groups too wide to say what a raid was about."""


def by_sentence(found: Sequence[Draft]) -> list[list[Draft]]:
    """The drafts of each sentence, in order."""
    groups: list[list[Draft]] = []
    for draft in found:
        if groups and groups[-1][0].sentence is draft.sentence:
            groups[-1].append(draft)
        else:
            groups.append([draft])
    return groups


def share_substances(story: Story, groups: Sequence[list[Draft]], headline: Sequence[Cue]) -> None:
    """Name the substance of every event: of its sentence, its paragraph, the headline, the story, whichever names one first."""
    around = _Around(story, headline)
    for group in groups:
        many = any(draft.measure == "cases_solved" and draft.quantity.value > 1 for draft in group)
        events = [draft for draft in group if _unnamed(draft, many=many)]
        if events:
            substance = _of_drafts(group, around.kinds) or around.named(events[0])
            for draft in events:
                draft.substance = substance or draft.substance
    _name_plants(story, groups)


class _Around:
    """What the words around an event name, each stretch of text read once."""

    def __init__(self, story: Story, headline: Sequence[Cue]) -> None:
        self._story = story
        self._headline = headline
        self._read: dict[tuple[int, int], str | None] = {}
        self.kinds: dict[str, str] = {substance.id: substance.kind for substance in story.topic.substances}

    def named(self, draft: Draft) -> str | None:
        section = self._story.section
        return (
            self._only(draft.sentence.start, draft.sentence.end)
            or self._only(draft.line.start, draft.line.end)
            or _only(self._headline)
            or self._only(section.start, section.end)
        )

    def _only(self, start: int, end: int) -> str | None:
        if (start, end) not in self._read:
            self._read[start, end] = _only(self._story.cues.between(start, end))
        return self._read[start, end]


def _unnamed(draft: Draft, *, many: bool) -> bool:
    if draft.substance == UNSPECIFIED:
        return draft.matter and draft.count.noun is not None and PRODUCT in draft.count.noun.word.nouns
    return draft.substance is None and _single(draft, many=many)


def _single(draft: Draft, *, many: bool) -> bool:
    """Whether the figure belongs to one event, not to a year's statistics."""
    if draft.measure == "cases_solved":
        return draft.quantity.value == 1
    return draft.measure in _EVENTS and not many


def _of_drafts(group: Sequence[Draft], kinds: Mapping[str, str]) -> str | None:
    """What was seized in the same sentence, without the precursors found beside a drug."""
    seized = (
        draft for draft in group if draft.measure in ("drugs_seized", "precursors_seized") and draft.names_own
    )
    names = {_drugs(draft.substance, kinds) for draft in seized} - {MIXED, None, *_GENERAL_GROUPS}
    return names.pop() if len(names) == 1 else None


def _drugs(substance: str | None, kinds: Mapping[str, str]) -> str | None:
    parts = substance.split("+") if substance else []
    return "+".join([part for part in parts if kinds.get(part) != "precursor"] or parts) or None


def _only(cues: Sequence[Cue]) -> str | None:
    """The one substance some words name; drugs go before their precursors."""
    named = (
        cue.word.substance
        for cue in cues
        if cue.word.substance and cue.word.substance.id not in _GENERAL_GROUPS
    )
    kinds = {substance.id: substance.kind for substance in named if substance}
    drugs = [name for name, kind in kinds.items() if kind != "precursor"]
    names = drugs or list(kinds)
    return names[0] if len(names) == 1 else None


def _name_plants(story: Story, groups: Sequence[list[Draft]]) -> None:
    """罂粟原植物 is one word to the lexicon, and still says which plant; an area (面积0.6亩) is of the plants before it."""
    for group in groups:
        last: str | None = None
        for draft in (draft for draft in group if draft.measure == "plants_eradicated"):
            if draft.substance is None:
                words = story.plain[draft.start : draft.end]
                named = (one.id for one in story.topic.substances if any(word in words for word in one.names))
                draft.substance = next(named, last)
            last = draft.substance
