"""Every number with a unit in a text: its value in base units, how exact it is meant, and where it stands.

A unit may count several sorts of things (支: a gun or an ampoule), called families here; what was really counted is decided by
the words around it, in `crawler.judging.facts`. Base units: gram, litre, yuan (or the printed currency), person, case, piece.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from crawler.judging.numerals import HALF, NUMBER, SCALE_CHARS, Numeral, read_number
from storage import Qualifier

_MASS = {
    "微克": 1e-6, "毫克": 1e-3, "mg": 1e-3, "克": 1.0, "g": 1.0, "公斤": 1e3, "千克": 1e3, "kg": 1e3, "㎏": 1e3, "斤": 500.0,
    "市斤": 500.0, "两": 50.0, "公吨": 1e6, "吨": 1e6, "磅": 453.592, "盎司": 28.3495,
}  # fmt: skip
_CURRENCIES = {
    "元": "yuan", "元人民币": "yuan", "块钱": "yuan", "元港币": "hkd", "港币": "hkd", "港元": "hkd", "元港元": "hkd",
    "美元": "usd", "元美元": "usd", "美金": "usd", "元美金": "usd", "欧元": "eur", "英镑": "gbp", "日元": "jpy", "韩元": "krw",
    "新台币": "twd", "元新台币": "twd", "澳元": "aud", "加元": "cad", "泰铢": "thb", "新西兰元": "nzd", "元澳门币": "mop",
}  # fmt: skip
_COUNTED: Mapping[str, Mapping[str, str]] = {
    "起": {"case": "case"}, "宗": {"case": "case"}, "件": {"case": "case", "pack": "item"},
    "人次": {"person": "person_time"}, "人": {"person": "person"}, "名": {"person": "person"},
    "位": {"person": "person"}, "个人": {"person": "person"},
    "小包": {"pack": "packet"}, "大包": {"pack": "packet"}, "包": {"pack": "packet"}, "小袋": {"pack": "bag"},
    "袋": {"pack": "bag"}, "块": {"pack": "piece"}, "粒": {"pack": "tablet"}, "颗": {"pack": "tablet", "weapon": "round"},
    "片": {"pack": "tablet"}, "瓶": {"pack": "bottle"}, "小瓶": {"pack": "bottle"}, "罐": {"pack": "can"},
    "箱": {"pack": "box"}, "盒": {"pack": "box"}, "桶": {"pack": "barrel"}, "张": {"pack": "sheet"},
    "板": {"pack": "sheet"}, "条": {"pack": "piece"}, "根": {"pack": "piece"}, "套": {"pack": "set"},
    "份": {"pack": "portion"}, "剂": {"pack": "dose"}, "坨": {"pack": "piece"}, "捆": {"pack": "packet"},
    "支": {"weapon": "gun", "pack": "piece"}, "枝": {"weapon": "gun", "pack": "piece"},
    "把": {"weapon": "gun"}, "杆": {"weapon": "gun"}, "挺": {"weapon": "gun"}, "门": {"weapon": "gun"},
    "发": {"weapon": "round"}, "枚": {"weapon": "round", "pack": "piece"},
    "个": {"lab": "lab", "gang": "gang", "pack": "piece", "person": "person"}, "伙": {"gang": "gang"},
    "处": {"lab": "lab"}, "家": {"lab": "lab"}, "座": {"lab": "lab"}, "间": {"lab": "lab"}, "所": {"lab": "lab"},
    "辆": {"vehicle": "vehicle"}, "艘": {"vehicle": "vehicle"}, "台": {"vehicle": "vehicle"}, "架": {"vehicle": "vehicle"},
    "部": {"vehicle": "vehicle"}, "株": {"plant": "plant"}, "棵": {"plant": "plant"}, "亩": {"plant": "mu"},
    "平方米": {"plant": "square_metre"}, "升": {"volume": "litre"}, "毫升": {"volume": "litre"}, "ml": {"volume": "litre"},
}  # fmt: skip
# Printed before the number instead of behind it: 新台币800万元.
_CURRENCY_BEFORE = {
    "人民币": "yuan", "新台币": "twd", "台币": "twd", "港币": "hkd", "美元": "usd", "美金": "usd", "澳门币": "mop", "欧元": "eur",
}  # fmt: skip
# What follows the unit and makes another word of it: 100人民币, 3支队, 2台湾.
_NOT_BEFORE = {
    "人": "民均份口类大", "名": "称字牌列义誉额单", "起": "点码步诉义", "件": "事",
    "个": "月小百年星省市县国地部单区方村", "发": "现展布送放生起给", "支": "队付持援部", "把": "握关", "台": "湾州风",
    "部": "门分队署委级", "处": "以罚于置长级室分女理", "家": "庭长属园里", "包": "括含裹庇装围", "片": "区段面警", "元": "旦月素首",
    "张": "某姓贴挂", "升": "级至到学降高起幅温旗", "株": "洲连", "位": "于置居", "吨": "位级", "克": "拉隆服", "条": "例件款",
    "所": "有以谓在", "门": "口市店", "份": "子额", "架": "次构", "艘": "次", "间": "接断隔", "两": "次年个天名起人种位条小月周家句三代广湖地岸会国省", "板": "块", "套": "路",
}  # fmt: skip

UNITS: Mapping[str, Mapping[str, str]] = {
    **_COUNTED,
    **{unit: {"mass": "gram"} for unit in _MASS},
    **{unit: {"money": name} for unit, name in _CURRENCIES.items()},
}
"""Printed unit → what it may count (case, person, pack, ...) and the unit that is kept for it."""


def _unit_pattern() -> str:
    forms = []
    for unit in sorted(UNITS, key=len, reverse=True):
        following = _NOT_BEFORE.get(unit)
        forms.append(re.escape(unit) + (f"(?![{following}])" if following else ""))
    return "|".join(forms)


_QUANTITY = re.compile(rf"({NUMBER}|{HALF}) {{0,2}}(?:({_unit_pattern()})(?![a-z])|(?=[,。;]|大关))")
_BEFORE: tuple[tuple[str, Qualifier], ...] = (
    ("不少于", "at_least"), ("不低于", "at_least"), ("至少", "at_least"), ("不足", "under"), ("不到", "under"), ("少于", "under"),
    ("低于", "under"), ("未满", "under"), ("不满", "under"), ("超过了", "over"), ("超过", "over"), ("超出", "over"),
    ("突破", "over"), ("多于", "over"), ("高于", "over"), ("大于", "over"), ("超", "over"), ("逾", "over"), ("近", "nearly"),
    ("接近", "nearly"), ("约合", "about"), ("约为", "about"), ("约", "about"), ("大概", "about"), ("估计", "about"), ("约有", "about"),
)  # fmt: skip
_AFTER: tuple[tuple[str, Qualifier], ...] = (
    ("以上", "at_least"), ("左右", "about"), ("上下", "about"), ("以下", "under"), ("以内", "under"), ("之多", "exact"),
    ("开外", "over"), ("有余", "over"), ("余", "over"), ("多", "over"), ("许", "about"),
)  # fmt: skip
# 最近, 附近, 节约, 条约 are no hedges; 多次, 多名 belong to the next word.
_NO_HEDGE = {"近": "最附新邻靠临", "约": "节制条契违公签解合", "超": "高"}
_NO_POST = re.compile(r"多(?=[次种名年个家处方部地项数起位人天元])|许(?=[可多])|余(?=[名人个])")
# A number that goes on before its start is damaged, vague, ordinal or the second half of a range.
_SPOILT = re.compile(
    r"(?:[0-9][.。·,: \s]*|[0-9a-z]|[0-9%]\s*[-—~～至到]|[0-9][^\s,。;降增升减少加达跌]{1,2}[-—~～至到]|[几数第好]|[a-z][.·]|-|[同唯统每任某逐])$"
)
_RANGE_GOES_ON = re.compile(r" ?[-~～—至到] ?[0-9一二两三四五六七八九十]")
_SPOILT_SCALE = re.compile(r"(?:[零一二三四五六七八九十百千万亿]|[零一二三四五六七八九十]点)$")
_NO_HALF = "大多过小一"
_AND_A_HALF = re.compile(rf"{HALF}(?![成截])")
_EACH = re.compile(r"一([个名件起位])\1")
_RATE = re.compile(r"(?:每[^,。;、0-9]{0,4}|[人户平年日月]均[^,。;、0-9]{0,4}|/)$")


@dataclass(frozen=True, slots=True)
class Quantity:
    """One number with its unit."""

    value: float
    families: Mapping[str, str]
    """Which sorts of things the unit may count, each with the name of its base unit; empty when no unit was printed."""
    qualifier: Qualifier
    start: int
    """Of the number or the hedge before it."""
    end: int
    """After the unit and the hedge behind it."""
    number_at: int
    unit: str = ""
    """As printed."""
    size: float = 1.0
    """Grams in one printed unit of weight: 公斤 is 1,000."""


def find_quantities(plain: str, start: int = 0, end: int | None = None) -> tuple[Quantity, ...]:
    """Numbers with units in `plain[start:end]`, in order; what is damaged, vague or a rate is left out.

    Args:
        plain: text in the spelling of `crawler.judging.normalise`.
        start: where to begin.
        end: where to stop; None reads to the end.
    """
    found: list[Quantity] = []
    for quantity in _each(plain, start, len(plain) if end is None else end):
        last = found[-1] if found else None
        if last and _goes_on(last, quantity):
            found[-1] = replace(last, value=last.value + quantity.value, end=quantity.end)
        else:
            found.append(quantity)
    return tuple(found)


def _goes_on(last: Quantity, quantity: Quantity) -> bool:
    """3公斤250克 is one weight."""
    adjacent = last.end == quantity.start and last.qualifier == "exact"
    return adjacent and "mass" in last.families and "mass" in quantity.families and quantity.size < last.size


def _each(plain: str, start: int, end: int) -> Iterator[Quantity]:
    for match in _QUANTITY.finditer(plain, start, end):
        before = plain[max(start, match.start() - 8) : match.start()]
        if (
            _EACH.match(plain, match.start())
            or _spoilt(before, match.group(1))
            or _RATE.search(before)
            or _RANGE_GOES_ON.match(plain, match.end())
            or plain[match.end() : match.end() + 1] == "/"
        ):
            continue
        numeral = read_number(match.group(1))
        if numeral is not None:
            quantity = _quantity(plain, match, numeral)
            if quantity is not None:
                yield quantity


def _spoilt(before: str, number: str) -> bool:
    if not before:
        return False
    if _SPOILT.search(before):
        return True
    if number == HALF:
        return before[-1] in _NO_HALF
    return bool(_SPOILT_SCALE.search(before)) or (
        number[0] in SCALE_CHARS and number[0] != "十" and before[-1] in "老"
    )


def _quantity(plain: str, match: re.Match[str], numeral: Numeral) -> Quantity | None:
    unit = match.group(2) or ""
    if not _sensible(unit, match.group(1), numeral):
        return None
    currency = _currency_before(plain, match.start()) if unit == "元" else ""
    start, before = _hedge_before(plain, match.start() - len(currency), bare=numeral.bare)
    end, after = _hedge_after(plain, match.end()) if unit else (match.end(), None)
    if plain.startswith(("不等", "人"), end) and unit in _CURRENCIES:
        return None
    size = _MASS.get(unit, 1e-3 if unit in ("毫升", "ml") else 1.0)
    half = unit in _MASS and _AND_A_HALF.match(plain, end)
    return Quantity(
        value=round((numeral.value + bool(half) / 2) * size, 6),
        families={"money": _CURRENCY_BEFORE[currency]} if currency else UNITS.get(unit, {}),
        qualifier=_qualifier(numeral, before, after),
        start=start if before else match.start(),
        end=half.end() if half else end,
        number_at=match.start(),
        unit=unit,
        size=size,
    )


def _currency_before(plain: str, start: int) -> str:
    return next((name for name in _CURRENCY_BEFORE if plain.endswith(name, 0, start)), "")


def _sensible(unit: str, number: str, numeral: Numeral) -> bool:
    """Half a person is damage; 千克 without a number is a unit; a number without a unit counts only with a scale (270万)."""
    if not unit:
        return number[-1] in "万亿余多" and numeral.value >= 10_000 and not numeral.bare
    if number in ("千", "两千") and unit == "克":
        return number != "千"
    families = UNITS[unit]
    whole = "mass" in families or "money" in families or "volume" in families or "plant" in families
    return numeral.value > 0 and (whole or float(numeral.value).is_integer())


def _hedge_before(plain: str, start: int, *, bare: bool) -> tuple[int, Qualifier | None]:
    before = plain[max(0, start - 4) : start].rstrip(" ")
    if bare and before.endswith("上") and not before.endswith(("以上", "网上", "身上")):
        return start - 1, "over"
    for words, qualifier in _BEFORE:
        if before.endswith(words):
            previous = before[: -len(words)][-1:]
            if previous and previous in _NO_HEDGE.get(words, ""):
                return start, None
            return start - len(words), qualifier
    return start, None


def _hedge_after(plain: str, end: int) -> tuple[int, Qualifier | None]:
    if _NO_POST.match(plain, end):
        return end, None
    for words, qualifier in _AFTER:
        if plain.startswith(words, end):
            return end + len(words), qualifier
    return end, None


def _qualifier(numeral: Numeral, before: Qualifier | None, after: Qualifier | None) -> Qualifier:
    """Two hedges that pull apart (近4万余, 约1100余) leave only "about"."""
    said: set[Qualifier] = {hedge for hedge in (before, after) if hedge and hedge != "exact"}
    if numeral.over:
        said.add("over")
    if len(said) > 1:
        return "about" if said != {"over", "at_least"} else "over"
    if said:
        return said.pop()
    return "about" if numeral.bare else "exact"
