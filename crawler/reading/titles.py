"""The headline: the printed line that the page's own <title> speaks of, or the <title> without the site's name."""

import re
from dataclasses import dataclass

from crawler.reading.document import Document, Frame, Line

_SEPARATOR = re.compile(r"\s*(?:[_|｜丨]|--+|—{1,2}|–| - |-(?=[\u3400-\u9fffA-Za-z0-9]{2,20}$)|－)\s*")
_SITE = re.compile(
    r"(?:网|频道|新闻|资讯|门户|在线|日报|晚报|晨报|都市报|早报|时报|周刊|杂志|财经|娱乐|体育|房产|科技|时政|社会|国际|国内|首页|正文|要闻|客户端|平台|中心|电视台|官网|.com|.cn|台|社|站|政府|订阅|数字报|电子报|法院|检察院|[县市区省][\u3400-\u9fff]{2}[局厅])$"
)
_TITLE_NAMES = re.compile(r"tit|headline|\bbt\b|biaoti|subject")
_NOT_TITLE_NAMES = re.compile(
    r"sub-?tit|second|side|relat|recom|hot|list|logo|nav|channel|column|foot|crumb|block|box-?tit|mod-?tit"
)
_QUOTES = str.maketrans(
    {
        "“": '"',
        "”": '"',
        "‘": "'",
        "’": "'",
        "—": "-",
        "–": "-",
        "―": "-",
        "－": "-",
        "（": "(",
        "）": ")",
        "：": ":",
        "，": ",",
        "！": "!",
        "？": "?",
        "｜": "|",
        "丨": "|",
    }
)
_DASHES = re.compile(r"-{2,}")
_BLANK = re.compile(r"[\s\u3000\u200b\xa0]+")
_NOT_TITLES = re.compile(
    r"^(?:首页|正文|新闻(?:中心|频道)?|要闻|导航|登录|注册|搜索|相关\w{2,4}|推荐\w{0,4}|热\w{1,4}|更多|网站地图|通知公告|当前位置.*|标题|查看.{0,8})$"
)


_STAMP = re.compile(
    r"(?:20|19)\d\d\s?[-/.年]\s?\d{1,2}\s?[-/.月]\s?\d{1,2}|\d\d-\d\d-\d\d \d\d:\d\d|[一二][〇○零一二三四五六七八九]{3}年"
)
_BYLINE = re.compile(
    r"20\d\d\s?[-/.年]\s?\d{1,2}\s?[-/.月]|来源|作者|编辑|字号|分享|>|首页|位置|热线|记者|www\.|https?:|\.(?:com|cn|net)\b"
)
# So much must speak for a line before it is taken for the headline.
_ENOUGH = 20.0
_HIGHEST = 8
_LONGEST_SITE = 8


@dataclass(frozen=True, slots=True)
class Headline:
    """The headline, where it is printed, and which rule found it."""

    text: str
    rule: str
    first: int = -1
    """The line it begins in; -1 when it is only in the head of the page."""
    last: int = -1
    subtitle: str = ""


def bare(text: str) -> str:
    """A text as compared: no white space, one kind of quotes and dashes."""
    return _DASHES.sub("-", _BLANK.sub("", text).translate(_QUOTES)).lower()


def find_headline(document: Document, listed: str = "") -> Headline | None:
    """Find the headline; `listed` is the text of the link that led here."""
    told = [
        bare(text)
        for text in (document.title, document.metas.get("og:title", ""), listed)
        if _is_filled_in(text)
    ]
    if not _tells(document, listed):
        best = _best(document, [], site=bare(document.title))
        above = _above_the_time(document) if best is None else best
        if above is not None:
            line = document.lines[above]
            rule = "above the time" if best is None else _rule(line)
            return Headline(line.text, rule, above, above)
    best = _best(document, told)
    if best is None:
        return _from_head(document, listed) if _tells(document, listed) else None
    return _printed(document, best, told)


def _best(document: Document, told: list[str], site: str = "") -> int | None:
    """The line for which most speaks, if it is enough; `site` is the name that stands on every page."""
    best, found = _ENOUGH, None
    for number, line in enumerate(document.lines):
        worth = _worth(line, told, number, len(document.lines))
        if worth >= best and not (site and bare(line.text) == site):
            best, found = worth + 1e-9, number
    return found


def _is_filled_in(text: str) -> bool:
    """Whether a template wrote the page's own words here, and not the name of its variable."""
    return bool(text) and "${" not in text and "{{" not in text


def _tells(document: Document, listed: str) -> bool:
    """Whether the head of the page, or the list, has more to say than the name of the site."""
    told = document.metas.get("og:title", "") or document.title
    words = without_site(told)
    is_site = _SITE.search(words) and (len(words) < 8 or len(words) == len(told))
    return bool(listed) or len(words) > 12 or (len(words) >= 6 and not is_site)


def _above_the_time(document: Document) -> int | None:
    """The line right above the first printed time, where the head of the page is silent."""
    for number, line in enumerate(document.lines):
        if len(line.text) <= 80 and line.linked * 2 <= len(line.text) and _STAMP.search(line.text):
            above = range(number - 1, max(-1, number - 4), -1)
            return next((n for n in above if _may_be_headline(document.lines[n])), None)
    return None


def above_the_report(document: Document, first: int) -> Headline | None:
    """The line right above the report (whose first line is `first`), where nothing else tells the headline.

    Where there is none, the head of the page, although it seems to name only the site.
    """
    above = range(first - 1, max(-1, first - _HIGHEST), -1)
    number = next((n for n in above if _may_be_headline(document.lines[n])), None)
    if number is None:
        return _from_head(document, "")
    return Headline(document.lines[number].text, "above the report", number, number)


def _may_be_headline(line: Line) -> bool:
    text = line.text
    if not 6 <= len(text) <= 80 or line.linked or _NOT_TITLES.match(text):
        return False
    return not _BYLINE.search(text) and text[-1] not in "。；：:"


def _worth(line: Line, told: list[str], number: int, count: int) -> float:
    """How much speaks for a line being the headline; 20 is enough."""
    size = len(line.text)
    if not 4 <= size <= 120 or _NOT_TITLES.match(line.text):
        return 0.0
    names = line.frame.names
    marked = bool(names and _TITLE_NAMES.search(names)) and not _NOT_TITLE_NAMES.search(names)
    if not line.level and not marked and not _mentioned(line.text, told):
        return 0.0
    agreement = _agreement(bare(line.text), told)
    if agreement == 0 and not line.level and not marked:
        return 0.0
    worth = 40.0 * agreement + (0, 26, 16, 10, 4, 2, 0)[line.level] + (8 if marked else 0)
    if agreement:
        worth += min(size, 40) * 0.4
    elif told and told[0]:
        worth -= 8
    if line.linked * 2 > size:
        worth -= 30
    if line.text[-1] in "。；" or (not agreement and size <= _LONGEST_SITE and _SITE.search(line.text)):
        worth -= 10
    return worth - 6.0 * number / (count + 1)


def _mentioned(text: str, told: list[str]) -> bool:
    """A quick look whether a line may be what the head says: its second and third character stand there together."""
    start = text[1:3].lower().replace(" ", "")
    return start in " ".join(told) or not text[1].isalnum()


def _agreement(text: str, told: list[str]) -> float:
    """1 for a line that is what the head says or how it begins, less for one that only occurs in it."""
    best = 0.0
    for words in told:
        if not words:
            continue
        if words.startswith(text):
            best = max(best, 1.0 if len(text) >= 6 or text == words else 0.5)
        elif len(text) >= 6 and text in words:
            best = max(best, 0.7 * min(1.0, len(text) / 10))
        elif len(words) >= 8 and text.startswith(words.rstrip(".…")):
            best = max(best, 0.9)
    return best


def _printed(document: Document, number: int, told: list[str]) -> Headline:
    """The headline at a line, with the lines of the same heading that the head of the page counts to it."""
    lines = document.lines
    line, last = lines[number], number
    text = line.text
    while last + 1 < len(lines) and last - number < 3 and _goes_on(line, lines[last + 1], text, told):
        last += 1
        text = (
            f"{text} {lines[last].text}"
            if _spaced(document, text, lines[last].text)
            else text + lines[last].text
        )
    rule = _rule(line)
    return Headline(text, f"{rule}+title" if told else rule, number, last, _kicker(lines, number, last))


def _rule(line: Line) -> str:
    return f"h{line.level}" if line.level else "line"


def _goes_on(first: Line, following: Line, text: str, told: list[str]) -> bool:
    if not (following.frame.within(first.frame) or (first.level and first.level == following.level)):
        return False
    joined = bare(text + following.text)
    return any(words.startswith(joined) for words in told)


def _spaced(document: Document, text: str, more: str) -> bool:
    return f"{text} {more}" in document.title


def _kicker(lines: list[Line], first: int, last: int) -> str:
    """A heading printed right above or below the headline, in its own box."""
    for number in (last + 1, first - 1):
        if 0 <= number < len(lines):
            line = lines[number]
            kin = line.frame.parent is lines[first].frame.parent or _shared(line.frame, lines[first].frame)
            named = re.search(r"sub-?tit|futi|yinti|kicker|^pre\b", line.frame.names.strip())
            if kin and (line.level or named) and not line.linked and 6 <= len(line.text) <= 60:
                return line.text
    return ""


def _shared(one: Frame, other: Frame) -> bool:
    return (
        one.parent is not None
        and other.parent is not None
        and one.parent.parent is other.parent.parent is not None
    )


def _from_head(document: Document, listed: str) -> Headline | None:
    """The headline from og:title, the link or the <title>, without column and site."""
    for text, rule in ((document.metas.get("og:title", ""), "meta:og:title"), (document.title, "title")):
        cleaned = without_site(text)
        if len(cleaned) >= 6 and _is_filled_in(text):
            return Headline(cleaned, rule)
    return Headline(listed, "list") if listed else None


def without_site(title: str) -> str:
    """A <title> without its trailing column and site names."""
    while True:
        cuts = list(_SEPARATOR.finditer(title))
        if not cuts:
            return title.strip()
        head, tail = title[: cuts[-1].start()], title[cuts[-1].end() :]
        if len(head) >= 4 and (
            len(tail) <= 6 or (len(tail) <= 16 and (_SITE.search(tail) or len(head) > 2 * len(tail)))
        ):
            title = head
        else:
            return title.strip()
