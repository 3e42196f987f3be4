"""The name of the medium a report is from, taken out of what is printed around it."""

import re

from crawler.reading.names import looks_like_medium

_NO_SOURCE = re.compile(
    r"^(?:转载(?:文章|稿)?|网络(?:综合|整理)?|互联网|本站(?:原创|讯)?|原创|未知|不详|综合(?:整理)?|其他|佚名|本网|本站|来源|新闻|无|编辑|作者|记者|我要.*|文字|图片|首页|正文|更新|修改|发布|发表|责编|供稿|专题|独家|第?[A-Z]{0,2}\d{1,3}版|(?:社会|国内|国际|财经|体育|娱乐|科技|时政|法治|法制|本地|综合|滚动|图片)新闻|进入.{2,8})$"
)
_BUTTONS = re.compile(
    r"举报|微博(?!号)|微信(?!公众号)|收藏|分享|打印|评论|参与互动|我要|关闭|查看|返回|纠错|字号|字体|【|\[大|复制链接|订阅|\+?关注|A[-+]|T[-+]|扫码|手机看|我有话说|进入.{2,8}论坛|\d*人参与|下载|原创稿|"
    r"\d+人|\d+评|https?:|www\.|更多|版权|网友|转发|朋友圈|QQ空间|阅读|浏览|点击|发表|官方账号|用微信|缩小字体|放大字体|大\s中\s小|发布于|来自(?=[\u3400-\u9fff]{2})"
)
_DATE_START = re.compile(r"(?:19|20)\d\d\s*[-/.年]|\d\d-\d\d-\d\d|\d{1,2}-\d{1,2} \d|\d{1,2}:\d\d")
_PLACE_BEHIND = re.compile(r"[（(](?!微信|公众号)[\u4e00-\u9fff]{2,4}[)）]?$")
_LEADING = re.compile(r"^[\s:：|｜·,，;；。、\-—/\[【（(]+")
_TRAILING = re.compile(r"[\s:：|｜·,，;；。、\-—/\[【（(>]+$")
_PAIRS = (("《", "》"), ("（", "）"), ("(", ")"), ("【", "】"), ("[", "]"), ("“", "”"), ('"', '"'))
_OPENING = re.compile(
    r"^[\s\u3000]*【(?P<name>[\u3400-\u9fff]{2,8}(?:网|报|社|台|客户端))(?:讯|综合报道|报道|消息)?】"
)

_DATELINE = re.compile(
    r"[\s\u3000]*(?!本[报网台刊社])(?P<name>[\u3400-\u9fff]{2,8}?(?:网|报|社|台|在线|新闻|客户端))"
    r"(?:[\u3400-\u9fff]{0,6}\d{1,2}月\d{1,2}日)?(?:讯|电|消息)(?![\u3400-\u9fff])"
)


def source_name(value: str) -> str | None:
    """The medium named behind 来源: up to the first date or button, without a place in brackets."""
    value = re.split(
        r"[，,；;]|(?:本[报网台刊]|[\u3400-\u9fff]{2}体)?记者(?=[ \u3000：:\u3400-\u9fff])", value
    )[0]
    if _BUTTONS.match(value):
        return None
    for pattern in (_DATE_START, _BUTTONS):
        if match := pattern.search(value, 1):
            value = value[: match.start()]
    words = re.sub(r"^\s*来源[:：]", "", value).strip(" 　:：[【（(").split()
    if not words:
        return None
    if len(words) > 1 and not looks_like_medium(words[0]) and looks_like_medium(words[1]):
        words = [f"{words[0]} {words[1]}"]
    name = trimmed(_PLACE_BEHIND.sub("", trimmed(words[0])))
    if not 2 <= len(name) <= 40 or _NO_SOURCE.match(name) or not re.search(r"[A-Za-z\u3400-\u9fff]", name):
        return None
    return name


def trimmed(text: str) -> str:
    """A name without stray punctuation around it; brackets that belong together stay."""
    text = _TRAILING.sub("", _LEADING.sub("", text))
    for left, right in _PAIRS:
        if text.endswith(right) and left not in text[:-1]:
            text = text[:-1]
        if text.startswith(left) and right not in text[1:]:
            text = text[1:]
        if text.startswith(left) and text.endswith(right) and left not in text[1:-1] and left != "《":
            text = text[1:-1]
    return _TRAILING.sub("", _LEADING.sub("", text))


def words_beside(text: str) -> list[str]:
    """What is left of a byline when its time and its buttons are taken away."""
    text = re.sub(r"https?://\S+|www\.\S+|[\w.]+\.(?:com|cn|net)\S*", " ", text)
    text = _BUTTONS.split(text)[0] if _BUTTONS.match(text) is None else ""
    return [
        word for raw in re.split(r"[\s·|｜()（）\[\]/,，]+", text) if 2 <= len(word := trimmed(raw)) <= 20
    ]


def named_in_dateline(paragraph: str) -> str | None:
    """The medium that reports: 「某某网兰州6月1日电」, 「某某报讯」."""
    match = _DATELINE.match(paragraph)
    return source_name(match.group("name")) if match else None


def named_in_opening(paragraph: str) -> str | None:
    """The medium in brackets before the first words: 「【某某网】6月1日，……」."""
    match = _OPENING.match(paragraph)
    return match.group("name") if match else None
