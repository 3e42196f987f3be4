"""What an answer is, before anything is read from it: bytes that are no page, refusals, error pages, stubs."""

import re

from crawler.reading.document import Document
from crawler.reading.page import PageOutcome

_MAGIC = (
    (b"%PDF", "PDF"),
    (b"\x89PNG", "PNG image"),
    (b"GIF8", "GIF image"),
    (b"\xff\xd8\xff", "JPEG image"),
    (b"RIFF", "RIFF media"),
    (b"PK\x03\x04", "ZIP archive or Office document"),
    (b"Rar!", "RAR archive"),
    (b"7z\xbc\xaf", "7z archive"),
    (b"\x1f\x8b", "gzip data"),
    (b"\xd0\xcf\x11\xe0", "Office document"),
    (b"\x00\x00\x00\x18ftyp", "MP4 video"),
    (b"\x00\x00\x00\x20ftyp", "MP4 video"),
    (b"ID3", "MP3 audio"),
    (b"OggS", "Ogg media"),
    (b"wOF", "font"),
)
_NOT_PAGES = re.compile(
    r"^\s*(?:image|audio|video|font)/|^\s*application/(?:pdf|zip|x-rar|msword|vnd\.|octet-stream|x-7z|javascript)",
    re.IGNORECASE,
)
# Atomic: what was skipped before the root element is never tried again.
_FEED = re.compile(
    rb"\s*(?>(?:<\?[^>]*>|<!--.*?-->)\s*)*+<(?:rss|feed|rdf:RDF|urlset|sitemapindex)\b", re.DOTALL
)
_REFRESH = re.compile(r"^\s*[\d.]*\s*[;,]?\s*(?:url\s*=)?\s*['\"]?\s*(?P<url>[^'\"\s]+)", re.IGNORECASE)
_SENT_ON = re.compile(
    r"(?:(?:window|document|self|top|parent)\.)?location(?:\.href)?\s*=\s*[\"'](?P<url>[^\"']+)[\"']"
    r"|location\.(?:replace|assign)\(\s*[\"'](?P<other>[^\"']+)[\"']"
)
_CHALLENGE = re.compile(
    r"botd|_waf_|waf[_-]?(?:challenge|token|captcha)|acw_sc__v|__jsl_clearance|yunsuo_session|cf-browser-verification|challenge-platform|cdn-cgi/challenge|"
    r"probe\.js|antibot|anti-?crawler|geetest|slidecaptcha|captcha|verifycode|security[_-]?check|debugger;|\$_ts\b|eval\(function\(p,a,c,k",
    re.IGNORECASE,
)
_REFUSED = re.compile(
    r"(?:访问|请求|刷新).{0,10}(?:过于频繁|频率(?:太快|过快|过高)|太频繁|被(?:拒绝|拦截|阻断|禁止))|安全(?:验证|检查|防护)|人机验证|验证码|拖动.{0,6}滑块|访问(?:受限|禁止|验证)|您的(?:IP|访问).{0,16}(?:禁止|限制|拦截|异常)|"
    r"请(?:开启|启用|打开).{0,4}JavaScript|浏览器安全检查|403 Forbidden|Access Denied|Request Rejected|Forbidden|Just a moment|网站防火墙|Web应用防火墙|非法请求|拦截提示",
    re.IGNORECASE,
)
_GONE = re.compile(
    r"(?:页面|网页|文章|稿件|新闻|内容|信息|资源|文件|您(?:要|所)?访问的.{0,12})(?:已经?|可能)?(?:不存在|被?删除|找不到|已失效|已下线|未找到|无法访问|丢失|走丢|过期)|404\s*(?:not found|错误|页面|-)|^\s*404\s*$|"
    r"(?:not|无法)\s*found|找不到(?:您|该|此|要|了|页面)|抱歉.{0,16}(?:不存在|删除|找不到|失效)|页面(?:不见|飞走|跑丢)|page not found|error\s*404",
    re.IGNORECASE,
)
_TINY = 400
_SHORT = 1200


def not_a_page(body: bytes, content_type: str) -> str:
    """Say what bytes are that are no page; empty if they may be one."""
    for magic, name in _MAGIC:
        if body.startswith(magic):
            return name
    if body[:1024].count(0) > 64 and not body.startswith((b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff")):
        return "binary data"
    if _NOT_PAGES.search(content_type) and b"<" not in body[:512]:
        return content_type.split(";")[0].strip()
    if _FEED.match(body[:600]):
        return "feed"
    start = body[:64].lstrip()
    return "JSON" if start.startswith((b"{", b"[{")) and b"<html" not in body[:4096].lower() else ""


def refusal(document: Document) -> tuple[PageOutcome, str] | None:
    """Tell a challenge, an error page, a stub or an empty page from a page that can be read."""
    printed = "\n".join(line.text for line in document.lines[:60])
    words = sum(len(line.text) for line in document.lines)
    if sent_on := _sent_on(document, words):
        return "stub", f"sends on to {sent_on[:200]}"
    if words < _SHORT:
        return _short_page(document, printed, words)
    return None


def _short_page(document: Document, printed: str, words: int) -> tuple[PageOutcome, str] | None:
    told = f"{document.title}\n{printed}"
    longest = max((len(line.text) for line in document.lines), default=0)
    if (words < _TINY or longest < 60) and (match := _GONE.search(told)):
        return "soft_404", f"says: {match.group()[:60]}"
    if (words < _TINY or longest < 60) and (match := _REFUSED.search(told)):
        return "blocked", f"says: {match.group()[:60]}"
    if words < 80 and not document.title and (match := _CHALLENGE.search(document.text[:200_000])):
        return "blocked", f"script challenge: {match.group()[:40]}"
    if words < 30:
        return _nearly_empty(document, words)
    return None


def _nearly_empty(document: Document, words: int) -> tuple[PageOutcome, str] | None:
    if "<script" in document.text.lower() and not document.title:
        return "blocked", "nothing printed but a script: a challenge, or a page built by script"
    if words == 0 and not document.title:
        return "empty", "nothing is printed"
    return None


def _sent_on(document: Document, words: int) -> str:
    """The address that a page without own text sends to."""
    if words > 200:
        return ""
    refresh = document.metas.get("refresh", "")
    if refresh and (match := _REFRESH.match(refresh)) and len(match.group("url")) > 3:
        return match.group("url")
    if words < 40 and (match := _SENT_ON.search(document.text[:20_000])):
        return match.group("url") or match.group("other")
    return ""
