"""Ways in which a portal can fail, for tests: each turns a good answer into a bad one, or into none."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from random import Random
from typing import Literal, TypeAlias
from urllib.parse import urlsplit

from crawler.replica.families import Answer

FaultKind: TypeAlias = Literal[
    "http_500",
    "http_404",
    "http_403",
    "http_412",
    "http_429",
    "http_503",
    "http_521",
    "hang",
    "slow",
    "reset",
    "truncated",
    "moved_off_site",
    "front_page",
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
_PLAIN = {f"http_{status}": status for status in (403, 404, 412, 429, 500, 503, 521)}


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


@dataclass(frozen=True, kw_only=True, slots=True)
class Weather:
    """Bad luck: a share of all requests fails, each in a way that the seed decides; the same seed has the same luck."""

    share: float
    """0 to 1."""
    seed: int = 1
    kinds: Mapping[FaultKind, int] = field(
        default_factory=lambda: {
            "hang": 2,
            "reset": 4,
            "http_500": 4,
            "http_503": 2,
            "truncated": 3,
            "http_403": 1,
            "slow": 4,
        }
    )
    """Kind → how often, among all kinds. 503 asks for two minutes of rest; 403 comes three at a time."""

    def strike(self, host: str, path: str, asked: int) -> Fault | None:
        """What hits the request for `path` when the host has been asked `asked` times before."""
        luck = Random(f"{self.seed}/{host}/{asked}")
        if luck.random() >= self.share:
            return None
        (kind,) = luck.choices(list(self.kinds), list(self.kinds.values()))
        return Fault(
            kind=kind,
            host=host,
            path="" if kind == "http_403" else path,
            times=3 if kind == "http_403" else 1,
            retry_after="120" if kind == "http_503" else "",
        )


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
        "front_page": "/" if urlsplit(url).path != "/" else None,
    }.get(fault.kind)
    return Answer(status=302, body=b"", location=target) if target else answer
