"""The deed that governs a number: what was done with the thing, or to the people, it counts."""

import re

from crawler.judging.carrying import Carried, Families, attributive
from crawler.judging.lexicon import Cue
from crawler.judging.phrases import Phrase, adjoining

_UNKNOWN = 12
"""Longest unknown name for people, in characters."""
_NEXT = 3
"""Widest gap between a number and the deed right behind it, in characters."""
_BREAK = re.compile(r"[,:()后时]")
_STOPS = ",、。;:!?()\n和及并"


def governing(
    phrase: Phrase, family: str, noun: Cue | None, carried: Carried, known: Families
) -> tuple[Cue | None, bool]:
    """The deed that governs a number, and whether it was told before this phrase."""
    relevant = known.actions[family]
    left = [cue for cue in phrase.left if cue is not noun and not relevant.isdisjoint(cue.word.actions)]
    right = [cue for cue in phrase.right if cue is not noun and not relevant.isdisjoint(cue.word.actions)]
    right = [cue for cue in right if not attributive(cue, phrase.text)]
    told = [cue for cue in left if not attributive(cue, phrase.text)] or left
    if right and (not told or _overrules(right[0], phrase)):
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


def _overrules(deed: Cue, phrase: Phrase) -> bool:
    """A deed behind the number that undoes the one before it (500公斤进行了销毁), or stands nearer (查出7人涉嫌吸毒)."""
    if {"destroy", "sentence", "arrest"} & deed.word.actions:
        return True
    return "use" in deed.word.actions and deed.start - phrase.quantity.end <= _NEXT


def _outer(told: list[Cue]) -> Cue:
    """查获走私毒品5.6公斤: the deed that the last one only describes, standing right before it."""
    last = told[-1]
    seized = len(told) > 1 and "trade" in last.word.actions and "seize" in told[-2].word.actions
    return told[-2] if seized and last.start - told[-2].end <= 2 else last


def counts_people(phrase: Phrase, carried: Carried, known: Families) -> bool:
    """A number right behind a deed or right before one, with no noun: 刑事拘留7人, 3人承认吸食."""
    if phrase.quantity.families.keys() - {"person"} or not carried.topical:
        return False
    if _caught(phrase):
        return True
    if not _complete(phrase):
        return False
    relevant = known.actions.get("person", frozenset())
    before = next((cue for cue in reversed(phrase.left) if not relevant.isdisjoint(cue.word.actions)), None)
    if before and _reaches_number(phrase, before):
        return bool(phrase.quantity.unit) or "人" in phrase.text[before.end : phrase.quantity.start]
    if not phrase.quantity.unit:
        return False
    if phrase.text.endswith("等", 0, phrase.quantity.start):
        return True
    behind = next((cue for cue in phrase.right if not relevant.isdisjoint(cue.word.actions)), None)
    return behind is not None and behind.start - phrase.quantity.end <= _NEXT


def _caught(phrase: Phrase) -> bool:
    """抓获制毒师傅2名, 抓获2名制毒师傅: whoever is caught in a report about drugs is a suspect, whatever he is called."""
    deed = next((cue for cue in reversed(phrase.left) if "arrest" in cue.word.actions), None)
    if deed is None or "seize" in deed.word.actions or attributive(deed, phrase.text):
        return False
    between = phrase.text[deed.end : phrase.quantity.start]
    others = any(cue.word.nouns for cue in phrase.left if cue.start >= deed.end)
    return len(between) <= _UNKNOWN and not others and not _BREAK.search(between)


def _complete(phrase: Phrase) -> bool:
    """逮捕了100名抗议者 names whom; only 3人, or 3名 with nothing behind, leaves it to the deed."""
    if phrase.quantity.unit not in ("名", "位"):
        return True
    behind = phrase.text[phrase.quantity.end : phrase.quantity.end + 1]
    return not behind or behind in _STOPS


def _reaches_number(phrase: Phrase, deed: Cue) -> bool:
    """刑拘7人, and 判处五年以上有期徒刑的18人: a deed and the people it was done to."""
    start = phrase.quantity.start
    between = [cue for cue in phrase.left if cue.start >= deed.end and cue.word.substance]
    if adjoining(phrase.text, between[-1].end if between else deed.end, start):
        return not between or "use" in deed.word.actions
    words = phrase.text[deed.end : start]
    return words.endswith("的") and "," not in words and len(words) <= 24
