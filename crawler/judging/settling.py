"""What only the whole story can tell: substances named elsewhere, repeats, comparisons, stray weapons."""

from collections.abc import Sequence

from crawler.judging.accepting import USER_MEASURES, Basis, Draft
from crawler.judging.changes import attach, rates
from crawler.judging.drafting import Story
from crawler.judging.lexicon import PRODUCT, Cue
from crawler.judging.naming import MIXED, UNSPECIFIED, found_in
from crawler.judging.sharing import by_sentence, share_substances

_COMPANIONS = frozenset(
    (
        "drugs_seized",
        "precursors_seized",
        "cases_solved",
        "labs_destroyed",
        "gangs_dismantled",
        "suspects_arrested",
    )
)
_EXAMINED_WITHIN = 160
_FOUND_WITHIN = 24
"""How far behind a seizure its examination is told, and how far behind the thing what was found in it, in characters."""
_GENERAL = ("各类", "各种", "多种", "余种", "总", "共计", "一批")


def settle(story: Story, found: list[Draft], headline: Sequence[Cue]) -> list[Draft]:
    """The drafts of a story made whole, without repeats, in order of place."""
    _compare(story, found)
    _fill_substances(story, found)
    _generalise(story, found)
    share_substances(story, by_sentence(found), headline)
    _bases(story, found)
    return _without_repeats(_accompanied(found))


def _compare(story: Story, found: list[Draft]) -> None:
    for group in by_sentence(found):
        sentence = group[0].sentence
        changes = rates(story.plain, sentence.start, sentence.end)
        for index, change in attach(changes, [draft.quantity.end for draft in group]).items():
            group[index].change = group[index].change or change


def _fill_substances(story: Story, found: list[Draft]) -> None:
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
            goes_on = last is not None and (not draft.matter or _kind_of(draft))
            draft.substance = _examined(story, draft) or (last.substance if last and goes_on else UNSPECIFIED)
            if last and goes_on and (draft.measure, last.measure) == ("drugs_seized", "precursors_seized"):
                draft.measure = last.measure
        last = draft


def _examined(story: Story, draft: Draft) -> str | None:
    """白色晶体7包…经鉴定,白色晶体检出甲基苯丙胺: the same word again, with what was found in it."""
    noun = draft.count.noun
    if not draft.matter or noun is None:
        return None
    again = story.plain.find(story.plain[noun.start : noun.end], draft.end, draft.end + _EXAMINED_WITHIN)
    if again < 0:
        return None
    told = again + noun.end - noun.start
    return found_in(story.plain, told, story.cues.between(told, told + _FOUND_WITHIN))


def _kind_of(draft: Draft) -> bool:
    """半成品, 疑似物 and 烟油 are more of what stood before; a white powder may be anything."""
    return draft.count.noun is not None and PRODUCT in draft.count.noun.word.nouns


def _blank(draft: Draft) -> bool:
    """Neither a noun of its own nor one before it in the sentence."""
    return draft.count.noun is None and not draft.matter


def _next_item(draft: Draft, after: Draft) -> bool:
    if draft.sentence is not after.sentence or after.substance is None or not after.names_own:
        return False
    near = after.quantity.start - draft.end <= 8
    return near and (after.count.behind or after.count.noun is draft.count.noun)


def _generalise(story: Story, found: list[Draft]) -> None:
    """毒品 without a kind is `mixed` over several cases, `unspecified` in one seizure."""
    several = {
        draft.line.start for draft in found if draft.measure == "cases_solved" and draft.quantity.value > 1
    }
    for at, draft in enumerate(found):
        if draft.substance != UNSPECIFIED:
            continue
        words = story.plain[max(draft.sentence.start, draft.quantity.start - 24) : draft.quantity.start]
        general = any(word in words for word in _GENERAL) or draft.line.start in several
        if general or draft.measure == "drugs_destroyed" or _has_parts(story, draft, found[at + 1 : at + 3]):
            draft.substance = MIXED


def _has_parts(story: Story, draft: Draft, following: Sequence[Draft]) -> bool:
    """毒品1.36吨,其中冰毒412公斤、海洛因285公斤: a whole of two kinds at least."""
    if not story.plain.startswith(",其中", draft.quantity.end):
        return False
    named = {part.substance for part in following if part.sentence is draft.sentence and part.names_own}
    return len(named) > 1


def _bases(story: Story, found: list[Draft]) -> None:
    """Stock or flow goes on along a list; where nothing tells, the measure's own default."""
    last: Draft | None = None
    for draft in found:
        if draft.measure not in USER_MEASURES:
            continue
        if draft.measure == "abstinent_3y":
            draft.basis = "stock"
        if draft.basis is None and last and (last.sentence is draft.sentence or _goes_on(draft, last)):
            draft.basis = last.basis
        draft.basis = draft.basis or _silent_basis(story, draft)
        last = draft


def _goes_on(draft: Draft, last: Draft) -> bool:
    """A list of numbers on record, parted by semicolons."""
    deed = draft.count.action
    return last.line is draft.line and (deed is None or deed.start < draft.sentence.start)


def _silent_basis(story: Story, draft: Draft) -> Basis | None:
    """吸毒人员不到20人, with no deed beside it, tells how many there are."""
    deed = draft.count.action
    here = deed is not None and (not draft.count.carried or deed.start >= draft.sentence.start)
    if draft.measure == "drug_users_found" and (deed is None or not here):
        return "stock"
    return story.topic.figures.measures[draft.measure].basis


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
