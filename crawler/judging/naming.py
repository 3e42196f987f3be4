"""Which substance a figure is about: the names beside it, joined where several are named."""

import re
from collections.abc import Iterable, Sequence

from crawler.judging.lexicon import MATTER, SUBSTANCE, Cue
from crawler.judging.phrases import Phrase

UNSPECIFIED = "unspecified"
MIXED = "mixed"
_FOUND = re.compile(r"含|检出|检见|检测出|鉴定为|系|疑似")
_JOINED = re.compile(
    r"[、和及与或/,“”\"()等的各类多种疑似大量少量一些成品半以在内含有毒类型物质新俗称又名即电子分份]{0,8}"
)


def run(phrase: Phrase, noun: Cue, *, behind: bool) -> tuple[Cue, ...]:
    """The substances listed together with the noun that is counted: 海洛因、冰毒等毒品."""
    cues = [
        cue for cue in (phrase.right if behind else phrase.left) if {SUBSTANCE, MATTER} & set(cue.word.nouns)
    ]
    if noun not in cues:
        return ()
    at = cues.index(noun)
    listed = [noun]
    for cue in reversed(cues[:at]):
        if not behind and _joins(phrase.text, cue, listed[0]):
            listed.insert(0, cue)
        else:
            break
    for cue in cues[at + 1 :] if behind else ():
        if _joins(phrase.text, listed[-1], cue):
            listed.append(cue)
        else:
            break
    return tuple(
        cue for at, cue in enumerate(listed) if at == 0 or not _alias(phrase.text, listed[at - 1], cue)
    )


def _alias(text: str, first: Cue, second: Cue) -> bool:
    """甲基苯丙胺片剂(俗称“麻古”) names one thing twice."""
    return text[first.end : second.start].startswith("(")


def _joins(text: str, first: Cue, second: Cue) -> bool:
    return second.start - first.end <= 8 and _JOINED.fullmatch(text, first.end, second.start) is not None


def name(cues: Iterable[Cue]) -> str | None:
    """The substances of some cues as one name, in order, joined by `+`; a group's name only where none is named."""
    named: dict[str, bool] = {}
    groups: dict[str, None] = {}
    for cue in cues:
        substance = cue.word.substance
        if substance and substance.kind == "group":
            groups[substance.id] = None
        elif substance:
            named[substance.id] = named.get(substance.id, True) and cue.word.slang
        elif SUBSTANCE in cue.word.nouns:
            groups[UNSPECIFIED] = None
    sure = [id_ for id_, slang in named.items() if not slang] or list(named)
    if sure:
        return "+".join(sure)
    better = [group for group in groups if group != UNSPECIFIED]
    return better[0] if better else UNSPECIFIED if groups else None


def found_in(text: str, start: int, cues: Iterable[Cue]) -> str | None:
    """204.49克白色晶体中含甲基苯丙胺成分: the first substance behind a place, where it is said to be found in it."""
    found = next((cue for cue in cues if cue.word.substance and cue.word.substance.kind != "group"), None)
    if found is None or not _FOUND.search(text, start, found.start):
        return None
    return name((found,))


def only_precursors(cues: Sequence[Cue]) -> bool:
    """Whether everything named is a precursor, so that the figure is one of precursors."""
    kinds = [(cue.word.substance.kind, cue.word.substance.id) for cue in cues if cue.word.substance]
    return bool(kinds) and all(kind == "precursor" or id_ == "precursor" for kind, id_ in kinds)
