"""Ways in which a portal changes for good, by name: what a watch has to notice and to say. Pure."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from html import escape
from typing import Literal, TypeAlias

from crawler.replica.families import Answer
from crawler.replica.faults import Fault, FaultKind, spoil

BreakageKind: TypeAlias = Literal[
    "body_gone",
    "time_gone",
    "list_emptied",
    "list_gone",
    "list_moved",
    "list_moved_off_site",
    "charset_utf8",
    "charset_gbk",
    "waf_403",
    "waf_412",
    "waf_521",
    "waf_challenge",
    "list_frozen",
    "validators_lying",
]
"""`body_gone` articles come without their text, `time_gone` without their time, `list_emptied` the list is drawn by a script,
`list_gone` 404 in place of the list, `list_moved` it sends on to the front page, `charset_utf8` and `charset_gbk` pages are
sent in that charset whatever they declare, `waf_…` a guard answers, `list_frozen` the list stays as it is for ever,
`validators_lying` every question with a validator is answered 304."""

LIST_ONLY: frozenset[BreakageKind] = frozenset(
    ("list_emptied", "list_gone", "list_moved", "list_moved_off_site", "list_frozen", "validators_lying")
)
ARTICLES_ONLY: frozenset[BreakageKind] = frozenset(("body_gone", "time_gone"))

_TITLE = re.compile(r"<title>(.*?)</title>", re.DOTALL)
_CHARSET = re.compile(r"charset=([\w-]+)")
_TIME = re.compile(r"\d{2,4}[-/年]\d{1,2}[-/月]\d{1,2}日?(?:[\sT]*\d{1,2}:\d{2}(?::\d{2})?(?::\d)?)?")


@dataclass(frozen=True, kw_only=True, slots=True)
class Breakage:
    """One change of one portal, from a moment on."""

    kind: BreakageKind
    host: str
    since: float
    """Replica minute."""

    def hits(self, host: str, *, is_list: bool) -> bool:
        """Whether it changes this answer; robots.txt is never changed."""
        if host != self.host:
            return False
        return not (is_list and self.kind in ARTICLES_ONLY) and (is_list or self.kind not in LIST_ONLY)


def changed(answer: Answer, breakage: Breakage, url: str) -> Answer:
    """A good answer as the portal gives it after its change; what concerns time and validators is the server's."""
    if answer.status != 200:
        return answer
    change = _CHANGES.get(breakage.kind)
    return change(answer, url) if change else answer


def _without_body(answer: Answer, _url: str) -> Answer:
    """A shell that a script would fill."""
    charset, text = _decoded(answer)
    title = _TITLE.search(text)
    page = f"""<!DOCTYPE html><html><head><meta charset="{charset}"><title>{escape(title[1] if title else "")}</title></head>
<body><div id="app" data-server-rendered="false"></div><script src="/static/js/app.3f2c.js"></script></body></html>"""
    return replace(answer, body=page.encode(charset, "xmlcharrefreplace"))


def _without_time(answer: Answer, _url: str) -> Answer:
    charset, text = _decoded(answer)
    return replace(answer, body=_TIME.sub("", text).encode(charset, "xmlcharrefreplace"))


def _as_utf8(answer: Answer, _url: str) -> Answer:
    """The declaration stays what it was."""
    _, text = _decoded(answer)
    return replace(answer, body=text.encode("utf-8"))


def _as_gbk(answer: Answer, _url: str) -> Answer:
    _, text = _decoded(answer)
    return replace(answer, body=text.encode("gb18030"))


def _decoded(answer: Answer) -> tuple[str, str]:
    declared = _CHARSET.search(answer.body[:600].decode("ascii", "replace"))
    charset = declared[1] if declared else "utf-8"
    return charset, answer.body.decode(charset, "replace")


def _fault(kind: FaultKind) -> Callable[[Answer, str], Answer]:
    return lambda answer, url: spoil(answer, Fault(kind=kind, host=""), url)


def _sent_home(answer: Answer, url: str) -> Answer:
    home = "/".join(url.split("/")[:3])
    return Answer(status=301, body=b"", location=f"{home}/")


_CHANGES: Mapping[BreakageKind, Callable[[Answer, str], Answer]] = {
    "body_gone": _without_body,
    "time_gone": _without_time,
    "list_emptied": _without_body,
    "list_gone": _fault("http_404"),
    "list_moved": _sent_home,
    "list_moved_off_site": _fault("moved_off_site"),
    "charset_utf8": _as_utf8,
    "charset_gbk": _as_gbk,
    "waf_403": _fault("http_403"),
    "waf_412": _fault("http_412"),
    "waf_521": _fault("http_521"),
    "waf_challenge": _fault("waf"),
}
