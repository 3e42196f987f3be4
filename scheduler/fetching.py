"""Fetch one page that a person asked for: politely, in limits, and from no private address.

Crawls do not come here; they are Scrapy's. A proxy named in the environment is the user's own choice: it is used as it
is, and the addresses behind it are its business.
"""

import http.client
import ipaddress
import socket
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol, TypeAlias
from urllib.parse import quote, urlsplit, urlunsplit

from crawler.robots import (
    LONGEST_READ,
    answered,
    crawl_delay,
    is_fresh,
    origin_of,
    refusal,
    unanswered,
)
from storage import SHANGHAI, RobotsFile

AGENT = "Jindu/0.1 (anti-drug news watch; one page by hand)"
SIZE_LIMIT = 8 * 1024 * 1024
TOTAL_SECONDS = 30.0
STEP_SECONDS = 10.0
REDIRECTS = 5
KEPT = "%/:=&?~#+!$,;'@()*[]"

Wait: TypeAlias = Callable[[float], None]


class FetchError(Exception):
    """A page could not be had: the text names the address and says why and what to do."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Fetched:
    """One answer."""

    url: str
    """After redirects."""
    body: bytes
    content_type: str


class RobotsBook(Protocol):
    """What is known of robots.txt files: `storage.RobotsFiles`, or a memory of this process."""

    def get(self, origin: str) -> RobotsFile | None:
        """What is known of an origin."""

    def keep(self, file: RobotsFile) -> None:
        """Put what is known in place of what was known before."""


class RobotsMemory:
    """What this process has learnt of robots.txt files, where there is no archive to keep it."""

    def __init__(self) -> None:
        self._files: dict[str, RobotsFile] = {}

    def get(self, origin: str) -> RobotsFile | None:
        """What is known of an origin."""
        return self._files.get(origin)

    def keep(self, file: RobotsFile) -> None:
        """Put what is known in place of what was known before."""
        self._files[file.origin] = file


def fetch(url: str, book: RobotsBook | None = None, wait: Wait = lambda _: None) -> Fetched:
    """Get an http(s) page that robots.txt allows. Raises FetchError.

    `book` is what is known of robots.txt files already. `wait` is called before each request, with the seconds that
    robots.txt asks for between two.
    """
    address = _quoted(url)
    parts = urlsplit(address)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise FetchError(f"{url}: 只能读取 http(s) 地址 (write a whole http or https address)")
    wait(_ask_robots(address, book or RobotsMemory(), wait))
    answer = _get(address, SIZE_LIMIT)
    if len(answer.body) > SIZE_LIMIT:
        raise FetchError(f"{url}: 页面超过 {SIZE_LIMIT >> 20} MiB (too large; save it and inspect the file)")
    return answer


def is_public(address: str) -> bool:
    """Whether an IP address belongs to the public internet; an IPv6 form of an IPv4 address counts as that one."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo or (None, None))[1]
        if inner is not None:
            return is_public(str(inner))
    return ip.is_global and not ip.is_multicast


def connect_to_public(
    address: tuple[str, int], timeout: float | None = None, source_address: tuple[str, int] | None = None
) -> socket.socket:
    """Connect to a host all of whose addresses are public; the address checked is the one connected to."""
    found = socket.getaddrinfo(*address, type=socket.SOCK_STREAM)
    if private := [entry[4][0] for entry in found if not is_public(str(entry[4][0]))]:
        raise PermissionError(f"{address[0]} leads to the private address {private[0]}")
    error: OSError | None = None
    for entry in found:
        try:
            return socket.create_connection((str(entry[4][0]), address[1]), timeout, source_address)
        except OSError as problem:
            error = problem
    raise error or OSError(f"{address[0]} has no address")


class _GuardedHttp(http.client.HTTPConnection):
    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._create_connection = connect_to_public


class _GuardedHttps(http.client.HTTPSConnection):
    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._create_connection = connect_to_public


class _HttpHandler(urllib.request.HTTPHandler):
    def http_open(self, req: urllib.request.Request) -> http.client.HTTPResponse:
        return self.do_open(_GuardedHttp, req)


class _HttpsHandler(urllib.request.HTTPSHandler):
    def https_open(self, req: urllib.request.Request) -> http.client.HTTPResponse:
        return self.do_open(_GuardedHttps, req)


class _Redirects(urllib.request.HTTPRedirectHandler):
    max_redirections = REDIRECTS

    def redirect_request(  # noqa: PLR0913 - urllib calls it so
        self, req: urllib.request.Request, fp: Any, code: int, msg: str, headers: Any, newurl: str
    ) -> urllib.request.Request | None:
        if urlsplit(newurl).scheme not in {"http", "https"}:
            raise FetchError(f"{req.full_url}: 转向了 {newurl} (sends on to something that is no web page)")
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def _opener(url: str) -> urllib.request.OpenerDirector:
    parts = urlsplit(url)
    proxies = urllib.request.getproxies()
    if parts.scheme in proxies and not urllib.request.proxy_bypass(parts.hostname or ""):
        return urllib.request.build_opener(_Redirects, urllib.request.ProxyHandler(proxies))
    return urllib.request.build_opener(
        _Redirects, _HttpHandler, _HttpsHandler, urllib.request.ProxyHandler({})
    )


def _get(url: str, limit: int) -> Fetched:
    request = urllib.request.Request(url, headers={"User-Agent": AGENT, "Accept-Language": "zh-CN"})
    try:
        with _opener(url).open(request, timeout=STEP_SECONDS) as response:
            body = _read(response.read1, limit, url)
            return Fetched(
                url=response.geturl(), body=body, content_type=response.headers.get("Content-Type", "")
            )
    except urllib.error.HTTPError as error:
        error.close()
        raise FetchError(f"{url}: 服务器回答 {error.code} (the server answered {error.code})") from error
    except (OSError, http.client.HTTPException, ValueError) as error:
        reason = getattr(error, "reason", None) or error
        raise FetchError(f"{url}: 取不到 (cannot be fetched): {reason}") from error


def _read(read: Callable[[int], bytes], limit: int, url: str) -> bytes:
    end = time.monotonic() + TOTAL_SECONDS
    body = bytearray()
    while len(body) <= limit and (piece := read(65_536)):
        body += piece
        if time.monotonic() > end:
            raise FetchError(f"{url}: 超过 {TOTAL_SECONDS:.0f} 秒没有传完 (took too long; try again later)")
    return bytes(body)


def _ask_robots(url: str, book: RobotsBook, wait: Wait) -> float:
    """The seconds that robots.txt asks for between two requests.

    Raises FetchError when the site asks not to read this page, or cannot say whether it does (RFC 9309).
    """
    origin, now = origin_of(url), datetime.now(SHANGHAI)
    known = book.get(origin)
    if not is_fresh(known, now):
        wait(0.0)
    file, trouble = (known, None) if known and is_fresh(known, now) else _had(origin, known)
    if trouble is None:
        book.keep(file)
    refused = refusal(file, url, AGENT, now)
    if refused is not None and refused[0] == "robots":
        raise FetchError(
            f"{url}: robots.txt 不允许 (robots.txt forbids it; save the page in a browser and inspect the file)"
        )
    if refused is not None:
        raise trouble or FetchError(
            f"{url}: 不知道 robots.txt 是否允许 (its robots.txt cannot be had): {refused[1]}"
        )
    return crawl_delay(file, AGENT)


def _had(origin: str, known: RobotsFile | None) -> tuple[RobotsFile, FetchError | None]:
    """The robots.txt of an origin now; with the error when no server answered."""
    now = datetime.now(SHANGHAI)
    try:
        return answered(known, origin, 200, _get(f"{origin}/robots.txt", LONGEST_READ).body, now), None
    except FetchError as error:
        if isinstance(error.__cause__, urllib.error.HTTPError):
            return answered(known, origin, error.__cause__.code, b"", now), None
        return unanswered(known, origin, "download", now), error


def _quoted(url: str) -> str:
    """The address as it goes over the wire: non-ASCII letters quoted, an international host in its ASCII form."""
    try:
        parts = urlsplit(url.strip())
        host = parts.netloc.encode("idna").decode("ascii") if not parts.netloc.isascii() else parts.netloc
    except (UnicodeError, ValueError) as error:
        raise FetchError(f"{url}: 不是有效的地址 (not a valid address): {error}") from error
    return urlunsplit((parts.scheme.lower(), host, quote(parts.path, KEPT), quote(parts.query, KEPT), ""))
