"""What a number counts: the noun nearest to it and the deed that governs it pick a rule of the topic."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache

from crawler.judging.lexicon import MATTER, SUBSTANCE, Cue
from crawler.judging.phrases import Phrase, adjoining
from crawler.topics import Rule, Topic

SUBSTANCE_UNITS = frozenset(("mass", "volume", "pack"))
_FAR_NOUN = 16
_TREATED = frozenset(("compulsory", "community", "rehab"))
_PASSING = frozenset(("trade", "use", "care", "try", "investigate", "handover", "reach"))
"""Deeds that govern their own sentence only."""
_REMEMBERED = 24


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
        between = text[self.rival_end : cue.start]
        return bool(self.rival_end) and len(between) <= 24 and "、" in between and "," not in between

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


def count(phrase: Phrase, carried: Carried, known: Families) -> Count | None:
    """What the quantity of a phrase counts, or None where no rule of the topic fits."""
    noun, family, behind = _noun(phrase, known)
    part = _part(phrase, noun, carried)
    if part is not None:
        return part
    if noun is None:
        follower = _follower(phrase, carried, known)
        if follower is not None:
            return follower
        family = _bare_family(phrase, known)
    if family is None:
        return _blank(phrase, known)
    action, told_before = _action(phrase, family, noun, carried, known)
    kinds = _kinds(noun, family, phrase)
    for rule in known.rules[family]:
        if not rule.nouns.isdisjoint(kinds) and _allowed(rule, action):
            unit = _unit(phrase, family)
            assumed = action is None and bool(rule.actions)
            return Count(rule, unit, noun, behind, action, told_before, assumed)
    return None


def _allowed(rule: Rule, action: Cue | None) -> bool:
    if not rule.actions:
        return True
    if action is not None:
        return not rule.actions.isdisjoint(action.word.actions)
    return rule.family == "substance" and "seize" in rule.actions


def _unit(phrase: Phrase, family: str) -> str:
    units = phrase.quantity.families
    if family == "substance":
        return next(unit for name, unit in units.items() if name in SUBSTANCE_UNITS)
    return units.get(family, "person")


def _wanted(phrase: Phrase, known: Families) -> dict[str, str]:
    """Kinds of noun this quantity may count, each with its family."""
    wanted: dict[str, str] = {}
    for name in phrase.quantity.families or ("person",):
        family = "substance" if name in SUBSTANCE_UNITS else name
        for kind in known.nouns.get(family, ()):
            wanted.setdefault(kind, family)
    return wanted


def _noun(phrase: Phrase, known: Families) -> tuple[Cue | None, str | None, bool]:
    """The noun that is counted: right before the number, else behind it, else a little before it."""
    wanted = _wanted(phrase, known)
    if phrase.assigned and any(kind in wanted for kind in phrase.assigned.word.nouns):
        return phrase.assigned, _family(phrase.assigned, wanted), False
    before = _first(reversed(phrase.left), wanted)
    if before and adjoining(phrase.text, before.end, phrase.quantity.start):
        return before, _family(before, wanted), False
    behind = _place(phrase.right, wanted) or _first(phrase.right, wanted)
    if behind and _may_follow(phrase, behind):
        return behind, _family(behind, wanted), True
    if before and _explains(phrase, before, _family(before, wanted)):
        return before, _family(before, wanted), False
    return None, None, False


def _place(cues: Iterable[Cue], wanted: Mapping[str, str]) -> Cue | None:
    """12个可卡因加工厂 counts the works, not the drug named before it."""
    if not {"lab", "gang"} & set(wanted.values()):
        return None
    return next((cue for cue in cues if {"lab", "den", "gang"} & set(cue.word.nouns)), None)


def _may_follow(phrase: Phrase, noun: Cue) -> bool:
    """名 and 个 take a noun behind them; 人 and 人次 do not, and a number without a unit neither."""
    return bool(phrase.quantity.unit) and phrase.quantity.unit not in ("人", "人次", "个人")


def _explains(phrase: Phrase, noun: Cue, family: str) -> bool:
    """Whether a noun that does not touch the number still names what it counts."""
    between = phrase.text[noun.end : phrase.quantity.start]
    if family == "substance":
        return (
            "重" in between or "计" in between or (len(between) <= 4 and "mass" in phrase.quantity.families)
        )
    if family == "money":
        return len(between) <= 8 and "," not in between
    if family == "person" and "staff" in noun.word.nouns:
        return False
    if "," in between and not between.endswith(("等", "其中", "中有", "共")):
        return False
    return (
        len(between) <= _FAR_NOUN
        and bool(phrase.quantity.unit)
        and (family != "person" or phrase.quantity.unit != "个")
    )


def _first(cues: Iterable[Cue], wanted: Mapping[str, str]) -> Cue | None:
    return next((cue for cue in cues if any(kind in wanted for kind in cue.word.nouns)), None)


def _family(cue: Cue, wanted: Mapping[str, str]) -> str:
    return next(wanted[kind] for kind in cue.word.nouns if kind in wanted)


def _part(phrase: Phrase, noun: Cue | None, carried: Carried) -> Count | None:
    """A share of the people just counted, or named: 其中15人, 吸毒人员中…青少年有7100多人."""
    last = carried.count
    if "person" not in phrase.quantity.families:
        return None
    if noun is not None and not {"public", "anyone"} & set(noun.word.nouns):
        return None
    if noun is None and not _partitive(phrase, last):
        return None
    if (
        last is None
        or last.rule.family != "person"
        or any(_reaches(cue) for cue in (*phrase.left, *phrase.right))
    ):
        return None
    return replace(last, unit=_unit(phrase, "person"), noun=noun, carried=True, part=True)


def _partitive(phrase: Phrase, last: Count | None) -> bool:
    """其中15人; 其中台湾籍8名、香港籍3名; 滥用海洛因55.6万名、氯胺酮3.7万名."""
    between = phrase.text[phrase.left_from : phrase.quantity.start]
    if "其中" in between:
        return True
    if last is None or not between.startswith(("、", ",", "和")) or len(between) > 10:
        return False
    only_substance = bool(phrase.left) and all(cue.word.substance for cue in phrase.left)
    return only_substance if last.rule.measure == "drug_users_found" else last.part and not phrase.left


def _reaches(cue: Cue) -> bool:
    return "reach" in cue.word.actions


def _follower(phrase: Phrase, carried: Carried, known: Families) -> Count | None:
    """28块10035克, 净重7.5克, 284起381人: the number goes on about the thing before it."""
    last = carried.count
    if last is None or not phrase.follows:
        return None
    units = phrase.quantity.families
    if last.rule.family == "substance" and not SUBSTANCE_UNITS.isdisjoint(units):
        return replace(last, unit=_unit(phrase, "substance"))
    if last.rule.family == "case" and "person" in units and last.rule.measure == "cases_solved":
        users = last.noun is not None and "user_case" in last.noun.word.nouns
        rule = known.measures["drug_users_found" if users else "suspects_arrested"]
        return Count(rule, _unit(phrase, "person"), last.noun, action=last.action)
    if (
        last.rule.family == "case"
        and "person" in units
        and last.action
        and "sentence" in last.action.word.actions
    ):
        return Count(known.measures["sentenced"], _unit(phrase, "person"), last.noun, action=last.action)
    return None


def _blank(phrase: Phrase, known: Families) -> Count | None:
    """查获上百块、重达62.2公斤的海洛因: seized, and named by the next item of the list."""
    seized = phrase.left[-1] if phrase.left and "seize" in phrase.left[-1].word.actions else None
    if SUBSTANCE_UNITS.isdisjoint(phrase.quantity.families) or seized is None:
        return None
    if not adjoining(phrase.text, seized.end, phrase.quantity.start):
        return None
    return Count(known.measures["drugs_seized"], _unit(phrase, "substance"), action=seized)


def _bare_family(phrase: Phrase, known: Families) -> str | None:
    """A number right behind a deed or right before one, with no noun: 刑事拘留7人, 3人承认吸食."""
    if "person" not in phrase.quantity.families or len(phrase.quantity.families) > 1:
        return None
    relevant = known.actions.get("person", frozenset())
    before = next((cue for cue in reversed(phrase.left) if not relevant.isdisjoint(cue.word.actions)), None)
    if before and _reaches_number(phrase, before):
        return "person"
    if phrase.text.endswith("等", 0, phrase.quantity.start):
        return "person"
    behind = next((cue for cue in phrase.right if not relevant.isdisjoint(cue.word.actions)), None)
    return "person" if behind and behind.start - phrase.quantity.end <= 3 else None


def _outer(told: list[Cue]) -> Cue:
    """查获走私毒品5.6公斤: the deed that the last one only describes, standing right before it."""
    last = told[-1]
    seized = len(told) > 1 and "trade" in last.word.actions and "seize" in told[-2].word.actions
    return told[-2] if seized and last.start - told[-2].end <= 2 else last


def _reaches_number(phrase: Phrase, deed: Cue) -> bool:
    """刑拘7人, and 判处五年以上有期徒刑的18人: a deed and the people it was done to."""
    start = phrase.quantity.start
    between = [cue for cue in phrase.left if cue.start >= deed.end and cue.word.substance]
    if adjoining(phrase.text, between[-1].end if between else deed.end, start):
        return not between or "use" in deed.word.actions
    words = phrase.text[deed.end : start]
    return words.endswith("的") and "," not in words and len(words) <= 24


def _kinds(noun: Cue | None, family: str, phrase: Phrase) -> frozenset[str]:
    if noun is None:
        return frozenset(("",))
    if family == "substance":
        return frozenset((SUBSTANCE,))
    kinds = frozenset(noun.word.nouns)
    near = (*phrase.left[-4:], *phrase.right[:4])
    if family != "person" or not kinds & {"user", "anyone", "voluntary", "public"}:
        return kinds
    for cue in near:
        if cue is not noun and _TREATED & set(cue.word.nouns) and _same_clause(cue, phrase):
            return frozenset(_TREATED & set(cue.word.nouns))
    if not kinds & {"user"} and any("user" in cue.word.nouns and _among(cue, phrase) for cue in phrase.left):
        return frozenset(("user",))
    return kinds


def _same_clause(cue: Cue, phrase: Phrase) -> bool:
    quantity = phrase.quantity
    return cue.start >= quantity.end or "," not in phrase.text[cue.end : quantity.start]


def _among(cue: Cue, phrase: Phrase) -> bool:
    return phrase.text.startswith("中", cue.end)


def _action(
    phrase: Phrase, family: str, noun: Cue | None, carried: Carried, known: Families
) -> tuple[Cue | None, bool]:
    """The deed that governs a number, and whether it was told before this phrase."""
    relevant = known.actions[family]
    left = [cue for cue in phrase.left if cue is not noun and not relevant.isdisjoint(cue.word.actions)]
    right = [cue for cue in phrase.right if cue is not noun and not relevant.isdisjoint(cue.word.actions)]
    right = [cue for cue in right if not attributive(cue, phrase.text)]
    told = [cue for cue in left if not attributive(cue, phrase.text)] or left
    if right and (not told or {"destroy", "sentence", "arrest"} & right[0].word.actions):
        return right[0], False
    if told:
        return _outer(told), False
    if noun is not None and not relevant.isdisjoint(noun.word.actions):
        return noun, False
    if phrase.text.endswith("等", 0, phrase.quantity.start):
        fate = next((cue for cue in phrase.rest if {"sentence", "arrest"} & cue.word.actions), None)
        if fate:
            return fate, False
    for cue in reversed(carried.actions):
        if not relevant.isdisjoint(cue.word.actions):
            return cue, True
    return None, False
