"""Reporters in datelines, in brackets, in signatures and in lines of their own."""

import re

from crawler.reading.labels import labels
from crawler.reading.names import people

_LONGEST = 60
_REPORTER = r"(?:记者|記者|通讯员|通訊員|实习生|报道员|特约撰稿人?|评论员|撰稿人?|作者)"
_NAMES = r"[\u3400-\u9fff·•]{1,12}(?:[ \u3000、,，和与/]+[\u3400-\u9fff·•]{1,8}){0,9}"
_IN_BRACKETS = re.compile(
    rf"[（(【\[](?P<inside>[^（）()【】\[\]。]{{0,24}}?{_REPORTER}[^（）()【】\[\]。]{{1,60}})[）)】\]]"
)
_AFTER_WIRE = re.compile(r"[日社网讯][电讯]\s*[（(](?P<inside>[^（）()]{2,30})[）)]")
_DATELINE = re.compile(
    rf"^[■●▲◆□◎\s【\[]*[\u3400-\u9fff]{{0,12}}?(?:\d{{1,2}}月\d{{1,2}}日)?(?:讯|电|消息|报道)?[】\]]?[\s,，(（]*[\u3400-\u9fff]{{0,8}}?{_REPORTER}[\s:：]*(?P<inside>{_NAMES})"
    r"(?=\s*(?:\d|报道|摄|文|从|在|通讯|昨|今|近日|日前|获悉|[)）]|$))"
)
_SPLIT_ROLES = re.compile(
    rf"(?:本报|本网|本台|本刊|全媒体|融媒体|见习|实习|特约|特派|首席|驻[\u3400-\u9fff]{{1,4}})*{_REPORTER}[:：]?|文[/／]图|图[/／]文|[文图][/／]|文字|摄影"
)
_ENDS = re.compile(
    r"(?:综合|整理|联合|现场|[\u3400-\u9fff]{2,4})?(?:报道|电|讯)$|(?:文图|图文|撰文|采写|整理|编译|摄制|摄影报道|摄影|[摄文图])$"
)
_BARE_END = re.compile(
    r"(?:综合|整理|联合|现场|摄影)?(?:报道|电|讯)$|(?:文图|图文|撰文|采写|整理|编译|摄影|[摄文图])$"
)
_WROTE = r"(?:作者|撰文|文字|采写|文|执笔|图文|文图|供稿)"
_BYLINE = re.compile(
    rf"^[■●▲◆□◎▍|\s（(【\[—]*(?:(?:来源|{_WROTE}|图)\s*[/／:：|｜丨︱]|(?:作者|撰文|文字|编辑|采写)\s|[\u3400-\u9fffA-Za-z《》 ·、\-—|丨]{{0,16}}?{_REPORTER}[\s:：/／]*[\u3400-\u9fff])"
)
_SIGNED = re.compile(r"(?:^|[。！？!?”…」])[（(](?P<inside>[^（）()]{2,24})[）)]$")
_WRITTEN_BY = re.compile(
    r"^(?P<inside>[\u3400-\u9fff·]{2,8}(?:[ \u3000、][\u3400-\u9fff·]{1,8}){0,3})\s*[/／]\s*文(?:\s|$)"
)
_LEADING_ROLE = re.compile(rf"^{_WROTE}\s*[/／:：|｜丨︱\s]\s*(?P<rest>.+)$")
_EDGES = " \u3000■●▲◆□◎▍|（）()【】[]—-"


def reporters(paragraph: str) -> tuple[str, ...]:
    """The reporters whom a paragraph names in a dateline or in brackets."""
    found = [name for match in _IN_BRACKETS.finditer(paragraph) for name in bracketed(match.group("inside"))]
    return tuple(dict.fromkeys(found)) or _unbracketed(paragraph)


def _unbracketed(paragraph: str) -> tuple[str, ...]:
    wire = _AFTER_WIRE.search(paragraph[:60])
    if wire and (names := people(wire.group("inside"), labelled=False)):
        return names
    dateline = _DATELINE.match(paragraph[:90])
    if dateline:
        inside = dateline.group("inside")
        first = inside.split()[0]
        return _without_end(inside, labelled=False) or (people(first) if len(first) <= 3 else ())
    written = _WRITTEN_BY.match(paragraph)
    return people(written.group("inside"), labelled=False) if written else ()


def bracketed(inside: str) -> tuple[str, ...]:
    """The names of 「本报记者 甲 乙 通讯员 丙」 with the words of office taken off."""
    match = re.search(_REPORTER, inside)
    if match is None:
        return ()
    parts = _SPLIT_ROLES.split(inside[match.start() :])
    return tuple(name for part in parts for name in _without_end(part))


def _without_end(value: str, *, labelled: bool = True) -> tuple[str, ...]:
    """The people of a value that may end in 「摄影报道」 or 「兰州报道」."""
    words = value.split()
    while len(words) > 1 and _ENDS.fullmatch(words[-1]):
        words = words[:-1]
    value = " ".join(words)
    named = people(value, labelled=labelled and "、" in value)
    return named or people(_BARE_END.sub("", value), labelled=labelled)


def signature(paragraph: str) -> tuple[str, ...]:
    """The names in brackets behind the last sentence: 「……。（某某）」, 「（某某 上海报道）」."""
    match = _SIGNED.search(paragraph)
    if match is None:
        return ()
    words = match.group("inside").split()
    if len(words) > 1 and _ENDS.search(words[-1]):
        words = words[:-1]
    named = people(" ".join(words), labelled=False)
    return named if len("".join(named)) >= len("".join(words)) - 1 else ()


def is_byline(text: str) -> bool:
    """Whether a whole line only says who wrote: 「本报记者 某某」, 「（记者 某某）」, 「文/某某」."""
    if len(text) > _LONGEST or text[-1] in "。！？：:；":
        return False
    if not _BYLINE.match(text):
        return len(text) < 30 and bool(_WRITTEN_BY.match(text))
    if "，" in text and not (text[0] in "【（([" and text[-1] in "】）)]"):
        return False
    return bool(byline_names(text)) or bool(labels(text))


def byline_names(text: str) -> tuple[str, ...]:
    """The people of a line that only says who wrote."""
    bare = text.strip(_EDGES)
    if written := _WRITTEN_BY.match(bare):
        return people(written.group("inside"))
    found = labels(bare)
    if found and found[0].start <= 12 and not re.search(_REPORTER, bare[: found[0].start]):
        return tuple(name for one in found if one.role == "author" for name in people(one.value))
    cut = bare[: found[0].start] if found else bare
    if match := _LEADING_ROLE.match(cut):
        return people(match.group("rest"))
    return bracketed(cut) if len(cut) <= _LONGEST else ()
