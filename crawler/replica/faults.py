"""Ways in which a portal can fail, for tests: each turns a good answer into a bad one, or into none."""

from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from crawler.replica.families import Answer

FaultKind: TypeAlias = Literal[
    "http_500",
    "http_404",
    "http_403",
    "http_429",
    "http_503",
    "hang",
    "reset",
    "truncated",
    "moved_off_site",
    "private_redirect",
    "redirect_loop",
    "waf",
    "too_large",
    "half_gzip",
    "empty",
]

MOVED_TO = "http://www.elsewhere.example/"
"""Where `moved_off_site` sends a visitor: no portal of the replica."""

TOO_LARGE = 9 * 1024 * 1024
"""Bytes announced by `too_large`."""

_CHALLENGE = (
    '<html><head><title>安全验证</title></head><body><script>document.cookie="__js_clearance=1";'
    "location.reload();</script><p>您的访问请求存在异常，请完成安全验证后继续。请求编号 0f3a</p></body></html>"
)
_PLAIN = {"http_500": 500, "http_404": 404, "http_403": 403, "http_429": 429, "http_503": 503}


@dataclass(slots=True)
class Fault:
    """One fault: what happens to which requests, how often."""

    kind: FaultKind
    host: str
    path: str = ""
    """Requests whose path begins so; empty hits all but robots.txt."""
    times: int | None = None
    """How many requests it still hits; None is no end."""
    retry_after: str = ""
    """Header sent with 429 and 503."""

    def hits(self, host: str, path: str) -> bool:
        """Whether this request fails; robots.txt only when it is named."""
        if self.times == 0 or host != self.host:
            return False
        return path.startswith(self.path) if self.path else path != "/robots.txt"


def spoil(answer: Answer, fault: Fault, url: str) -> Answer:
    """The answer under faults that are still answers; `hang`, `reset` and the like are the server's to play."""
    if fault.kind in _PLAIN:
        status = _PLAIN[fault.kind]
        return Answer(status=status, body=f"<html><body><h1>{status}</h1></body></html>".encode())
    if fault.kind == "waf":
        return Answer(body=_CHALLENGE.encode())
    if fault.kind == "empty":
        return replace(answer, body=b"")
    target = {
        "moved_off_site": MOVED_TO,
        "private_redirect": "http://127.0.0.1:9/secret",
        "redirect_loop": url,
    }.get(fault.kind)
    return Answer(status=302, body=b"", location=target) if target else answer
