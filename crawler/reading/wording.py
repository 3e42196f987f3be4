"""What lines say that are not report: notices, buttons, headings of other things, credits, captions.

Each alternative of the searched patterns begins with a plain character: the engine then skips to where one may stand,
which makes reading a page several times faster.
"""

import re
from collections.abc import Sequence

from crawler.reading.document import Frame, Line

# The site's own notices, however long. Words that reports use too (举报电话, 许可证 alone) are not among them.
_NOTICE = re.compile(
    r"版权声明|版权与免责|版权所有|免责声明|特别声明[：:]|平台声明[：:]|郑重声明[：:]|凡本网|凡注明|凡来源|未经.{0,20}(?:授权|许可|允许).{0,20}(?:转载|复制|镜像|链接)|"
    r"本网(?:站|有).{0,30}(?:转载|侵权|侵犯|仅提供)|本网转载|本站.{0,30}(?:转载|侵权|侵犯|仅提供)|本平台.{0,30}(?:转载|侵权|仅提供)|本号.{0,30}侵权|不代表.{0,12}(?:本网|本站|平台|观点|立场)|"
    r"不意味着.{0,12}(?:本网|本站|观点)|不表明.{0,8}立场|仅代表作者(?:本人|个人)?(?:的)?观点|仅供其?表达个人|信息存储空间服务|如有.{0,10}侵权|如涉.{0,10}侵权|服务许可证|经营许可证[：:编]|传播视听节目许可证|"
    r"ICP备|ICP证|公网安备|Copyright|COPYRIGHT|copyright ©|All Rights Reserved|All rights reserved|严禁转载|转载请|转载须|Notice: The content above|违法和不良信息|来电.{0,40}声明|小时内删除|"
    r"欢迎(?:投稿|提供新闻线索|爆料)|有费用酬谢|网站标识码|技术支持[：:]|建议使用.{0,24}(?:浏览器|分辨率)|新闻热线[：:]|爆料电话|投稿邮箱|您的浏览器|不支持.{0,10}播放|不构成.{0,8}投资建议|不构成.{0,6}建议.{0,12}风险自担"
)
_STATEMENT = re.compile(r"\s*[*＊]?\s*(?:声明[：:]|(?:欢迎)?下载“)")
# Buttons and prompts are short and no sentences; the same words in a sentence are the report's.
_BUTTON = re.compile(
    r"扫.{0,6}(?:二维码|一扫)|长按.{0,6}二维码|微信(?:扫|公众号|朋友圈)|关注.{0,12}(?:公众号|微博|微信)|分享到|分享至|分享给|下载.{0,8}(?:客户端|APP|App|app)|客户端下载|点击(?:进入|查看|下载|这里|此处)|返回.{0,8}(?:首页|列表|频道)|"
    r"查看(?:更多|全部|所有)|阅读(?:全文|剩余|更多|原文|数)|更多(?:精彩|内容|新闻|资讯|猛料)|我要(?:评论|反馈|投诉|举报)|发表评论|网友评论|跟贴|跟帖|登录.{0,10}(?:发表|评论|后)|加载中|正在加载|上一[篇页条]|下一[篇页条]|"
    r"字号[：:]|字体[：:]|字[：:]|大 中 小|人参与|条评论|您可能还|猜你喜欢|广告位|不感兴趣|已收藏|推荐\d|申请入驻|订阅后|继续阅读|可畅读|图片来自|图片均来|图片来源[：:]|举报电话[：:]|举报邮箱"
)
_BUTTON_LINE = re.compile(
    r"[【\[（(]?\s*(?:打印|关闭|收藏|推荐|纠错|评论|责编|责任编辑|原标题|原题)|(?:微信|微博|新浪微博|QQ(?:空间|好友)?|[Qq]zone|评论|图集|收藏|分享|打印|点赞|朋友圈|复制链接|订阅|微信好友|人人网?|豆瓣|易信|空间|更多|转发|"
    r"关注.{0,6}|搜索|频道|广告|\+\d|[\d\s]+|Play Video)$|[\w.]+@[\w.]+\.\w"
)
_BUTTON_LENGTH = 48
_TAIL_BUTTON = re.compile(
    r"(?:返回.{1,8}[，,]\s*查看更多|【详细】|【查看全文】|\[详细\]|查看更多\s*>*|阅读全文\s*>*)$"
)
_TAIL_BUTTON_END = "多】]>文"
_TEASER = re.compile(
    r"(?:【详细】|\[详细\]|\[全文\]|【全文】|详细>+|\[查看全文\]|(?:\.{3,}|…)\s*\[?全文\]?)$"
)
# Headings of what follows the report.
_AFTER = re.compile(
    r"[\s■●◆▲【\[（(>·|]*(?:相关(?:新闻|阅读|链接|报道|专题|推荐|文章|稿件|资讯|内容|视频|图片)|延伸阅读|推荐(?:阅读|新闻|文章|视频)?|热(?:门|点)(?:推荐|新闻|排行|文章|专题|话题|图片)|精彩(?:推荐|图片|图文|专题)|猜你喜欢|为您推荐|"
    r"网友(?:评论|跟贴)|最新评论|参与评论|我来说两句|往期(?:回顾|推荐)|更多(?:报道|阅读|推荐)|新闻排行|图片(?:推荐|新闻)|视频推荐|专题推荐|今日.{0,4}热点|作者(?:简介|其他)|此前报道|分享(?:到|至)?|关键[词字]|标签|编辑推荐|头条推荐|"
    r"即时(?:新闻|播报)|您此时的心情|大家都在看|责任编辑|责编|阅读下一篇|新闻(?:推荐|评论)|(?:反?侵权|版权|免责|法律|郑重|特别)?(?:公告|声明)[：:]?$)"
)
_EDITOR = re.compile(
    r"责任编?辑?\s*[】\])）]?\s*[:：]|责编\s*[】\])）]?\s*[:：]|编\s{0,4}辑\s*[】\])）]?\s*[:：]|編輯\s*[】\])）]?\s*[:：]"
)
_ONLY_EDITOR = re.compile(rf"[\s【\[（(]*(?:{_EDITOR.pattern})[^:：]*$")
_COMMENTS = re.compile(
    r"[\s·|]*(?:(?:网友|最新|全部|热门|精彩)(?:评论|跟[帖贴]|留言)|评论区|评论(?=\s*[（(]?\s*\d))\s*[（(]?\s*\d*\s*条?\s*[)）]?$"
)
_SUMMARY = re.compile(r"[\[【（(]\s*(?:摘要|提要|导读|核心提示)|[（(【\[]?\s*原(?:标题|题)(?:[:：]|为)")
_LEAD = re.compile(r"[【\[]?(?:内容|新闻)?(?:摘要|提要|导读|导语)[】\]]?\s*[:：]?\s*")
_FORETOLD = 16
_CREDIT = re.compile(
    r"[\s《（(【\[]*(?:本文(?:来自|来源|转自|首发|为.{2,20}授权)|来源[:：|｜丨︱]|稿件来源|信息来源|文章来源|编辑[:：]|出品[︱|｜丨:：]|图片(?:均)?来[自源]|排版)"
)
_PAPER_CREDIT = re.compile(r"[《〈 ]{0,2}[ \u3400-\u9fff]{2,14}[》〉 ]{0,2}[ （(]{0,2}\d{4} ?年[^，。]*$")
_CAPTION_NAMES = re.compile(
    r"caption|cap-|pic[-_]?(?:desc|text|txt|info|title|note)|media[-_]?pic|img[-_]?(?:desc|text|txt|title|note|wrapper)|photo[-_]?(?:desc|text|note)|tushuo|图说|zhushi"
)
_CAPTION_START = re.compile(r"图[为：:]|▲|△|↑|上图|下图|图注|图\d|图片说明|资料图")
_CAPTION_END = re.compile(
    r"(?:[\s（(/／][\u3400-\u9fff]{2,4} ?[摄图]|[/／]摄|供图|资料图片?|图源|视觉中国|东方IC|IC photo|[图摄][:：] ?[\w ./／·]{2,24})[）)。]?$"
)
# So many linked characters are a headline.
_LINKED = 10
_SENTENCES = re.compile(r"[。！？!?]")
_SENTENCE_ENDS = ("。", "！", "？", "”", "；")


def is_foreign(text: str) -> bool:
    """Whether a line is the site's own: notices, buttons, prompts."""
    if text.count(" ") * 3 > len(text):
        text = text.replace(" ", "")  # 版 权 所 有
    size = len(text)
    if (
        size <= _BUTTON_LENGTH
        and not text.endswith(_SENTENCE_ENDS)
        and (_BUTTON_LINE.match(text) or _BUTTON.search(text))
    ):
        return True
    if _NOTICE.search(text) or _STATEMENT.match(text):
        return not (size > 160 and len(_SENTENCES.findall(text)) > 3)
    return False


def without_button(text: str) -> str:
    """A paragraph without a button that the page runs into its end."""
    return _TAIL_BUTTON.sub("", text).rstrip() if text and text[-1] in _TAIL_BUTTON_END else text


def is_teaser(text: str) -> bool:
    """Whether a line is the beginning of another report, ending in a link to the whole of it."""
    return text[-1] in _TAIL_BUTTON_END and bool(_TEASER.search(text, max(0, len(text) - 12)))


def begins_other_things(text: str) -> bool:
    """Whether a line is the heading of what follows a report."""
    return len(text) < 40 and bool(_AFTER.match(text))


def is_heading_of_others(line: Line) -> bool:
    """Whether a line is such a heading and not the one link that is put into a report (推荐阅读：……)."""
    return line.linked < _LINKED and begins_other_things(line.text)


def begins_comments(text: str) -> bool:
    """Whether a line is the heading of what readers say."""
    return len(text) < 16 and bool(_COMMENTS.match(text))


def names_editor(text: str) -> bool:
    """Whether a line names nobody but the editor, as one does beneath the report."""
    return len(text) < 30 and bool(_ONLY_EDITOR.match(text))


def ends_report(line: Line) -> bool:
    """Whether a line tells that the report is over: its editor, or the heading of other things."""
    return len(line.text) < 60 and (is_heading_of_others(line) or bool(_EDITOR.search(line.text)))


def is_foretold(text: str, following: Sequence[str]) -> bool:
    """Whether a line only gives beforehand, as 摘要 or 导读, what one of the following lines says."""
    lead = _LEAD.match(text)
    words = text[lead.end() :][:_FORETOLD] if lead else ""
    return len(words) == _FORETOLD and any(words in other for other in following)


def is_summary(text: str) -> bool:
    """Whether a line repeats the report in short, or its old headline."""
    return bool(_SUMMARY.match(text))


def is_credit(text: str) -> bool:
    """Whether a line says where the text was printed before."""
    if len(text) >= 80:
        return False
    return bool(_CREDIT.match(text)) or (len(text) < 40 and bool(_PAPER_CREDIT.match(text)))


def is_caption(line: Line) -> bool:
    """Whether a line belongs to a picture: by its element, or by its wording."""
    size = len(line.text)
    if size < 80 and _CAPTION_START.match(line.text):
        return True
    if size < 150 and _CAPTION_END.search(line.text, max(0, size - 32)):
        return True
    return any(_holds_captions(frame) for frame in _nearest(line.frame))


def _nearest(frame: Frame) -> list[Frame]:
    return [frame, frame.parent] if frame.parent is not None else [frame]


def _holds_captions(frame: Frame) -> bool:
    return frame.tag == "figcaption" or bool(frame.names and _CAPTION_NAMES.search(frame.names))
