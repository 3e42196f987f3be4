"""Source, reporters and editors: labels as Chinese portals print them, datelines, and lines of names."""

import re
from dataclasses import dataclass
from typing import Literal

from crawler.reading.names import looks_like_medium, looks_like_person, people

Role = Literal["source", "author", "editor", "other"]

_LABELS: dict[str, Role] = {
    **dict.fromkeys(
        (
            "信息来源", "稿件来源", "文章来源", "新闻来源", "消息来源", "内容来源", "资料来源", "本文来源", "原文来源", "来源", "稿源", "來源", "转载自", "转自",
        ),
        "source",
    ),
    **dict.fromkeys(
        (
            "责任编辑", "責任編輯", "执行编辑", "值班编辑", "版面编辑", "网络编辑", "本文编辑", "文字编辑", "编辑", "編輯", "责编", "責編", "选稿", "一审",
            "二审", "三审", "初审", "复审", "终审", "编审", "值班主任", "本期编辑", "实习编辑", "主编",
        ),
        "editor",
    ),
    **dict.fromkeys(
        (
            "作者", "记者", "通讯员", "实习生", "撰文", "撰稿", "采写", "文字", "执笔", "本报记者", "本网记者", "特约记者", "见习记者", "实习记者", "文/图", "图/文", "文图",
            "图文", "采访", "供稿人", "作　者",
        ),
        "author",
    ),
    **dict.fromkeys(
        (
            "发布时间", "发表时间", "发布日期", "发稿时间", "更新时间", "日期", "时间", "發佈時間", "时 间", "字号", "字体", "字體", "浏览次数", "浏览", "点击数", "点击", "阅读次数",
            "阅读", "校对", "责任校对", "审核", "监制", "总监制", "监审", "终校", "美编", "排版", "视觉", "设计", "出品", "制作", "统筹", "策划", "分享到", "分享", "分享至", "打印",
            "关键词", "关键字", "标签", "供稿单位", "供稿", "栏目", "分类", "频道", "原标题", "摄影", "摄像", "剪辑", "图片", "图", "运营编辑", "视觉编辑", "图片编辑", "视频编辑",
            "美术编辑", "新媒体编辑", "编校", "技术", "翻译", "编译", "原作者", "审校", "审读", "签发", "值班总编", "总值班", "评论", "联系电话", "投稿邮箱", "索引号", "发布机构", "文号", "发布于", "话题", "主办",
            "专题", "编辑点评", "记者手记", "文章关键词",
        ),
        "other",
    ),
}  # fmt: skip
_WORDS = "|".join(
    r"[ \u3000]{0,4}".join(map(re.escape, word)) if len(word) == 2 else re.escape(word)
    for word in sorted(_LABELS, key=len, reverse=True)
)
_OPEN, _CLOSE = r"【\[（(〔", r"】\]）)〕"
_LABEL = re.compile(
    rf"[{_OPEN}]?[ \u3000]*(?P<label>{_WORDS})[ \u3000]*(?:[{_CLOSE}][ \u3000]*[:：]?|[:：︱丨｜|]|[/／](?![摄]))[ \u3000]*"
)
_STRONG = re.compile(r"(?:责任编辑|责编|稿件来源|信息来源)[ \u3000]+(?=[\u4e00-\u9fff])")
_JUNK = re.compile(
    r"(?:举报|微博|微信|收藏本文|收藏|分享到|分享至|分享|打印本页|打印|评论|参与互动|我要反馈|关闭|查看全文|返回.{0,12}|纠错|字号|字体|【|\[|大\b|小\b|复制链接|订阅|关注|"
    r"A[-+]|T[-+]|扫码|手机看|我有话说|进入.{2,8}论坛|人参与|下载客户端|原创稿|原创$|\d+人|\d+评|https?:|www\.|责编|更多|版权|网友|转发|朋友圈|QQ空间|阅读[数量]?|浏览|点击|查看|发表|我来说两句|分$)"
)
_DATE_START = re.compile(r"(?:19|20)\d\d\s*[-/.年]|\d\d-\d\d-\d\d|\d{1,2}-\d{1,2} \d|\d{1,2}:\d\d")
_EDGES = " \u3000\xa0:：|｜·,，;；。、-—/[]【】（()）〔〕<>《》\"'“”>"


@dataclass(frozen=True, slots=True)
class Labelled:
    """One label with what follows it."""

    role: Role
    label: str
    value: str
    line: int = 0


def labels(text: str, line: int = 0) -> list[Labelled]:
    """Every label of a short line with its value, which ends where the next label begins."""
    text = _STRONG.sub(lambda match: match.group().strip() + "：", text)
    matches = list(_LABEL.finditer(text))
    if not matches:
        return []
    ends = [*(match.start() for match in matches[1:]), len(text)]
    found = []
    for match, end in zip(matches, ends, strict=True):
        label = re.sub(r"[ \u3000]", "", match.group("label"))
        found.append(Labelled(_LABELS[label], label, text[match.end() : end].strip(), line))
    return found


def source_name(value: str) -> str | None:
    """The medium named behind 来源: up to the first date, button or person's name."""
    value = re.sub(r"^(?:来源)?[:：\s\[【（(]+", "", value)
    for pattern in (_DATE_START, _JUNK):
        if match := pattern.search(value):
            value = value[: match.start()]
    words = value.strip(_EDGES).split()
    kept = words[:1]
    for word in words[1:]:
        if looks_like_person(word) or not looks_like_medium(word):
            break
        kept.append(word)
    name = re.sub(r"[（(](?!微信|公众号)[\u4e00-\u9fff]{2,4}[)）]$", "", " ".join(kept)).strip(_EDGES)
    if not name or len(name) > 40 or name.isdigit() or not re.search(r"[\w\u4e00-\u9fff]", name):
        return None
    return name


def names_after_source(value: str) -> tuple[str, ...]:
    """People printed bare behind the source (来源：某报 某某)."""
    words = value.split()
    return tuple(word for word in words[1:4] if looks_like_person(word))


_NAMES = r"[\u3400-\u9fff·•]{1,12}(?:[ \u3000、,，和与/]+[\u3400-\u9fff·•]{1,8}){0,9}"
_REPORTER = r"(?:记者|通讯员|实习生|报道员|特约撰稿人?|评论员|撰稿人?|作者)"
_IN_BRACKETS = re.compile(
    rf"[（(【\[](?P<inside>[^（）()【】\[\]]{{0,24}}?{_REPORTER}[^（）()【】\[\]]{{1,60}})[）)】\]]"
)
_AFTER_WIRE = re.compile(r"[日社网讯][电讯]\s*[（(](?P<inside>[^（）()]{2,30})[）)]")
_DATELINE = re.compile(
    rf"^[■●▲◆□◎\s【\[]*[\u3400-\u9fff]{{0,12}}?(?:讯|电|消息|报道)?[】\]]?[\s,，(（]*[\u3400-\u9fff]{{0,8}}?{_REPORTER}[\s:：]*(?P<inside>{_NAMES})"
    r"(?=\s*(?:\d|报道|摄|文|从|在|通讯|昨|今|近日|日前|获悉|[)）]|$))"
)
_SPLIT_ROLES = re.compile(
    rf"(?:本报|本网|本台|本刊|全媒体|融媒体|见习|实习|特约|特派|首席|驻[\u3400-\u9fff]{{1,4}})*{_REPORTER}[:：]?|文[/／]图|图[/／]文|[文图][/／]|文字|摄影"
)
_ENDS = re.compile(
    r"(?:综合|整理|联合|现场)?(?:报道|电|讯|摄影?|文图?|图文?|撰文|采写|整理|编译|摄制|[\u3400-\u9fff]{2,4}(?:报道|电))$"
)
_BYLINE = re.compile(
    rf"^[■●▲◆□◎▍|\s（(【\[—]*(?:(?:来源|作者|文|撰文|图文|文图|文字|采写|执笔|供稿|图)\s*[/／:：|｜丨︱]|(?:作者|撰文|文字|编辑|采写)\s|[\u3400-\u9fff ]{{0,14}}?{_REPORTER}[\s:：/／]*)"
)
_SIGNED = re.compile(r"[。！？!?”…」][（(](?P<inside>[^（）()]{2,24})[）)]$")
_WRITTEN_BY = re.compile(r"^(?P<inside>[\u3400-\u9fff]{2,4})\s*[/／]\s*文(?:\s|$)")


def reporters(paragraph: str) -> tuple[str, ...]:
    """The reporters whom a paragraph names in a dateline or in brackets."""
    found = [name for match in _IN_BRACKETS.finditer(paragraph) for name in bracketed(match.group("inside"))]
    return tuple(dict.fromkeys(found)) or _unbracketed(paragraph)


def _unbracketed(paragraph: str) -> tuple[str, ...]:
    wire = _AFTER_WIRE.search(paragraph[:60])
    if wire and (names := people(wire.group("inside"), labelled=False)):
        return names
    dateline = _DATELINE.match(paragraph[:90])
    if dateline and (names := _trimmed(dateline.group("inside"))):
        return names
    written = _WRITTEN_BY.match(paragraph)
    return people(written.group("inside"), labelled=False) if written else ()


def bracketed(inside: str) -> tuple[str, ...]:
    """The names of 「本报记者 甲 乙 通讯员 丙」 with the words of office taken off."""
    match = re.search(_REPORTER, inside)
    if match is None:
        return ()
    parts = _SPLIT_ROLES.split(inside[match.start() :])
    return tuple(name for part in parts for name in _trimmed(part))


def _trimmed(value: str) -> tuple[str, ...]:
    words = value.replace("　", " ").split()
    if words and _ENDS.fullmatch(words[-1]):
        words = words[:-1]
    value = _ENDS.sub("", " ".join(words))
    named = people(value, labelled=False)
    return named or people(value)


def signature(paragraph: str) -> tuple[str, ...]:
    """The names in brackets behind the last sentence: 「……。（某某）」, 「（某某 上海报道）」."""
    match = _SIGNED.search(paragraph)
    if match is None:
        return ()
    inside = match.group("inside")
    words = inside.replace("　", " ").split()
    if len(words) > 1 and _ENDS.search(words[-1]):
        words = words[:-1]
    named = people(" ".join(words), labelled=False)
    return named if len("".join(named)) >= len("".join(words)) - 1 else ()


def is_byline(text: str) -> bool:
    """Whether a whole line only says who wrote: 「本报记者 某某」, 「（记者 某某）」, 「文/某某」."""
    if len(text) > 60 or text[-1] in "。！？：:" or not _BYLINE.match(text):
        return False
    return bool(byline_names(text)) or bool(labels(text))


def byline_names(text: str) -> tuple[str, ...]:
    """The people of a line that only says who wrote."""
    bare = text.strip(_EDGES + "■●▲◆□◎▍")
    if match := re.match(
        r"^(?:作者|撰文|文字|采写|文|执笔|图文|文图)\s*[/／:：|｜丨︱\s]\s*(?P<rest>.+)$", bare
    ):
        rest = re.sub(r"[丨|｜].*$", "", match.group("rest"))
        return people(re.sub(r"^[\u3400-\u9fffA-Za-z]{2,8}[ \u3000](?=[\u3400-\u9fff]{2,3}$)", "", rest))
    return bracketed(bare) if len(bare) <= 60 else ()
