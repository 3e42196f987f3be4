"""Numbers as Chinese news prints them: 12.5, 1,234, 1.2万, 9.2余千, 三千七百多, 十多万.

A number is read whole or not at all: whatever looks damaged (16。5万, 541 342, 6.7三万) or vague (数十, 十几) is refused, because a
guessed figure is worse than a missing one. Every function takes text in the spelling of `crawler.judging.normalise`.
"""

import re
from dataclasses import dataclass

_DIGITS = {char: value for value, char in enumerate("零一二三四五六七八九")} | {
    "〇": 0, "○": 0, "两": 2, "壹": 1, "贰": 2, "叁": 3, "肆": 4, "伍": 5, "陆": 6, "柒": 7, "捌": 8, "玖": 9,
}  # fmt: skip
_TENS = {"十": 10, "百": 100, "千": 1000, "拾": 10, "佰": 100, "仟": 1000}
_SCALES = {"万": 10**4, "亿": 10**8}
DIGIT_CHARS = "".join(_DIGITS)
SCALE_CHARS = "".join(_TENS) + "".join(_SCALES)
_MARK = "余多来"
HALF = "半"

NUMBER = (
    rf"(?:[0-9]+(?:,[0-9]{{3}})*(?:\.[0-9]+)?(?:[万亿][0-9]+(?=[百千万]))?|[{DIGIT_CHARS}{SCALE_CHARS}]+(?:点[{DIGIT_CHARS}]+)?)"
    rf"(?:[{_MARK}]?[{SCALE_CHARS}]+)?[{_MARK}]?"
)
"""A regular expression for one printed number, scales and the marker of "more than" inside it included."""

_ARABIC = re.compile(rf"([0-9][0-9,]*(?:\.[0-9]+)?)([{_MARK}]?)([{SCALE_CHARS}]*)([{_MARK}]?)")
_COMPOUND = re.compile(rf"([0-9]+[万亿])([0-9]+[百千]?万?)([{_MARK}]?)")
_CHINESE = re.compile(
    rf"([{DIGIT_CHARS}{SCALE_CHARS}]+)(?:点([{DIGIT_CHARS}]+))?([{_MARK}]?)([{SCALE_CHARS}]*)([{_MARK}]?)"
)


@dataclass(frozen=True, slots=True)
class Numeral:
    """A number that could be read."""

    value: float
    over: bool = False
    """A marker inside said "more than": 1900多, 9.2余千."""
    bare: bool = False
    """Printed as a scale alone (万名, 百余): a round figure."""


def read_number(words: str) -> Numeral | None:
    """The value of a printed number, or None when it is damaged or says nothing certain."""
    words = words.replace(" ", "")
    if words == HALF:
        return Numeral(0.5)
    match = _ARABIC.fullmatch(words)
    if match:
        return _arabic(*match.groups())
    match = _COMPOUND.fullmatch(words)
    if match:
        return _compound(*match.groups())
    match = _CHINESE.fullmatch(words)
    return _chinese(*match.groups()) if match else None


def _arabic(digits: str, inner: str, scale: str, outer: str) -> Numeral | None:
    if "," in digits and not re.fullmatch(r"[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?", digits):
        return None
    factor = _scale(scale)
    if factor is None:
        return None
    return Numeral(_exact(float(digits.replace(",", "")) * factor), over=bool(inner or outer))


def _compound(high: str, low: str, marker: str) -> Numeral | None:
    """1万2千, 3亿5千万: two steps of one number, the second below the first."""
    first, second = read_number(high), read_number(low)
    if first is None or second is None or second.value >= _SCALES[high[-1]]:
        return None
    return Numeral(first.value + second.value, over=bool(marker))


def _chinese(whole: str, part: str | None, inner: str, scale: str, outer: str) -> Numeral | None:
    factor = _scale(scale)
    if part is not None:
        tail, _, trailing = _split_scale(part + scale)
        base = _integer(whole)
        if base is None or factor is None or trailing:
            return None
        fraction = sum(_DIGITS[char] / 10 ** (place + 1) for place, char in enumerate(tail))
        return Numeral(_exact((base + fraction) * factor), over=bool(inner or outer))
    base = _integer(whole)
    if base is None or factor is None:
        return None
    return Numeral(_exact(base * factor), over=bool(inner or outer), bare=whole[0] in "百千万亿")


def _split_scale(words: str) -> tuple[str, str, str]:
    match = re.fullmatch(rf"([{DIGIT_CHARS}]*)([{SCALE_CHARS}]*)(.*)", words)
    return match.groups() if match else ("", "", words)  # type: ignore[return-value]


def _scale(words: str) -> float | None:
    """十万, 百万, 千万, 万亿 as one factor; None when the order makes no sense (万百)."""
    if not words:
        return 1
    factor = 1
    for char in words:
        step = _TENS.get(char) or _SCALES[char]
        if factor != 1 and step < factor:
            return None
        factor *= step
    return factor


def _integer(words: str) -> int | None:
    """A whole Chinese number; positional digits (二〇一九) are read too. None for a broken or vague one (七八)."""
    if len(words) != 2 and all(char in _DIGITS for char in words):
        return int("".join(str(_DIGITS[char]) for char in words))
    total = section = digit = 0
    last_step = 10**9
    for char in words:
        if char in _DIGITS:
            if digit and _DIGITS[char]:
                return None
            digit = _DIGITS[char]
        elif char in _TENS:
            step = _TENS[char]
            if step >= last_step:
                return None
            section, digit, last_step = section + (digit or 1) * step, 0, step
        else:
            total, section, digit, last_step = _raise(total, section + digit, char), 0, 0, 10**9
    return total + section + _last(digit, words)


def _raise(total: int, section: int, scale: str) -> int:
    """亿 lifts everything before it, 万 only its own section: 三亿五千万, 两万亿."""
    if scale == "亿":
        return (total + section or 1) * _SCALES[scale]
    return total + (section or int(not total)) * _SCALES[scale]


def _last(digit: int, words: str) -> int:
    """The digit at the end; after a scale without zero it counts the next lower place: 三万五 is 35,000."""
    if len(words) < 3 or words[-2] not in "百千万亿":
        return digit
    step = _TENS.get(words[-2]) or _SCALES[words[-2]]
    return digit * step // 10


def _exact(value: float) -> float:
    """Without the dust of binary fractions: 1.2 × 10,000 is 12,000."""
    return round(value, 6)
