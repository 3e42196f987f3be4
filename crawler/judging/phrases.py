"""Around each number: the words before it and behind it that may say what it counts."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from crawler.judging.lexicon import Cue, Cues
from crawler.judging.quantities import Quantity

_FAR = 70
"""Words further than this many characters before a number do not explain it."""
_NEAR = 45
_SENTENCE = re.compile(r"[^。!?;\n]+")
_CLAUSE_END = re.compile(r"[,:()。!?;\n]")
_NO_NOUN_BEHIND = (*'、,;:。)(和及与并至到”"等', "以及", "以至", "其中")
_GLUE = re.compile(
    r"(?:经(?:现场)?(?:称量|称重|鉴定|检验|过秤|测量|核实)|称量|称重|[共计总合累达到了为有约已近的数量重净毛各仅就则是:“”\"()另还超逾占]|人数|人员|面积|规模|数目|上升|增加|增至|升至|升到|下降|降至|降到|减少|减至|锐减|"
    r"成品|半成品|疑似物?|可疑物|晶体|块状|砖|片剂|等|成分|成份|状|片|物质?|先后|分别|涉及|均|在内|以来|多达|高达|突破|人民币|最多|首次|类|案|名单|[0-9]{4}年的?| )*"
)


@dataclass(frozen=True, slots=True)
class Phrase:
    """One quantity with its surroundings in the sentence."""

    text: str
    """The whole normalised text: places of cues and quantities count in it."""
    quantity: Quantity
    left: tuple[Cue, ...]
    """Cues between the previous quantity (or the sentence's start) and this one, in order."""
    right: tuple[Cue, ...]
    """Cues behind it in its clause; empty where the number ends an item."""
    left_from: int
    index: int
    """Its place among the quantities of the sentence."""
    follows: bool
    """Nothing but joining words since the previous quantity: both tell of one thing (28块10035克; ,净重7.5克)."""
    rest: tuple[Cue, ...] = ()
    """Cues behind it up to the next quantity, commas crossed."""
    assigned: Cue | None = None
    """The noun that 分别 gives it."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence: `text[start:end]`."""

    start: int
    end: int
    cues: tuple[Cue, ...]
    quantities: tuple[Quantity, ...]


def sentences(
    plain: str, start: int, end: int, cues: Cues, quantities: tuple[Quantity, ...]
) -> Iterator[Sentence]:
    """The sentences of `plain[start:end]`, each with its cues and quantities. Linear in the length."""
    at = 0
    for match in _SENTENCE.finditer(plain, start, end):
        first = at
        while at < len(quantities) and quantities[at].number_at < match.end():
            at += 1
        yield Sentence(match.start(), match.end(), cues.between(*match.span()), quantities[first:at])


def phrase(plain: str, sentence: Sentence, cues: Cues, index: int, left_from: int) -> Phrase:
    """What stands around the quantity of that index; `left_from` is where the words of the one before it end."""
    quantity = sentence.quantities[index]
    start = max(left_from, quantity.start - _FAR)
    left = cues.between(start, quantity.start)
    right_to = _right_end(plain, sentence, index)
    return Phrase(
        text=plain,
        quantity=quantity,
        left=left,
        right=cues.between(quantity.end, right_to) if right_to > quantity.end else (),
        left_from=start,
        index=index,
        follows=index > 0 and glued(plain, left_from, quantity.start),
        rest=cues.between(quantity.end, _rest_end(sentence, index)),
    )


def _rest_end(sentence: Sentence, index: int) -> int:
    far = sentence.quantities[index].end + _FAR
    if index + 1 < len(sentence.quantities):
        return min(far, sentence.quantities[index + 1].start)
    return min(far, sentence.end)


def glued(plain: str, start: int, end: int) -> bool:
    """Whether only joining words (共, 达, 净重, a comma) stand between two places."""
    if end - start > 24:
        return False
    parts = plain[start:end].replace("、", ",").split(",")
    return all(_GLUE.fullmatch(part) for part in parts)


def adjoining(plain: str, start: int, end: int) -> bool:
    """Like `glued`, with no comma between."""
    return end - start <= 24 and _GLUE.fullmatch(plain, start, end) is not None


def _right_end(plain: str, sentence: Sentence, index: int) -> int:
    quantity = sentence.quantities[index]
    if plain.startswith(_NO_NOUN_BEHIND, quantity.end):
        return quantity.end
    match = _CLAUSE_END.search(plain, quantity.end, quantity.end + _NEAR)
    end = min(match.start() if match else quantity.end + _NEAR, sentence.end)
    one_case = "case" in quantity.families and quantity.value == 1
    if index + 1 < len(sentence.quantities) and not one_case:
        end = min(end, sentence.quantities[index + 1].start)
    return end
