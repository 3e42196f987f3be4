"""What a number counts: the noun nearest to it and the deed that governs it pick a rule of the topic."""

from dataclasses import replace

from crawler.judging.carrying import SUBSTANCE_UNITS, Carried, Count, Families
from crawler.judging.deeds import counts_people, governing
from crawler.judging.lexicon import SUBSTANCE, Cue
from crawler.judging.nouns import counted_noun
from crawler.judging.phrases import Phrase, adjoining
from crawler.topics import Rule

_GENERAL = frozenset(("public", "anyone"))
_TREATED = frozenset(("compulsory", "community", "rehab"))


def count(phrase: Phrase, carried: Carried, known: Families) -> Count | None:
    """What the quantity of a phrase counts, or None where no rule of the topic fits."""
    noun, family, behind = counted_noun(phrase, known)
    part = _part(phrase, noun, carried)
    if part is not None:
        return part
    if noun is None:
        follower = _follower(phrase, carried, known)
        if follower is not None:
            return follower
        family = "person" if counts_people(phrase, carried, known) else None
    if family is None:
        return _blank(phrase, known)
    action, told_before = governing(phrase, family, noun, carried, known)
    kinds = _kinds(noun, family, phrase)
    for rule in known.rules[family]:
        if not rule.nouns.isdisjoint(kinds) and _allowed(rule, action):
            unit = "knife" if noun and "knife" in noun.word.nouns else _unit(phrase, family)
            assumed = action is None and bool(rule.actions)
            return Count(rule, unit, noun, behind, action, carried=told_before, assumed=assumed)
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


def _part(phrase: Phrase, noun: Cue | None, carried: Carried) -> Count | None:
    """A share of the people just counted, or named: 其中15人, 吸毒人员中…青少年有7100多人."""
    last = carried.count
    if "person" not in phrase.quantity.families:
        return None
    if noun is not None and not (_GENERAL & set(noun.word.nouns) and _among_them(phrase, last)):
        return None
    if noun is None and not _partitive(phrase, last):
        return None
    if (
        last is None
        or last.rule.family != "person"
        or any(_passes(cue) for cue in (*phrase.left, *phrase.right))
    ):
        return None
    return replace(last, unit=_unit(phrase, "person"), noun=noun, carried=True, part=True)


def _among_them(phrase: Phrase, last: Count | None) -> bool:
    """其中女性3人, or a list of such shares: …青少年有104.5万人,…青少年有7100多人."""
    if "其中" in phrase.text[phrase.left_from : phrase.quantity.start]:
        return True
    return last is not None and last.noun is not None and bool(_GENERAL & set(last.noun.word.nouns))


def _partitive(phrase: Phrase, last: Count | None) -> bool:
    """其中15人; 其中台湾籍8名、香港籍3名; 滥用海洛因55.6万名、氯胺酮3.7万名."""
    between = phrase.text[phrase.left_from : phrase.quantity.start]
    if "其中" in between:
        return True
    if last is None or not between.startswith(("、", ",", "和")) or len(between) > 10:
        return False
    only_substance = bool(phrase.left) and all(cue.word.substance for cue in phrase.left)
    return only_substance if last.rule.measure == "drug_users_found" else last.part and not phrase.left


def _passes(cue: Cue) -> bool:
    """Taught or cared for (其中41人就业): another thing is done with them than with the whole."""
    return not {"reach", "care"}.isdisjoint(cue.word.actions)


def _follower(phrase: Phrase, carried: Carried, known: Families) -> Count | None:
    """28块10035克, 净重7.5克, 284起381人: the number goes on about the thing before it."""
    last = carried.count
    if last is None or not phrase.follows:
        return None
    units = phrase.quantity.families
    if last.rule.family == "substance" and not SUBSTANCE_UNITS.isdisjoint(units):
        return replace(last, unit=_unit(phrase, "substance"))
    if last.rule.family == "plant" and "plant" in units:
        return replace(last, unit=_unit(phrase, "plant"))
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
    """查获上百块、重60多公斤的海洛因: seized, and named by the next item of the list."""
    seized = phrase.left[-1] if phrase.left and "seize" in phrase.left[-1].word.actions else None
    if SUBSTANCE_UNITS.isdisjoint(phrase.quantity.families) or seized is None:
        return None
    if not adjoining(phrase.text, seized.end, phrase.quantity.start):
        return None
    return Count(known.measures["drugs_seized"], _unit(phrase, "substance"), action=seized)


def _kinds(noun: Cue | None, family: str, phrase: Phrase) -> frozenset[str]:
    if noun is None:
        return frozenset(("",))
    if family == "substance":
        return frozenset((SUBSTANCE,))
    kinds = frozenset(noun.word.nouns)
    near = (*phrase.left[-4:], *phrase.right)
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
