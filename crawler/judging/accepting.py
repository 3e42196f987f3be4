"""Turn a counted number into a draft figure, or leave it out where its words do not bear it."""

import re
from dataclasses import dataclass
from typing import Literal

from crawler.judging.carrying import Carried, Count
from crawler.judging.changes import Comparison
from crawler.judging.lexicon import MATTER, Cue
from crawler.judging.naming import UNSPECIFIED, found_in, name, only_precursors, run
from crawler.judging.periods import Period
from crawler.judging.phrases import Phrase, Sentence
from crawler.judging.quantities import Quantity
from crawler.judging.sections import Line
from storage import Change

Basis = Literal["stock", "flow"]
USER_MEASURES = frozenset(
    ("drug_users_found", "compulsory_detox", "community_detox", "community_rehab", "abstinent_3y")
)
_TREATMENTS = frozenset(("compulsory_detox", "community_detox", "community_rehab"))
OTHER = "other"
_NO_SUBSTANCE = frozenset(("suspects_arrested", "people_reached", "weapons_seized", "vehicles_seized"))
_MOVED = re.compile(r"(?:减少|增加|下降|上升|增长|降低|提高|少|增|减)了?$")
_NARRATED = re.compile(r"的?(?:时|过程|途中|行动|任务)")
_PLACE = ("在", "从", "对", "自", "于")
_OPENING = 30
"""Cues of a sentence that are asked whether it tells of old times."""
_ALLOWED = 14
"""Furthest a word for the utmost penalty stands before its sum, in characters."""
_LAW = ("有期徒刑", "刑法", "处罚标准", "数额", "情节")


@dataclass(slots=True)
class Draft:
    """A figure on its way to a fact."""

    quantity: Quantity
    count: Count
    measure: str
    start: int
    end: int
    line: Line
    sentence: Sentence
    names_own: bool = False
    """Its own words name a substance."""
    substance: str | None = None
    matter: bool = False
    """Counts powder or the like whose substance stands elsewhere."""
    basis: Basis | None = None
    target: bool = False
    change: Change | None = None
    uncertain: str = ""
    period: Period | None = None
    place: str | None = None
    listed: tuple[int, int] | None = None
    """Its place among the values of one noun, and how many there are: years told apart by 分别."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A counted number with everything around it."""

    around: Phrase
    count: Count
    line: Line
    sentence: Sentence
    base: Comparison | None
    topical: bool
    """Its paragraph speaks of the topic."""


def accept(figure: Figure, carried: Carried) -> Draft | None:
    """The draft of a figure, or None where it is not ours, not done, or not a count at all."""
    counted = figure.count
    if not counted.rule.measure or not _ours(figure, carried) or _difference(figure):
        return None
    if not _BEARS.get(counted.rule.family, _always)(figure):
        return None
    draft = Draft(
        quantity=figure.around.quantity,
        count=counted,
        measure=counted.rule.measure,
        start=_start(figure),
        end=_used_to(figure),
        line=figure.line,
        sentence=figure.sentence,
        uncertain=counted.rule.why,
    )
    _name(figure, draft)
    _weigh(figure, draft, carried)
    return draft


def _difference(figure: Figure) -> bool:
    """比2018年减少了1356人 is a movement, not a number of people."""
    return (
        _MOVED.search(figure.around.text, figure.around.left_from, figure.around.quantity.start) is not None
    )


def _always(figure: Figure) -> bool:
    return True


def _ours(figure: Figure, carried: Carried) -> bool:
    """Whether the number is about drugs: its own words say so, or the passage does and its words do not say otherwise."""
    noun = figure.count.noun
    near = _near(figure)
    if noun is not None and noun.word.context & {"rival", "plain"}:
        drug = any("drug" in cue.word.context and _describes(cue, noun, figure) for cue in near)
        return drug or ("plain" in noun.word.context and carried.ours and figure.around.index > 0)
    return carried.ours or any("drug" in cue.word.context for cue in near)


def _describes(cue: Cue, noun: Cue, figure: Figure) -> bool:
    """Whether a word stands in the same noun phrase: 芬太尼类物质走私案件."""
    between = figure.around.text[cue.end : noun.start]
    return cue.end <= noun.start and len(between) <= 8 and "," not in between


def _near(figure: Figure) -> tuple[Cue, ...]:
    """The cues of the number's own words."""
    noun = figure.count.noun
    if figure.count.behind and noun is not None:
        return tuple(cue for cue in figure.around.right if cue.start <= noun.start)
    return figure.around.left[-3:]


def _case(figure: Figure) -> bool:
    """一起 is mostly "together": a single case needs its noun behind it, and a word that it was solved here."""
    if figure.around.quantity.value != 1:
        return True
    action = figure.count.action
    if action is None or figure.count.carried or "investigate" in action.word.actions:
        return figure.count.rule.measure == OTHER
    return figure.count.behind or figure.count.noun is not None


def _person(figure: Figure) -> bool:
    """A single person in a narrative (抓捕一名毒贩时) is no figure unless caught here; 赵某两人 only repeats names."""
    around, counted = figure.around, figure.count
    before = around.text[around.quantity.start - 1 : around.quantity.start]
    if before == "某":
        return False
    if counted.rule.measure == "people_reached":
        return _of_topic(figure)
    if around.quantity.value == 1 and _NARRATED.match(around.text, _used_to(figure)):
        return False
    if around.quantity.value == 1 and (counted.behind or counted.rule.measure not in _TREATMENTS):
        return (
            counted.action is not None and not counted.carried and not _comma_between(figure, counted.action)
        )
    nouns = counted.noun.word.nouns if counted.noun else ()
    if "anyone" in nouns and counted.carried and counted.action is not None:
        return counted.action.start >= figure.sentence.start
    return True


def _of_topic(figure: Figure) -> bool:
    """A crowd is reached by prevention only where its own paragraph speaks of drugs."""
    return figure.topical


def _comma_between(figure: Figure, action: Cue) -> bool:
    first, last = sorted((action.end, figure.around.quantity.start))
    return "," in figure.around.text[first:last]


def _substance(figure: Figure) -> bool:
    """Statutes and history name weights too: 五十克以上的,处十五年; 虎门销毁鸦片."""
    quantity = figure.around.quantity
    if figure.count.assumed and quantity.value == 1:
        return False
    if any("history" in cue.word.context for cue in figure.sentence.cues[:_OPENING]):
        return False
    if quantity.qualifier in ("at_least", "under"):
        words = figure.around.text[
            figure.sentence.start : min(figure.sentence.end, figure.sentence.start + 400)
        ]
        return not any(word in words for word in _LAW)
    return True


def _money(figure: Figure) -> bool:
    """约合6.2亿元人民币 says the sum before it again; 最高可处罚款500万元 is what the law allows."""
    text, quantity = figure.around.text, figure.around.quantity
    before = text[max(0, quantity.start - 4) : quantity.number_at]
    if any(word in before for word in ("约合", "折合", "合人民", "相当于")):
        return False
    return "最高" not in text[max(figure.around.left_from, quantity.start - _ALLOWED) : quantity.start]


def _vehicle(figure: Figure) -> bool:
    """在一辆货车前坐下示警: a car where something was found, or a single one of another sentence, is not seized."""
    quantity, action = figure.around.quantity, figure.count.action
    if figure.around.text.endswith(_PLACE, 0, quantity.start):
        return False
    return quantity.value != 1 or (action is not None and action.start >= figure.sentence.start)


_BEARS = {
    "case": _case,
    "person": _person,
    "substance": _substance,
    "money": _money,
    "vehicle": _vehicle,
}


def _start(figure: Figure) -> int:
    """Evidence begins with the deed or noun of the number's own clause."""
    around = figure.around
    start = around.quantity.start
    if figure.base:
        start = min(start, figure.base.start)
    comma = max(around.text.rfind(mark, around.left_from, start) for mark in ",:")
    for cue in (figure.count.action, figure.count.noun):
        if cue and max(around.left_from, comma) <= cue.start < start:
            start = cue.start
    return start


def _used_to(figure: Figure) -> int:
    noun = figure.count.noun
    end = figure.around.quantity.end
    return max(end, noun.end) if figure.count.behind and noun else end


def _name(figure: Figure, draft: Draft) -> None:
    """The substance the figure's own words name, and whether that makes it a figure of precursors."""
    counted, around = figure.count, figure.around
    if counted.rule.family != "substance":
        near = _near(figure) if counted.behind else (*_near(figure), *around.right)
        named = [cue for cue in near if _tells(cue)] if draft.measure not in _NO_SUBSTANCE else []
        draft.substance, draft.names_own = name(named), bool(named)
        return
    listed = _listed(figure)
    draft.substance = name(listed)
    draft.matter = bool(listed) and draft.substance is None
    if draft.substance is None and counted.noun is not None and MATTER in counted.noun.word.nouns:
        draft.substance = found_in(around.text, around.quantity.end, around.rest)
    draft.names_own = draft.substance is not None
    if draft.measure == "drugs_seized" and only_precursors(listed):
        draft.measure = "precursors_seized"
    if listed and counted.behind:
        draft.end = max(draft.end, listed[-1].end)
    elif listed and listed[0].start >= around.left_from:
        draft.start = min(draft.start, listed[0].start)


def _tells(cue: Cue) -> bool:
    """Whether a word names a substance, or at least a group narrower than all drugs."""
    substance = cue.word.substance
    return substance is not None and substance.id not in (UNSPECIFIED, "precursor")


def _listed(figure: Figure) -> tuple[Cue, ...]:
    """The substances the number's own words list; none where the noun belongs to an earlier number."""
    counted, around = figure.count, figure.around
    if counted.noun is None:
        return ()
    if around.assigned is counted.noun:
        return (counted.noun,)
    own = around.left_from <= counted.noun.start
    return run(around, counted.noun, behind=counted.behind) if own else ()


def _weigh(figure: Figure, draft: Draft, carried: Carried) -> None:
    """Stock or flow, target or result, sure or not."""
    if draft.measure in USER_MEASURES:
        around = figure.around
        told = [cue for cue in (*around.right, *around.left) if cue.word.context & {"stock", "flow"}]
        if told:
            draft.basis = "stock" if "stock" in told[-1].word.context else "flow"
    if any("target" in cue.word.context for cue in figure.around.left):
        draft.target = True
    if figure.count.assumed and not draft.uncertain:
        draft.uncertain = "no word says what was done with it"
    if figure.base:
        draft.change = figure.base.change(draft.quantity)
