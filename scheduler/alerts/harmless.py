"""Make words and addresses from pages harmless before people or chat programs read them. Pure.

A headline is the site's to choose, so it must not be able to mention everybody, to hide a link, to start a header or a
line of its own, or to turn the words around it. What chat programs and mail readers take as markup is replaced by its
full-width twin, which reads the same.
"""

import re
import unicodedata
from urllib.parse import quote

COMBINING = 2
"""Marks kept above and below one character: Vietnamese needs two, a headline of thousands covers the screen."""
LONGEST = 300
"""Characters kept of one value: more is no headline, and a quarter of the smallest message is left for the rest."""
ELLIPSIS = "…"

MARKUP = str.maketrans("@<>[]`*|~\\", "＠＜＞［］｀＊｜～＼")
HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co"})
"""Unicode categories that print nothing: controls, direction and zero-width marks, surrogates, private use."""
BLANKS = re.compile("[\u115f\u1160\u3164\uffa0\ufe00-\ufe0f\u034f\u17b4\u17b5\U000e0100-\U000e01ef]")
"""Letters and selectors that print nothing though their category says otherwise."""
SPACES = re.compile(r"\s+")
RARE = re.compile(
    r"[^\n -~\u00a0-\u00ac\u00ae-\u02ff\u2010-\u2027\u2030-\u205f\u3000-\u3029\u3030-\u3098\u309b-\u9fff\uff01-\uff9f]"
)
"""What is not plainly harmless: everything that may steer, hide or pile up is in here."""
STEERING = frozenset({"Cc", "Cf", "Cs"})
ENTITY = re.compile(r"&(?=#|\w+;)")
DOMAIN_DOT = re.compile(r"(?<=\w)\.(?=[A-Za-z]{2}|中国|公司|网络|网址|在线)")
"""The dot of what chat programs make a link of without being asked: `evil.example`, not `1.2千克`."""
WEB = re.compile(
    r"(?P<scheme>https?)://(?P<host>[^/?#\\@:]*)(?P<port>(?::\d{1,5})?)(?P<rest>(?:[/?#].*)?)",
    re.IGNORECASE | re.DOTALL,
)
HOST = re.compile(r"(?=.{0,252}[A-Za-z0-9])[A-Za-z0-9._-]{1,253}")
KEPT_IN_LINKS = "!#$%&'()+,/:;=?~-._"


def plain(text: str, longest: int = LONGEST) -> str:
    """Text from a page as one line of at most `longest` characters that is nothing but text, cut with an ellipsis."""
    kept = BLANKS.sub("", "".join(char for char in SPACES.sub(" ", text) if _prints(char)))
    shown = SPACES.sub(" ", _thin_marks(kept)).strip().translate(MARKUP)
    shown = DOMAIN_DOT.sub("．", ENTITY.sub("＆", shown).replace("://", "：//"))
    return shown if len(shown) <= longest else shown[: longest - 1] + ELLIPSIS


def legible(text: str) -> str:
    """Text from a page as it stands, its line breaks too, but without controls, direction marks and piles of marks.

    For places that keep markup and links harmless by themselves: pages, feeds, sheets.
    """
    if not RARE.search(text):
        return text
    return _thin_marks(
        "".join(char for char in text if char in "\n\t" or unicodedata.category(char) not in STEERING)
    )


def safe_link(url: str) -> str:
    """An http(s) address with everything quoted that could end it, start markup or mention; empty for anything else.

    An address with a user name (`http://good.example@evil.example/`) or with a host that is none is empty too.
    """
    found = WEB.fullmatch(url)
    host = _ascii_host(found["host"]) if found else ""
    if not found or not HOST.fullmatch(host):
        return ""
    rest = quote(found["rest"].encode("utf-8", "replace"), safe=KEPT_IN_LINKS)
    return f"{found['scheme']}://{host}{found['port']}{rest}"


def _prints(char: str) -> bool:
    return unicodedata.category(char) not in HIDDEN


def _thin_marks(text: str) -> str:
    kept, marks = [], 0
    for char in text:
        marks = marks + 1 if unicodedata.category(char) in {"Mn", "Me"} else 0
        if marks <= COMBINING:
            kept.append(char)
    return "".join(kept)


def _ascii_host(host: str) -> str:
    """The host as it is asked for; empty for one that cannot be asked for."""
    try:
        return host if host.isascii() else host.encode("idna").decode("ascii")
    except UnicodeError:
        return ""
