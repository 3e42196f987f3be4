"""What a hostile page cannot do to a message: table of attacks, each as it comes and as it is shown."""

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.alerts.harmless import COMBINING, LONGEST, legible, plain, safe_link

HOSTILE = {
    "header injection": ("标题\r\nBcc: x@evil.example", "标题 Bcc: x＠evil．example"),
    "line and paragraph separators": ("标题\u2028编号：#AAAAA\u2029\x0b\x85链接", "标题 编号：#AAAAA 链接"),
    "mention": ("@all 紧急 @所有人 @everyone", "＠all 紧急 ＠所有人 ＠everyone"),
    "mention, small and full-width": ("\ufe6ball ＠all", "\ufe6ball ＠all"),
    "feishu mention": ('<at user_id="all"></at>', '＜at user_id="all"＞＜/at＞'),
    "wecom and discord mention": ("<@userid> <!channel> <@&12>", "＜＠userid＞ ＜!channel＞ ＜＠&12＞"),
    "markdown link": ("[公安部](http://evil.example)", "［公安部］(http：//evil．example)"),
    "markdown image": ("![](http://evil.example/pixel)", "!［］(http：//evil．example/pixel)"),
    "bare address": ("见 https://evil.example/a", "见 https：//evil．example/a"),
    "domains that become links by themselves": (
        "www.evil.com evil.cn/a 禁毒.中国",
        "www．evil．com evil．cn/a 禁毒．中国",
    ),
    "figures and dates": ("1.2千克 2026.3.2 第3.5版", "1.2千克 2026.3.2 第3.5版"),
    "slack link": ("<http://evil.example|公安部>", "＜http：//evil．example｜公安部＞"),
    "markdown emphasis and code": ("**免费** ~~假~~ `x` ||y||", "＊＊免费＊＊ ～～假～～ ｀x｀ ｜｜y｜｜"),
    "markdown escape": ("\\[a\\](b)", "＼［a＼］(b)"),
    "script": ("<script>alert(1)</script>", "＜script＞alert(1)＜/script＞"),
    "image with a handler": ('"><img src=x onerror=alert(1)>', '"＞＜img src=x onerror=alert(1)＞'),
    "entity that hides a tag": ("&#60;b&#x3E; &lt;b&gt; R&D", "＆#60;b＆#x3E; ＆lt;b＆gt; R&D"),
    "hidden scheme": ("&#x6A;avascript:", "＆#x6A;avascript:"),
    "direction change": ("abc\u202egpj.exe", "abcgpj．exe"),
    "all direction marks": ("a" + "".join(map(chr, [*range(0x202A, 0x202F), *range(0x2066, 0x206A)])), "a"),
    "left-to-right and arabic marks": ("a\u200e\u200f\u061cb", "ab"),
    "zero width": ("禁\u200b\u200c\u200d\u2060\ufeff毒", "禁毒"),
    "blank letters": ("禁\u3164\u115f\uffa0\u034f\ufe0f毒", "禁毒"),
    "tag characters": ("禁\U000e0041\U000e007f毒", "禁毒"),
    "mention split by a zero width space": ("@\u200ball", "＠all"),
    "nul and surrogate": ("a\x00b\ud800c\udfff", "abc"),
    "escape sequence": ("\x1b[31mred\x07", "［31mred"),
    "private use": ("a\ue000b", "ab"),
    "full-width space": (" 禁　毒 ", "禁 毒"),
    "combining marks": ("z" + "\u0301" * 5000 + "毒", "z" + "\u0301" * COMBINING + "毒"),
    "marks on nothing": ("\u0301" * 5000, "\u0301" * COMBINING),
    "enclosing marks": ("a" + "\u20dd" * 9, "a" + "\u20dd" * COMBINING),
    "a novel": ("毒" * 100_000, "毒" * (LONGEST - 1) + "…"),
    "nothing": ("\u200b \r\n", ""),
    "an honest headline": (
        "“6·26”国际禁毒日：A&B公司捐款（图）_资讯",
        "“6·26”国际禁毒日：A&B公司捐款（图）_资讯",
    ),
    "vietnamese, tibetan and uyghur": ("ế བོད་ཡིག ئۇيغۇر", "ế བོད་ཡིག ئۇيغۇر"),
}


@pytest.mark.parametrize(("text", "shown"), HOSTILE.values(), ids=HOSTILE)
def test_text_from_pages_is_harmless(text: str, shown: str) -> None:
    assert plain(text) == shown
    assert plain(shown) == shown


@pytest.mark.parametrize("text", [text for text, _ in HOSTILE.values()], ids=HOSTILE)
def test_nothing_harmful_is_left(text: str) -> None:
    left = plain(text)
    assert not re.search(r"[@<>\[\]`*|~\\\r\n]|://", left)
    assert not {unicodedata.category(char) for char in left} & {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}
    assert left.encode("utf-8").decode() == left


def test_every_character_there_is_can_be_printed_and_sent() -> None:
    for start in range(0, 0x110000, 0x4000):
        text = plain("".join(map(chr, range(start, start + 0x4000))), longest=0x4000)
        assert text.encode("utf-8").decode() == text
        assert len(text.splitlines()) <= 1


LINKS = {
    "ordinary": ("https://a.example/b?c=1#d", "https://a.example/b?c=1#d"),
    "port": ("http://a.example:8080/b", "http://a.example:8080/b"),
    "host alone": ("http://a.example", "http://a.example"),
    "capitals": ("HTTP://A.example/b", "HTTP://A.example/b"),
    "script": ("javascript:alert(1)", ""),
    "file": ("file:///etc/passwd", ""),
    "data": ("data:text/html,x", ""),
    "leading space": (" http://a.example/", ""),
    "no host": ("http:///b", ""),
    "relative": ("//evil.example/", ""),
    "space and newline": ("http://a.example/b c\nd", "http://a.example/b%20c%0Ad"),
    "header injection in the host": ("http://a.example\r\nBcc: x/", ""),
    "markup": ("http://a.example/<b>[x]`*|~\\", "http://a.example/%3Cb%3E%5Bx%5D%60%2A%7C~%5C"),
    "mention": ("http://a.example/@all", "http://a.example/%40all"),
    "quote": ('http://a.example/"><img>', "http://a.example/%22%3E%3Cimg%3E"),
    "user name": ("http://good.example@127.0.0.1/", ""),
    "user name and port": ("http://good.example:80@127.0.0.1/", ""),
    "backslash": ("http://169.254.169.254\\@good.example/", ""),
    "chinese": ("http://a.example/禁", "http://a.example/%E7%A6%81"),
    "chinese host": ("http://禁毒.example/a", "http://xn--8owv50a.example/a"),
    "direction change": ("http://a.example/\u202egpj", "http://a.example/%E2%80%AEgpj"),
    "surrogate": ("http://a.example/\ud800", "http://a.example/?"),
    "nul": ("http://a.example/\x00", "http://a.example/%00"),
    "quoted already": ("http://a.example/%E7", "http://a.example/%E7"),
    "endless host": ("http://" + "a" * 50_000 + "!/", ""),
}


@pytest.mark.parametrize(("url", "shown"), LINKS.values(), ids=LINKS)
def test_links_are_web_addresses_and_nothing_else(url: str, shown: str) -> None:
    assert safe_link(url) == shown


LEGIBLE = {
    "plain": "甘肃通报：破案12起，查获海洛因1.2千克 (heroin)\n第二段",
    "markup stays markup": "<b>&lt;@所有人</b> [x](http://a.example)",
    "letters of others": "عربي हिन्दी Việt Nam é 👍",
    "two marks": "e\u0301\u0323x",
}
MADE_LEGIBLE = {
    "pile": ("禁e" + "\u0301" * 5000 + "毒", "禁e\u0301\u0301毒"),
    "pile after each letter": ("a\u0300\u0301\u0302b\u0300\u0301\u0302", "a\u0300\u0301b\u0300\u0301"),
    "direction": ("\u202e\u2066毒禁\u2069\u202c\u200f\u061c", "毒禁"),
    "controls": ("a\x00\x07\x1b[31mb\r\nc\td\x85", "a[31mb\nc\td"),
    "hidden": ("禁\u200b\u2060\ufeff\u00ad毒", "禁毒"),
    "tags": ("x\U000e0041\U000e007f", "x"),
    "surrogate": ("a\ud800b", "ab"),
}


@pytest.mark.parametrize("text", LEGIBLE.values(), ids=LEGIBLE)
def test_what_does_no_harm_stays_as_it_is(text: str) -> None:
    assert legible(text) == text


@pytest.mark.parametrize(("text", "shown"), MADE_LEGIBLE.values(), ids=MADE_LEGIBLE)
def test_words_keep_their_letters_only(text: str, shown: str) -> None:
    assert legible(text) == shown


@given(st.text())
def test_legible_words_are_legible_again_and_can_be_sent(text: str) -> None:
    shown = legible(text)
    assert legible(shown) == shown
    assert shown.encode().decode() == shown
    assert not {unicodedata.category(char) for char in shown if char not in "\n\t"} & {"Cc", "Cf", "Cs"}
