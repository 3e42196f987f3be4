"""Telling articles from other pages by their addresses, without knowing the site.

Content systems number their articles and most write the day into the address; sections, services and topics do neither.
An address with a day and a number is an article on its own evidence. Without a day, addresses are compared with each
other: those of one shape, numbered, many, and named like headlines are articles. Words such as `bbs` or `video` in an
address speak against it, unless its shape is the one that the site's articles have.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from statistics import median
from urllib.parse import parse_qsl, urlsplit

_DAY = re.compile(
    r"(?<!\d)(?P<y>(?:19|20)\d\d)"
    r"(?:[-/_.](?P<m1>\d{1,2})[-/_.](?P<d1>\d{1,2})(?!\d)|[-/_]?(?P<m2>\d\d)[-/_]?(?P<d2>\d\d))"
    r"|(?<![\d])(?P<yy>\d\d)/(?P<m3>\d\d)(?P<d3>\d\d)/\d"
    r"|(?<=/)(?P<y6>\d\d)(?P<m6>\d\d)(?P<d6>\d\d)(?=/\d)",
    re.IGNORECASE,
)
_MONTH = re.compile(r"(?<!\d)(?<![a-z]{2})(?:20\d\d|199\d)[-/_]?(?:0[1-9]|1[0-2])(?![\da-z])", re.IGNORECASE)
_EXTENSION = re.compile(r"\.(?:s?html?|jspx?|aspx?|php|do|jhtml|phtml)$", re.IGNORECASE)
_FILE = re.compile(
    r"\.(?:jpe?g|png|gif|bmp|webp|svg|ico|pdf|docx?|xlsx?|zip|rar|apk|exe|mp[34]|css|js|xml|rss)$",
    re.IGNORECASE,
)
_SECTION = re.compile(
    r"(?:index|default)(?:[-_]\w*)?|node_[0-9a-f]+|(?:list|node|channel|col|column|more|page|home|main|about|template)?(?:[-_]?\d+(?:[-_]\d+)*)?",
    re.IGNORECASE,
)
# The article that a folder numbers: /c7912345/content.html, /64612345/71.html.
_ANY_LEAF = re.compile(r"content|page|detail|article|c|\d{1,3}", re.IGNORECASE)
_NUMBERED = re.compile(r"[a-z]?\d{6,}", re.IGNORECASE)
_ARTICLE_FOLDER = re.compile(r"/articles?(?:/|_|$)", re.IGNORECASE)
_ID_NAME = re.compile(r"(?:article|content|news|doc|info|a|c|n)?_?id|n|i|a|p", re.IGNORECASE)
# A day that belongs to a word is the name of a topic or a picture (`zhuanti20150731`), not a day of publication.
_WORD = re.compile(r"[a-z]{2}$", re.IGNORECASE)
# What readers write themselves is no report, whatever its address looks like.
_READERS = re.compile(
    r"(?:^|[./])(?:[a-z]{0,3}\d{0,3}(?:bbs|blog|forum|club|weibo|tieba)\d{0,2}|wenda|zhidao|space)(?=[./])"
    r"|/(?:thread|forum|viewthread)[-.]",
    re.IGNORECASE,
)
# Pages that may be numbered like articles and be something else.
_DOUBTFUL = re.compile(
    r"(?:^|[./])(?:photo[a-z]*|slides?|pics?|pictures?|tuji|gallery|videos?|v|tv|movie|live|room|special\w*|channels?|columns?|class|module|category|zt|zhuanti|topics?|"
    r"subjects?|tags?|keywords?|search\w*|so|authors?|users?|t|about|help|mail|passport|login|reg|register|down|download\w*|"
    r"products?|goods|item|books?|section|loupan|data|db|shop|open|course|events?|ad|ads|adv|click|goto|rd|redirect|jump|company|"
    r"organizations?|paper|epaper|feedback|play|comments?|tie|ask|reply|debate|complaints?|tousu|guestbook|liuyan)(?=[./])",
    re.IGNORECASE,
)
# What stands at the foot of every page under numbered addresses.
_FURNITURE = re.compile(
    r"许可证|ICP[备证]|公网安备|备案号|版权所有|资格证书|服务协议|隐私政策|不良信息举报|客户端下载"
)
_CLOCK_SKEW = timedelta(days=2)
_LEAST_SHARE = 0.15
"""An undated shape needs this share of the links of the largest one; smaller ones are services or another site's."""
_HEADLINE = 8
"""Half of a shape's links must be named by this many characters; the names of sections and people are shorter."""
_SHORTEST_HEADLINE = 6
"""What is named by less is a label, a tag or a picture's corner; lists that print a date beside it are heard on that."""


@dataclass(frozen=True, slots=True)
class Address:
    """One link's address with the words that name it."""

    url: str
    title: str
    listed: bool = False
    """A date is printed beside it, as lists of articles do."""

    def is_named(self) -> bool:
        """Whether its words can be a headline."""
        return self.listed or len("".join(self.title.split())) >= _SHORTEST_HEADLINE


@dataclass(slots=True)
class _Shape:
    plain: list[Address] = field(default_factory=list)
    doubtful: list[Address] = field(default_factory=list)
    """Those whose address has a word that speaks against them."""

    def add(self, address: Address) -> None:
        (self.doubtful if _DOUBTFUL.search(_place(address.url)) else self.plain).append(address)

    def members(self) -> list[Address]:
        """All that the shape vouches for: the doubtful ones only beside half as many plain ones."""
        vouched = len(self.plain) >= max(3, len(self.doubtful) / 2)
        return self.plain + self.doubtful if vouched else self.plain

    def reads_like_headlines(self) -> bool:
        lengths = [
            0 if _FURNITURE.search(member.title) else len(member.title)
            for member in self.plain
            if member.title
        ]
        return bool(lengths) and median(lengths) >= _HEADLINE

    def is_dated_by_the_list(self) -> bool:
        return bool(self.plain) and sum(member.listed for member in self.plain) * 2 > len(self.plain)


def learn(addresses: Iterable[Address], today: date) -> frozenset[str]:
    """The addresses that are articles: the dated ones, and the numbered ones of a shape that carries the page."""
    dated: dict[str, _Shape] = defaultdict(_Shape)
    undated: dict[str, _Shape] = defaultdict(_Shape)
    for address in addresses:
        if _READERS.search(_place(address.url)):
            continue
        form = dated_form(address.url, today)
        if form is not None:
            dated[form].add(address)
        elif (shape := undated_shape(address.url)) is not None:
            undated[shape].add(address)
    chosen = [member for shape in dated.values() for member in shape.members()]
    chosen.extend(_carrying(undated, len(chosen)))
    if not chosen:
        # A channel of videos or pictures has nothing else; its headlines are news all the same.
        chosen = [member for shape in dated.values() for member in shape.doubtful]
        chosen.extend(_dated_by_the_list(undated.values()))
    urls = {member.url for member in chosen if member.is_named()}
    return frozenset(url for url in urls if "?" not in url or url.partition("?")[0] not in urls)


def _carrying(undated: dict[str, _Shape], dated: int) -> list[Address]:
    telling = {name: shape for name, shape in undated.items() if shape.reads_like_headlines()}
    largest = max([dated, *(len(shape.plain) for shape in telling.values())])
    enough = max(3, _LEAST_SHARE * largest)
    return [
        member
        for name, shape in telling.items()
        if len(shape.plain) >= enough or shape.is_dated_by_the_list() or _ARTICLE_FOLDER.search(name)
        for member in shape.members()
    ]


def _dated_by_the_list(shapes: Iterable[_Shape]) -> Iterator[Address]:
    """Doubtful addresses (`/Item/1187.aspx`) beside most of which a date is printed: nothing but articles has that."""
    for shape in shapes:
        if sum(member.listed for member in shape.doubtful) > max(2, len(shape.doubtful) / 2):
            yield from shape.doubtful


def _place(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.netloc}{parts.path}"


def _bare_path(url: str) -> str | None:
    path = urlsplit(url).path
    return None if _FILE.search(path) else _EXTENSION.sub("", path)


def dated_form(url: str, today: date) -> str | None:
    """The form of an address that holds a day up to `today` and, beyond it, what names one article; else None.

    Such as `9999-99/99/content_#`: forms tell one content system's articles from another's.
    """
    path = (_bare_path(url) or "").rstrip("/")
    found = _day_in(path, today) or _MONTH.search(path)
    if found is None or not _names_one_article(path, found):
        return None
    return re.sub(r"\d+", "9", found[0]) + _anonymous(path[found.end() :])


def _anonymous(tail: str) -> str:
    return "/".join(_token(part) or re.sub(r"\d+", "#", part) for part in tail.split("/"))


def _day_in(path: str, today: date) -> re.Match[str] | None:
    for match in _DAY.finditer(path):
        year = int(match["y"] or 2000 + int(match["yy"] or match["y6"]))
        month = int(match["m1"] or match["m2"] or match["m3"] or match["m6"])
        day = int(match["d1"] or match["d2"] or match["d3"] or match["d6"])
        try:
            plausible = date(1995, 1, 1) <= date(year, month, day) <= today + _CLOCK_SKEW
        except ValueError:
            continue
        if plausible and not _is_part_of_a_word(path, match):
            return match
    return None


def _is_part_of_a_word(path: str, found: re.Match[str]) -> bool:
    numbered = re.match(r"\d{4}", path[found.end() :])
    return bool(_WORD.search(path[: found.start()])) and not numbered


def _names_one_article(path: str, found: re.Match[str]) -> bool:
    start = path.rfind("/") + 1
    leaf = path[start:]
    if found.end() > start:
        rest = leaf.replace(path[max(start, found.start()) : found.end()], "", 1)
        return not _is_section(leaf) and _tells_apart(rest)
    after = path[found.end() :]
    if _is_section(leaf):
        return any(_token(part) for part in after.split("/"))
    return _tells_apart(after)


def _tells_apart(rest: str) -> bool:
    return any(char.isdigit() for char in rest) or len(rest.strip("/")) >= 6


def undated_shape(url: str) -> str | None:
    """What is left of an address when its numbers are taken out, or None for one without a number of its own."""
    path = _bare_path(url)
    if path is None:
        return None
    closed, path = path.endswith("/"), path.rstrip("/")
    folders, _, leaf = path.rpartition("/")
    identity = _query_identity(urlsplit(url).query)
    if _ANY_LEAF.fullmatch(leaf) and _NUMBERED.fullmatch(folders.rpartition("/")[2]):
        folders, _, leaf = folders.rpartition("/")
    numbered = _token(leaf)
    if (numbered is None or _is_section(leaf)) and identity is None:
        return None
    words = ["#" if part.isdigit() else _token(part) or part for part in folders.split("/") if part]
    collapsed = [word for place, word in enumerate(words) if place == 0 or word != words[place - 1]]
    shape = "/" + "/".join([*collapsed, numbered or leaf]) + ("/" if closed else "")
    return f"{shape}?{identity}" if identity else shape


def _is_section(leaf: str) -> bool:
    return bool(_SECTION.fullmatch(leaf)) and not leaf[:1].isdigit()


def _token(part: str) -> str | None:
    """A path segment with its number taken out; None for one without a number long enough to be an article's."""
    if re.search(r"\d{4}", part):
        plain = re.fullmatch(r"[a-z]*[-_]?\d+(?:[-_]\d+)*[-_]?", part, re.IGNORECASE)
        return re.sub(r"\d+", "#", part) if plain else "#mixed"
    if len(part) >= 8 and re.search(r"\d", part) and re.search(r"[a-z]", part, re.IGNORECASE):
        return "#mixed"
    return None


def _query_identity(query: str) -> str | None:
    for name, value in parse_qsl(query)[:8]:
        if _ID_NAME.fullmatch(name) and re.fullmatch(r"\d{2,}|[0-9a-fA-F]{8,}", value):
            return f"{name.lower()}="
    return None
