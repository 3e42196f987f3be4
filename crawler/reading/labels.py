"""The labels of Chinese bylines (来源、责任编辑、作者 …) and the values between them."""

import re
from dataclasses import dataclass
from typing import Literal

Role = Literal["source", "author", "editor", "other"]

_SOURCE_WORDS = "信息来源 稿件来源 文章来源 新闻来源 消息来源 内容来源 资料来源 本文来源 原文来源 来源媒体 来源单位 来源于 来源 内容来自 本文来自 文章来自 来自 出处 稿源 來源 稿件來源 转载自 转自 摘自"
_EDITOR_WORDS = "责任编辑 責任編輯 执行编辑 值班编辑 版面编辑 网络编辑 本文编辑 文字编辑 本期编辑 实习编辑 栏目编辑 编辑 編輯 责编 責編 选稿 一审 二审 三审"
_AUTHOR_WORDS = "作者 记者 記者 通讯员 实习生 撰文 撰稿 采写 文字 执笔 本报记者 本网记者 特约记者 见习记者 实习记者 文/图 图/文 文图 图文 采访 采访记者 报道员 文案 文"
# Words that end a value and name nobody we keep.
_OTHER_WORDS = (
    "发布时间 发表时间 发布日期 发稿时间 更新时间 最后更新 日期 时间 發佈時間 发布于 字号 字体 字體 浏览次数 浏览 点击数 点击 阅读次数 阅读数 阅读 校对 责任校对 审核 监制 总监制 "
    "监审 终校 美编 排版 视觉 设计 出品 出品人 制作 统筹 策划 总策划 分享到 分享 分享至 打印 关键词 关键字 标签 供稿单位 供稿 栏目 分类 频道 原标题 摄影 摄像 剪辑 图片 图 图源 运营编辑 "
    "视觉编辑 图片编辑 视频编辑 美术编辑 新媒体编辑 编校 技术 翻译 编译 原作者 审校 审读 签发 值班总编 总值班 评论 联系电话 投稿邮箱 索引号 发布机构 文号 话题 主办 专题 编辑点评 记者手记 "
    "文章关键词 作者简介 作者单位 图片来自 素材来自 视频来自 数据来自 图片出处 发布者 发布人 录入时间 提交时间 成文日期 发文日期 公开日期 文章录入 录入者 录入 素材来源 图片来源 数据来源 视频来源 来源标题 编者按 整理 资料整理 海报 配音 播音 主播 导演 摄制 后期 包装 初审 复审 终审 编审 值班主任 执行主编 主编 值班编委 编委 总编辑 审稿 责任校审"
)
_ROLES: dict[str, Role] = {
    **dict.fromkeys(_SOURCE_WORDS.split(), "source"),
    **dict.fromkeys(_EDITOR_WORDS.split(), "editor"),
    **dict.fromkeys(_AUTHOR_WORDS.split(), "author"),
    **dict.fromkeys(_OTHER_WORDS.split(), "other"),
}
# Two-character labels are often spaced out to the width of longer ones: 来　　源.
_WORDS = "|".join(
    r"[ \u3000]{0,4}".join(map(re.escape, word))
    if len(word) == 2
    else rf"{word}(?<![\u3400-\u9fff]{word})"
    if len(word) == 1
    else re.escape(word)
    for word in sorted(_ROLES, key=len, reverse=True)
)
_LABEL = re.compile(
    rf"(?P<label>{_WORDS})[ \u3000]*(?:[】\]）)〕][ \u3000]*[:：]?|[:：︱丨｜|]|[/／](?!\s*摄))[ \u3000]*"
)
# A label set off by blanks instead of a colon: 「编辑 某某 ｜ 排版 某某」, 「（某网编辑 某某）」.
_BLANK_LABEL = re.compile(
    r"(?:(?P<strong>责任编辑|责编|值班编辑|本期编辑|执行编辑|网络编辑|稿件来源|信息来源)|(?:(?<![\u3400-\u9fff])|(?<=[网报社台端]))(?P<weak>编辑|作者|撰文|文字|排版|校对|审核|统筹|采写))"
    r"[ \u3000]+(?=(?:[\u3400-\u9fff·]{1,5}|[A-Za-z]{2,16})(?:_\w{1,12})?(?:[ \u3000、,，&|｜丨）)\]】/]|$))"
)
_DELIMITERS = re.compile(r"[:：︱丨｜|/／】\])）〕 \u3000]")
_BRACKETS = {"【": "】", "[": "]", "（": "）", "(": ")", "〔": "〕"}


@dataclass(frozen=True, slots=True)
class Labelled:
    """One label with what follows it."""

    role: Role
    label: str
    value: str
    line: int = 0
    start: int = 0
    """Where in the line the label begins."""


def labels(text: str, line: int = 0) -> list[Labelled]:
    """Every label of a short line with its value, which ends where the next label begins."""
    if not _DELIMITERS.search(text):
        return []
    text = _BLANK_LABEL.sub(lambda match: f"{match.group('strong') or match.group('weak')}：", text)
    matches = list(_LABEL.finditer(text))
    if not matches:
        return []
    ends = [*(_opening(text, match.start())[0] for match in matches[1:]), len(text)]
    found = []
    for match, end in zip(matches, ends, strict=True):
        label = re.sub(r"[ \u3000]", "", match.group("label"))
        start, bracket = _opening(text, match.start())
        value = _inside(bracket, match.group(), text[match.end() : end])
        found.append(Labelled(_ROLES[label], label, value.strip(), line, start))
    return found


def _opening(text: str, start: int) -> tuple[int, str]:
    """Where a label begins with the bracket before it, and that bracket."""
    before = text[:start].rstrip(" \u3000")
    if before and before[-1] in _BRACKETS:
        return len(before) - 1, before[-1]
    return start, ""


def _inside(bracket: str, label: str, value: str) -> str:
    """The value up to the bracket that closes the one before its label, or one before an earlier label."""
    closing = _BRACKETS.get(bracket)
    if closing and closing not in label and bracket not in value:
        return value.partition(closing)[0]
    for left, right in _BRACKETS.items():
        if right in value and left not in value:
            value = value.partition(right)[0]
    return value
