"""The body: which frame holds the report, where in it the report begins and ends, and what in between is not report."""

import re
from dataclasses import dataclass, field
from itertools import accumulate

from crawler.reading.document import Document, Frame, Line, ancestors
from crawler.reading.labels import labels

_STOPS = re.compile(r"[，。！？；：、“”…,;!?]")
_SENTENCE = re.compile(r"[。！？!?；;”…」』]")
# The site's own notices, however long.
_NOTICE = re.compile(
    r"版权声明|免责声明|特别声明|平台声明|郑重声明|版权与免责|凡(?:本网|注明|来源)|未经.{0,20}(?:授权|许可|允许).{0,20}(?:转载|使用|复制|镜像|链接)|"
    r"本(?:网站?|站|平台|号).{0,30}(?:转载|侵权|侵犯|仅提供信息)|(?:不|并不)(?:代表|意味着).{0,12}(?:本网|本站|观点|立场)|仅代表作者(?:本人|个人)?(?:的)?观点|信息存储空间服务|"
    r"如(?:有|涉).{0,10}侵权|许可证|ICP备|ICP证|公网安备|Copyright|All Rights Reserved|版权所有|严禁转载|转载请|Notice: The content above|违法和不良信息|来电.{0,40}声明|小时内删除|"
    r"欢迎(?:投稿|提供(?:新闻)?线索|爆料)|(?:举报|投诉)(?:电话|邮箱)|新闻热线|^声明[：:]|不构成.{0,8}投资建议|爆料电话|投稿邮箱|您的浏览器|不支持.{0,10}播放|仅供其?表达个人"
)
# Buttons and prompts, which are short; the same words in a sentence are the report's.
_BUTTON = re.compile(
    r"(?:扫|长按).{0,6}(?:二维码|一扫)|微信(?:扫|公众号|朋友圈)|关注.{0,12}(?:公众号|微博|微信)|分享(?:到|至|给)|下载.{0,8}(?:客户端|APP)|客户端下载|点击(?:进入|查看|下载|这里|此处)|"
    r"返回.{0,8}(?:首页|列表|频道)|查看(?:更多|全部)|阅读(?:全文|剩余|更多|原文)|更多(?:精彩|内容|新闻|资讯|猛料)|我要(?:评论|反馈|投诉|举报)|发表评论|网友评论|跟[帖贴]|登录.{0,10}(?:发表|评论|后)|加载中|正在加载|"
    r"[上下]一[篇页条]|字体?[号：:]|大 中 小|^【?\s*(?:打印|关闭|收藏|推荐|纠错|评论)|人参与|条评论|^(?:微信|微博|新浪微博|QQ(?:空间|好友)?|Qzone|评论|图集|收藏|分享|打印|点赞|朋友圈|复制链接|订阅|微信好友|人人网?|豆瓣|易信|空间|更多|转发|关注.{0,6}|搜索|频道|广告|\\+\\d)$|您可能还|猜你喜欢|^广告$|广告位|^责任编辑|^[【\[（( ]*责编|^[（(【\[ ]*原标题|^[\d\s]+$|^Play Video|"
    r"阅读数|不感兴趣|查看所有|已收藏|推荐\d+|申请入驻|[\w.]+@[\w.]+\.\w|订阅后|继续阅读|可畅读|图片均?来[自源]",
    re.IGNORECASE,
)
_CLOCK = re.compile(r"(?:19|20)\d\d[-/.年]\s?\d{1,2}[-/.月]\s?\d{1,2}日?\s*\d{0,2}:?|\d\d:\d\d")
_BYLINE_WORDS = re.compile(
    r"(?:来\s*源|來源|稿源|作\s*者|编\s*辑|編輯|责编|选稿|时间|日期)\s*[】\])）]?\s*[:：︱丨｜]|发布于|浏览次数|阅读[：:]"
)
_STAMP = re.compile(
    r"(?:19|20)\d\d\s?[-/.年]\s?\d{1,2}\s?[-/.月]\s?\d{1,2}\s?日?\s*[T ]?\d{1,2}\s?[:：]\s?\d\d"
)
_TEASER = re.compile(
    r"(?:【详细】|\[详细\]|\[全文\]|【全文】|详细>+|\[查看全文\]|(?:\.{3,}|…)\s*\[?全文\]?)$"
)
_EDITOR_LINE = re.compile(r"(?:责任?编辑?|责编|編輯|编\s*辑)\s*[】\])）]?\s*[:：]")
# So much report text must stand above an editor's line before it can end the report.
_ENOUGH = 80.0
_MOST_CANDIDATES = 60
_BUTTON_LENGTH = 48
_TAIL_BUTTON = re.compile(
    r"(?:返回.{1,8}[，,]\s*查看更多|【详细】|【查看全文】|\[详细\]|查看更多\s*>*|阅读全文\s*>*)$"
)
# Headings of what follows the report.
_AFTER = re.compile(
    r"^[\s■●◆▲【\[（(>·|]*(?:相关(?:新闻|阅读|链接|报道|专题|推荐|文章|稿件|资讯|内容|视频|图片)|延伸阅读|推荐(?:阅读|新闻|文章|视频)?|热(?:门|点)(?:推荐|新闻|排行|文章|专题|话题|图片)|精彩(?:推荐|图片|图文|专题)|猜你喜欢|"
    r"为您推荐|网友(?:评论|跟贴)|最新评论|参与评论|我来说两句|往期(?:回顾|推荐)|更多(?:报道|阅读|推荐)|新闻排行|图片(?:推荐|新闻)|视频推荐|专题推荐|今日.{0,4}热点|作者(?:简介|其他)|此前报道|分享(?:到|至)?|关键[词字]|标签|"
    r"编辑推荐|头条推荐|即时(?:新闻|播报)|您此时的心情|大家都在看|相关链接|责任编辑|【?责编|阅读下一篇|(?:反?侵权|版权|免责|法律|郑重|特别)?(?:公告|声明)[：:]?$)"
)
_SUMMARY = re.compile(r"^[\[【（(]\s*(?:摘要|提要|导读|核心提示)|^[（(【\[]?\s*原(?:标题|题)(?:[:：]|为)")
_CREDIT = re.compile(
    r"^[\s《（(【\[]*(?:本文(?:来自|来源|转自|首发|为.{2,20}授权)|来源[:：|｜丨︱]|稿件来源|信息来源|文章来源|编辑[:：]|出品[︱|｜丨:：]|图片(?:均)?来[自源]|排版)"
)
_BAD_NAMES = re.compile(
    r"comment|pinglun|foot|navi|\bnav|crumb|share|relat|recom|\bhot|side|copyright|statement|disclaim|menu|qrcode|erweima|login|\bad[-_]|\bads\b|guanggao|keyword|\btags?\b|toolbar|breadcrumb|header|banner|sitemap|\blink|rank|paihang|"
    r"tuijian|xiangguan|weixin|wechat|bshare|jiathis|dialog|popup|modal|editor-?info|print|pager|pagination|turn_?page|page_?link|player|hidden|mianze|shengming"
)
_GOOD_NAMES = re.compile(
    r"trs_editor|trs_uedit|article|content|zoom|detail|neirong|zhengwen|main[-_]?text|\btext|con[-_]?text|\bbody|post[-_]?(?:body|text|content)|news[-_]?(?:text|con|body)|rich[-_]?text|\bcont?\b|wenzhang"
)
_CAPTION_NAMES = re.compile(
    r"caption|cap-|pic[-_]?(?:desc|text|txt|info|title|note)|media[-_]?pic|img[-_]?(?:desc|text|txt|title|note|wrapper)|photo[-_]?(?:desc|text|note)|tushuo|图说|zhushi"
)
_CAPTION = re.compile(
    r"^(?:图[为：:]|▲|△|↑|上图|下图|图注|图\d|图片说明|资料图)|(?:[\s（(/／][\u3400-\u9fff]{2,4} ?[摄图]|[/／]摄|供图|资料图片?|图源|视觉中国|东方IC|IC photo)[）)。]?$"
)
# An inner frame with nearly all the worth of its outer one is preferred.
_NEARLY = 0.985
_PAPER_CREDIT = re.compile(r"^[《〈 ]{0,2}[ \u3400-\u9fff]{2,14}[》〉 ]{0,2}[ （(]{0,2}\d{4} ?年")


@dataclass(slots=True)
class Body:
    """The lines of the report, and what was learned while cutting them out."""

    frame: Frame | None
    rule: str
    lines: list[int] = field(default_factory=list)
    """The numbers of the lines kept."""
    first: int = -1
    last: int = -1
    """Where the report begins and ends; bylines and captions in between are not among `lines`."""
    captions: dict[int, str] = field(default_factory=dict)
    value: float = 0.0


def is_foreign(text: str) -> bool:
    """Whether a line is the site's own: notices, buttons, prompts."""
    if len(text) <= _BUTTON_LENGTH and _BUTTON.search(text):
        return True
    return bool(_NOTICE.search(text)) and not (len(text) > 160 and len(_SENTENCE.findall(text)) > 3)


def without_button(text: str) -> str:
    """A paragraph without a button that the page runs into its end."""
    return _TAIL_BUTTON.sub("", text).rstrip()


def value_lines(document: Document, after: int) -> list[float]:
    """How much each line speaks for being report text (positive) or something else (negative).

    `after` is the last line of the headline (-1 when it is not printed).
    """
    raw = [_value(line) for line in document.lines]
    _forget_repeats(document, raw)
    reach = [0.0, *accumulate(max(worth, 0.0) for worth in raw)]
    bad = _bad_lines(document, reach)
    values, so_far, ended = [], 0.0, False
    for number, worth in enumerate(raw):
        if worth > 0 and bad[number]:
            worth = min(worth * 0.3, 20) - 10
        if number > after:
            ended = ended or (so_far > _ENOUGH and _ends_report(document.lines[number]))
            so_far += max(worth, 0.0)
        values.append(worth * 0.3 if ended and worth > 0 else worth)
    return values


def _value(line: Line) -> float:
    size = len(line.text)
    own = size - line.linked
    if line.linked * 2 > size and not (own >= 24 and line.text.endswith("。")):
        return -8.0 - min(size, 60) * 0.2
    stops = len(_STOPS.findall(line.text)) if own >= 14 else 0
    if not stops or not (stops >= 2 or own >= 30 or _SENTENCE.search(line.text)):
        return -4.0 if size < 14 else -2.0
    if is_foreign(line.text):
        return -12.0
    if size < 100 and (_BYLINE_WORDS.search(line.text, 0, 40) or _STAMP.search(line.text)):
        return -2.0
    if _TEASER.search(line.text):
        return -2.0
    if is_caption(line):
        return 0.0
    return min(own, 400) * (1.0 if own >= 24 else 0.6) - line.linked * 0.5


def _forget_repeats(document: Document, values: list[float]) -> None:
    """A page that carries its text twice (for desktop and phone) is read once."""
    seen: set[str] = set()
    for number, line in enumerate(document.lines):
        if values[number] > 0 and len(line.text) > 20:
            if line.text in seen:
                values[number] = 0.0
            seen.add(line.text)


def _bad_lines(document: Document, reach: list[float]) -> list[bool]:
    """Which lines stand in a frame named for something else; a frame with most of the text is only misnamed."""
    bad = [False] * len(document.lines)
    limit = reach[-1] * 0.4
    until = 0
    for frame in document.frames:
        if (
            frame.end > until
            and frame.end > frame.start
            and _bad(frame)
            and reach[frame.end] - reach[frame.start] < limit
        ):
            for number in range(max(frame.start, until), frame.end):
                bad[number] = True
            until = frame.end
    return bad


def _bad(frame: Frame) -> bool:
    if frame.tag in ("nav", "footer", "aside"):
        return True
    return (
        len(frame.names) > 1 and bool(_BAD_NAMES.search(frame.names)) and not _GOOD_NAMES.search(frame.names)
    )


def _ends_report(line: Line) -> bool:
    """Whether a line tells that the report is over: its editor, or the heading of other things."""
    return begins_other_things(line) or (len(line.text) < 60 and bool(_EDITOR_LINE.search(line.text)))


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """What is known about where the body stands before it is looked for."""

    after: int = -1
    """The last line of the headline; -1 when it is not printed."""
    hints: frozenset[str] = frozenset()
    """Class names and ids that the page's template family gives its bodies."""
    within: Frame | None = None
    """The element that the portal's selector names."""


def find_body(document: Document, values: list[float], place: Place) -> Body:
    """Choose the frame with the best run of report text and cut the report out of it."""
    runs = _candidates(document, values, place)
    if not runs:
        return Body(None, "none")
    best = runs[0]
    for run in runs[1:]:
        inside = run.frame.within(best.frame)
        if run.worth > best.worth or (
            inside and (run.worth >= best.worth * _NEARLY or _apart(values, best, run))
        ):
            best = run
    hinted = bool(place.hints & set(best.frame.names.split()))
    rule = f"{'selector' if place.within else 'family' if hinted else 'score'}:{best.frame.tag}.{best.frame.names.strip()[:40]}"
    body = Body(best.frame, rule, value=best.worth)
    _cut(document, values, body, best, place.after)
    return body


@dataclass(frozen=True, slots=True)
class _Run:
    """The stretch of a frame's lines whose values add up to most."""

    frame: Frame
    first: int
    last: int
    worth: float


def _candidates(document: Document, values: list[float], place: Place) -> list[_Run]:
    """The best run of each frame that holds a good part of the page's text, outer frames first."""
    reach = [0.0, *accumulate(max(worth, 0.0) for worth in values)]
    after = place.after
    least = max((reach[-1] - reach[after + 1]) * 0.12, 1.0)
    frames = [
        frame
        for frame in document.frames
        if frame.end > after + 1 and reach[frame.end] - reach[max(frame.start, after + 1)] >= least
    ]
    if place.within is not None:
        frames = [frame for frame in document.frames if frame.within(place.within)]
    if len(frames) > _MOST_CANDIDATES:
        frames = [*frames[: _MOST_CANDIDATES // 2], *frames[-_MOST_CANDIDATES // 2 :]]
    runs = []
    for frame in frames:
        first, last, worth = _best_run(values, max(frame.start, after + 1), frame.end)
        if worth > 0:
            runs.append(_Run(frame, first, last, worth * _favour(frame, place.hints)))
    return runs


def _best_run(values: list[float], start: int, end: int) -> tuple[int, int, float]:
    """The contiguous run of lines with the greatest sum."""
    best, first, last = 0.0, start, start
    so_far, begin = 0.0, start
    for number in range(start, end):
        if so_far <= 0:
            so_far, begin = 0.0, number
        so_far += values[number]
        if so_far > best:
            best, first, last = so_far, begin, number
    return first, last, best


def _apart(values: list[float], outer: _Run, inner: _Run) -> bool:
    """Whether all that an outer frame has more stands well apart from an inner one with nearly everything."""
    if inner.worth < outer.worth * 0.7:
        return False
    above = [n for n in range(outer.first, inner.first) if values[n] > 0]
    below = [n for n in range(inner.last + 1, outer.last + 1) if values[n] > 0]
    if above and inner.first - above[-1] <= 3:
        return False
    return not below or below[0] - inner.last > 2


def _favour(frame: Frame, hints: frozenset[str]) -> float:
    names = frame.names
    if len(names) <= 1:
        return 1.0
    if hints and hints & set(names.split()):
        return 1.3
    if _GOOD_NAMES.search(names):
        return 1.06
    return 0.8 if _BAD_NAMES.search(names) else 1.0


def _cut(document: Document, values: list[float], body: Body, run: _Run, after: int) -> None:
    """Find the first and last line of the report inside (and just above) its frame."""
    content = [n for n in range(run.first, run.last + 1) if values[n] > 0]
    last = _last_line(document, values, content)
    body.first = _first_line(document, values, run, content[0], after)
    body.last = _tail(document, values, last, run.frame.end)


def _last_line(document: Document, values: list[float], content: list[int]) -> int:
    """Where a heading of other things or a run of links ends the report."""
    total = sum(values[n] for n in content)
    so_far = 0.0
    previous = content[0]
    for n in content:
        between = document.lines[previous + 1 : n]
        ends = any(begins_other_things(line) for line in between)
        links = sum(line.linked * 2 > len(line.text) for line in between)
        if so_far > 0 and (ends or links >= 4) and (total - so_far) < so_far * (0.8 if ends else 0.25):
            return previous
        so_far += values[n]
        previous = n
    return content[-1]


def _first_line(document: Document, values: list[float], run: _Run, first: int, after: int) -> int:
    """Go up from the first sentence over short headings, and over a lead that stands right above the frame."""
    start = first
    for n in range(first - 1, max(after, run.frame.start - 1), -1):
        if start - n > 2 or not _plain(document.lines[n], values[n]):
            break
        start = n
    for n in range(run.frame.start - 1, max(after, run.frame.start - 3), -1):
        if first - run.frame.start <= 3 and values[n] > 20:
            return n
    return start


def _tail(document: Document, values: list[float], last: int, high: int) -> int:
    """Go down from the last sentence over short lines that still belong to the report."""
    n = last + 1
    while n < high and n - last <= 3 and _plain(document.lines[n], values[n]):
        n += 1
    return n - 1


def _plain(line: Line, value: float) -> bool:
    text = line.text
    if value <= -8 or begins_other_things(line) or _CREDIT.match(text) or is_foreign(text):
        return False
    return not (len(text) < 100 and (_CLOCK.search(text) or labels(text)))


def begins_other_things(line: Line) -> bool:
    """Whether a line is the heading of what follows a report."""
    return len(line.text) < 40 and bool(_AFTER.match(line.text))


def is_summary(text: str) -> bool:
    """Whether a line repeats the report in short, or its old headline."""
    return bool(_SUMMARY.match(text))


def is_credit(text: str) -> bool:
    """Whether a line says where the text was printed before."""
    return len(text) < 80 and bool(_CREDIT.match(text) or (_PAPER_CREDIT.match(text) and len(text) < 40))


def is_caption(line: Line) -> bool:
    """Whether a line belongs to a picture: by its element, or by its wording."""
    if any(f.tag == "figcaption" or _CAPTION_NAMES.search(f.names) for f in list(ancestors(line.frame))[:2]):
        return True
    return len(line.text) < 150 and bool(_CAPTION.search(line.text))
