"""What only the whole story can tell: substances named elsewhere, repeats, comparisons, stray weapons."""

from collections.abc import Mapping, Sequence

from crawler.judging.accepting import OTHER, USER_MEASURES, Draft
from crawler.judging.changes import attach, rates
from crawler.judging.drafting import Story
from crawler.judging.lexicon import Cue
from crawler.judging.naming import MIXED, UNSPECIFIED

_SUBSTANCES = frozenset(("drugs_seized", "precursors_seized", "drugs_destroyed", OTHER))
_EVENTS = frozenset(
    (
        "cases_solved",
        "labs_destroyed",
        "gangs_dismantled",
        "sentenced",
        "money_seized",
        "fugitives_caught",
        "drug_users_found",
    )
)
_COMPANIONS = frozenset(
    ("drugs_seized", "precursors_seized", "cases_solved", "labs_destroyed", "gangs_dismantled")
)
_GENERAL = ("各类", "各种", "多种", "总", "共计", "一批")


def settle(story: Story, found: list[Draft], headline: Sequence[Cue]) -> list[Draft]:
    """The drafts of a story made whole, without repeats, in order of place."""
    _compare(story, found)
    _fill_substances(found)
    _generalise(story, found)
    _share_substances(story, found, headline)
    _bases(story, found)
    return _without_repeats(_accompanied(found))


def _compare(story: Story, found: list[Draft]) -> None:
    for group in _by_sentence(found):
        sentence = group[0].sentence
        changes = rates(story.plain, sentence.start, sentence.end)
        for index, change in attach(changes, [draft.quantity.end for draft in group]).items():
            group[index].change = group[index].change or change


def _by_sentence(found: Sequence[Draft]) -> list[list[Draft]]:
    groups: list[list[Draft]] = []
    for draft in found:
        if groups and groups[-1][0].sentence is draft.sentence:
            groups[-1].append(draft)
        else:
            groups.append([draft])
    return groups


def _fill_substances(found: list[Draft]) -> None:
    """A weight without a name takes it from the next item of its list, else from the figure before it."""
    weights = [draft for draft in found if draft.count.rule.family == "substance"]
    for index in range(len(weights) - 1, -1, -1):
        draft = weights[index]
        after = weights[index + 1] if index + 1 < len(weights) else None
        if draft.substance is None and after and _next_item(draft, after):
            draft.substance = after.substance
            draft.measure = after.measure if draft.measure == "drugs_seized" else draft.measure
    found[:] = [
        draft
        for draft in found
        if draft.substance or draft.count.rule.family != "substance" or not _blank(draft)
    ]
    last: Draft | None = None
    for draft in weights:
        if draft.substance is None:
            draft.substance = last.substance if last else UNSPECIFIED
            if last and draft.measure == "drugs_seized" and last.measure == "precursors_seized":
                draft.measure = last.measure
        last = draft


def _blank(draft: Draft) -> bool:
    """Neither a noun of its own nor one before it in the sentence."""
    return draft.count.noun is None and not draft.matter


def _next_item(draft: Draft, after: Draft) -> bool:
    if draft.sentence is not after.sentence or after.substance is None or not after.names_own:
        return False
    return after.count.behind and after.quantity.start - draft.end <= 8


def _generalise(story: Story, found: list[Draft]) -> None:
    """毒品 without a kind is `mixed` over several cases, `unspecified` in one seizure."""
    several = {
        draft.line.start for draft in found if draft.measure == "cases_solved" and draft.quantity.value > 1
    }
    for draft in found:
        if draft.substance != UNSPECIFIED:
            continue
        words = story.plain[max(draft.sentence.start, draft.quantity.start - 24) : draft.quantity.start]
        general = any(word in words for word in _GENERAL) or draft.line.start in several
        if general or draft.measure == "drugs_destroyed":
            draft.substance = MIXED


def _share_substances(story: Story, found: list[Draft], headline: Sequence[Cue]) -> None:
    """One raid, one drug: its case, laboratory or sentence is about what was found there."""
    _name_plants(story, found)
    whole: str | None = None
    kinds = {substance.id: str(substance.kind) for substance in story.topic.substances}
    for draft in found:
        if draft.substance or draft.measure not in _EVENTS or not _single(draft, found):
            continue
        whole = whole or _only(headline)
        draft.substance = (
            _of_drafts(found, draft, kinds)
            or _only(story.cues.between(draft.sentence.start, draft.sentence.end))
            or _only(story.cues.between(draft.line.start, draft.line.end))
            or whole
            or _only(story.cues.between(story.section.start, story.section.end))
        )


def _name_plants(story: Story, found: list[Draft]) -> None:
    """罂粟原植物 is one word to the lexicon, and still says which plant."""
    for draft in found:
        if draft.measure == "plants_eradicated" and draft.substance is None:
            words = story.plain[draft.start : draft.end]
            named = (one.id for one in story.topic.substances if any(word in words for word in one.names))
            draft.substance = next(named, None)


def _single(draft: Draft, found: Sequence[Draft]) -> bool:
    """Whether the figure belongs to one event, not to a year's statistics."""
    if draft.measure == "cases_solved":
        return draft.quantity.value == 1
    if draft.measure == "drug_users_found":
        return False
    return not any(
        other.measure == "cases_solved" and other.quantity.value > 1 and other.sentence is draft.sentence
        for other in found
    )


def _of_drafts(found: Sequence[Draft], draft: Draft, kinds: Mapping[str, str]) -> str | None:
    """What was seized in the same sentence, without the precursors found beside a drug."""
    names = {
        _drugs(other.substance, kinds)
        for other in found
        if other.sentence is draft.sentence
        and other.measure in ("drugs_seized", "precursors_seized")
        and other.names_own
    } - {MIXED, UNSPECIFIED, None, "precursor"}
    return names.pop() if len(names) == 1 else None


def _drugs(substance: str | None, kinds: Mapping[str, str]) -> str | None:
    parts = substance.split("+") if substance else []
    return "+".join([part for part in parts if kinds.get(part) != "precursor"] or parts) or None


def _only(cues: Sequence[Cue]) -> str | None:
    """The one substance some words name; drugs go before their precursors."""
    substances = {
        cue.word.substance.id: cue.word.substance.kind for cue in cues if cue.word.substance and _telling(cue)
    }
    drugs = [name for name, kind in substances.items() if kind != "precursor"]
    names = drugs or list(substances)
    return names[0] if len(names) == 1 else None


def _telling(cue: Cue) -> bool:
    substance = cue.word.substance
    return substance is not None and substance.id not in (
        UNSPECIFIED,
        "precursor",
        "synthetic",
        "new_psychoactive",
    )


def _bases(story: Story, found: list[Draft]) -> None:
    """Stock or flow goes on along a list; where nothing tells, the measure's own default."""
    last: Draft | None = None
    for draft in found:
        if draft.measure not in USER_MEASURES:
            continue
        if draft.measure == "abstinent_3y":
            draft.basis = "stock"
        if draft.basis is None and last and last.sentence is draft.sentence:
            draft.basis = last.basis
        draft.basis = draft.basis or story.topic.figures.measures[draft.measure].basis
        last = draft


def _accompanied(found: list[Draft]) -> list[Draft]:
    """Guns and cars count only beside a figure of drugs."""
    lines = {draft.line.start for draft in found if draft.measure in _COMPANIONS}
    return [
        draft
        for draft in found
        if draft.measure not in ("weapons_seized", "vehicles_seized") or draft.line.start in lines
    ]


def _without_repeats(found: list[Draft]) -> list[Draft]:
    """A story says its figures more than once: in its heading, and again under examination."""
    told = {draft.measure for draft in found if not draft.line.heading}
    kept: dict[tuple[str, float, str], Draft] = {}
    result = []
    for draft in found:
        if draft.line.heading and draft.measure in told:
            continue
        key = (draft.measure, draft.quantity.value, draft.count.unit)
        first = kept.get(key)
        if first and (
            first.substance == draft.substance
            or {first.substance, draft.substance} & {MIXED, UNSPECIFIED, None}
        ):
            continue
        kept.setdefault(key, draft)
        result.append(draft)
    return result
