"""The noun a number counts: right before it, behind it, or a little before it."""

from collections.abc import Iterable, Mapping

from crawler.judging.carrying import SUBSTANCE_UNITS, Families, attributive
from crawler.judging.lexicon import Cue
from crawler.judging.phrases import Phrase, adjoining

_FAR_NOUN = 16
_TREATMENTS = frozenset(("compulsory", "community", "rehab"))
_UNDERGO = frozenset(
    (
        "被",
        "被决定",
        "被处以",
        "被责令",
        "被送",
        "被送去",
        "已被",
        "接受",
        "正接受",
        "正在接受",
        "参加",
        "正在参加",
    )
)


def counted_noun(phrase: Phrase, known: Families) -> tuple[Cue | None, str | None, bool]:
    """The noun that is counted: right before the number, else behind it, else a little before it."""
    wanted = _wanted(phrase, known)
    if phrase.assigned and any(kind in wanted for kind in phrase.assigned.word.nouns):
        return phrase.assigned, _family(phrase.assigned, wanted), False
    before = _fuller(_first(reversed(phrase.left), wanted), phrase, wanted)
    if before and adjoining(phrase.text, before.end, phrase.quantity.start):
        return before, _family(before, wanted), False
    behind = _place(phrase.right, wanted) or _first(phrase.right, wanted)
    if behind and _may_follow(phrase, behind, _family(behind, wanted)):
        return behind, _family(behind, wanted), True
    if before and _explains(phrase, before, _family(before, wanted)):
        return before, _family(before, wanted), False
    return None, None, False


def _wanted(phrase: Phrase, known: Families) -> dict[str, str]:
    """Kinds of noun this quantity may count, each with its family."""
    wanted: dict[str, str] = {}
    for name in phrase.quantity.families or ("person",):
        family = "substance" if name in SUBSTANCE_UNITS else name
        for kind in known.nouns.get(family, ()):
            wanted.setdefault(kind, family)
    return wanted


def _fuller(noun: Cue | None, phrase: Phrase, wanted: Mapping[str, str]) -> Cue | None:
    """三年未复吸+人员: a bare word for people belongs to the one that ends where it begins."""
    if noun is None or "anyone" not in noun.word.nouns:
        return noun
    touching = (
        cue for cue in phrase.left if cue.end == noun.start and any(kind in wanted for kind in cue.word.nouns)
    )
    whole = next(touching, None)
    return whole._replace(end=noun.end) if whole else noun


def _place(cues: Iterable[Cue], wanted: Mapping[str, str]) -> Cue | None:
    """12个可卡因加工厂 counts the works, not the drug named before it."""
    places = {"lab", "den", "gang"} & wanted.keys()
    return next((cue for cue in cues if places & set(cue.word.nouns)), None)


def _may_follow(phrase: Phrase, noun: Cue, family: str) -> bool:
    """名 and 个 take a noun behind them, 人 only what is done to people; 135名吸毒人员的驾驶证 counts no people found."""
    if not _TREATMENTS.isdisjoint(noun.word.nouns):
        return phrase.text[phrase.quantity.end : noun.start] in _UNDERGO
    if family == "substance" and any(_takes_over(cue, noun, phrase.text) for cue in phrase.right):
        return False
    if family == "person" and phrase.text.startswith("的", noun.end):
        return False
    return bool(phrase.quantity.unit) and phrase.quantity.unit not in ("人", "人次", "个人")


def _takes_over(cue: Cue, noun: Cue, text: str) -> bool:
    """从2件邮件中查获大麻: a deed between number and noun begins another thought."""
    return cue.end <= noun.start and "seize" in cue.word.actions and not attributive(cue, text)


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
    if family == "plant" and any(
        "eradicate" in cue.word.actions for cue in phrase.left if cue.start >= noun.end
    ):
        return len(between) <= _FAR_NOUN
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
