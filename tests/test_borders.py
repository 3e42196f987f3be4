"""No address that is not public, no answer that is not whole, no failure without a name."""

import gzip
from importlib import import_module
from pathlib import Path
from typing import Any
from unittest.mock import sentinel

import pytest
from scrapy import Request
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
    ResponseDataLossError,
)
from scrapy.http import Response
from scrapy.spidermiddlewares.httperror import HttpError
from scrapy.utils.project import get_project_settings
from twisted.internet.error import ConnectionLost, DNSLookupError
from twisted.python.failure import Failure
from twisted.web.client import ResponseFailed

from crawler import timing
from crawler.middlewares import failures
from crawler.middlewares.addresses import why_not
from crawler.middlewares.bodies import WholeBodiesMiddleware
from crawler.middlewares.borders import BordersMiddleware, PublicResolver
from crawler.middlewares.errors import RefusedError
from crawler.middlewares.failures import name_failure

PRIVATE = [
    "127.0.0.1",
    "localhost",
    "0.0.0.0",
    "[::]",
    "[::1]",
    "10.0.0.1",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "100.127.255.255",
    "[fc00::1]",
    "[fe80::1]",
    "[::ffff:127.0.0.1]",
    "[::ffff:100.64.0.1]",
    "[64:ff9b::7f00:1]",
    "[2002:7f00:1::]",
    "224.0.0.1",
    "[ff02::1]",
    "192.88.99.1",
    "[3fff::1]",
    "255.255.255.255",
    "2130706433",
    "0x7f.1",
    "0177.0.0.1",
    "127.1",
    "0",
    "①②⑦.0.0.1",
    "127。0。0。1",
    "127.0.0.1.",
    "localhost.",
    "LOCALHOST",
    "db.internal",
    "printer.local",
    "127.0.0.1:8080",
    "[::127.0.0.1]",
]
PUBLIC = [
    "news.example",
    "www.gscn.com.cn",
    "100.63.255.255",
    "100.128.0.0",
    "8.8.8.8",
    "[2606:4700::1111]",
    "[64:ff9b::808:808]",
    "news.example:8080",
    "localhost.example",
    "新闻.example",
]
TWISTED = [
    "file:///etc/passwd",
    "FILE:///etc/passwd",
    "file:etc/passwd",
    "ftp://news.example/",
    "gopher://news.example/",
    "data:text/html,x",
    "javascript:alert(1)",
    " javascript:alert(1)",
    "%20javascript:alert(1)",
    "s3://bucket/key",
    "view-source:http://news.example/",
    "source:http://news.example/",
    "http://169.254.169.254\\@good.example/",
    "http://169.254.169.254:8888\\@good.example/",
    "http://good.example@127.0.0.1/",
    "http://good.example:80@127.0.0.1/",
    "http://good\t.example/",
    "http://good\n.example/",
    "http://good.example:99999/",
    "http://[::1/",
    "http:///path",
    "http://127%2e0.0.1/",
]


@pytest.mark.parametrize("host", PRIVATE)
def test_private_hosts_are_known_in_every_spelling(host: str) -> None:
    refusal = why_not(f"http://{host}/list.html")
    assert refusal is not None
    assert refusal[0] == "private_address"


@pytest.mark.parametrize("host", PUBLIC)
def test_public_hosts_pass(host: str) -> None:
    assert why_not(f"https://{host}/list.html?a=1#b") is None


@pytest.mark.parametrize("url", TWISTED)
def test_addresses_that_two_programs_may_read_in_two_ways_are_refused(url: str) -> None:
    assert why_not(url) is not None


def test_a_fragment_hides_no_host() -> None:
    refusal = why_not("http://127.0.0.1#@good.example/")
    assert refusal is not None
    assert why_not("http://good.example#@127.0.0.1/") is None


HOSTS = {"hosts": ("good.example",)}


@pytest.mark.parametrize(
    ("url", "meta", "outcome"),
    [
        ("http://news.good.example/1", HOSTS, None),
        ("http://good.example./1", HOSTS, None),
        ("http://notgood.example/1", HOSTS, "bad_address"),
        (
            "http://bad.example/",
            HOSTS | {"redirect_urls": ["http://news.good.example/1"]},
            "moved_off_site",
        ),
        (
            "http://10.0.0.1/",
            HOSTS | {"redirect_urls": ["http://a.good.example/", "http://b.good.example/"]},
            "private_address",
        ),
        ("http://any.example/robots.txt", {}, None),
    ],
)
def test_requests_stay_within_the_portal(url: str, meta: dict[str, object], outcome: str | None) -> None:
    request = Request(url, meta=meta)
    if outcome is None:
        BordersMiddleware().process_request(request)
        return
    with pytest.raises(RefusedError) as refused:
        BordersMiddleware().process_request(request)
    assert refused.value.outcome == outcome


@pytest.mark.parametrize(
    ("addresses", "passes"),
    [
        (["93.184.216.34"], True),
        (["93.184.216.34", "151.101.1.1"], True),
        (["127.0.0.1"], False),
        (["93.184.216.34", "192.168.1.1"], False),
        (["not an address"], False),
    ],
)
def test_a_name_passes_only_with_all_its_addresses(addresses: list[str], *, passes: bool) -> None:
    resolver = PublicResolver(sentinel.reactor, 1.0, frozenset({"proxy.lan"}))
    assert resolver.checked(["10.0.0.5"], "proxy.lan") == "10.0.0.5"
    if passes:
        assert resolver.checked(addresses, "news.example") == addresses[0]
        return
    with pytest.raises(DNSLookupError):
        resolver.checked(addresses, "Rebound.example")
    with pytest.raises(RefusedError, match="private_address"):
        BordersMiddleware().process_exception(
            Request("http://rebound.example/"), CannotResolveHostError("no results")
        )


def http_error(status: int) -> HttpError:
    return HttpError(Response("http://p.example/", status=status))


def failed(*reasons: Exception) -> DownloadFailedError:
    error = DownloadFailedError("wrapped")
    wrapping: Any = ResponseFailed
    wrapped: Any = Failure
    error.__cause__ = wrapping([wrapped(reason) for reason in reasons])
    return error


TLS_ERROR = import_module("OpenSSL.SSL").Error([("SSL routines", "", "certificate verify failed")])


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (http_error(404), "http_404"),
        (http_error(403), "blocked"),
        (http_error(521), "blocked"),
        (http_error(502), "http_502"),
        (http_error(302), "http_302"),
        (CannotResolveHostError("x"), "dns"),
        (DownloadTimeoutError("x"), "timeout"),
        (ResponseDataLossError("x"), "truncated"),
        (failed(ConnectionLost("x")), "reset"),
        (failed(TLS_ERROR), "tls"),
        (RefusedError("robots", "x"), "robots"),
        (IgnoreRequest("max redirections reached"), "redirect_loop"),
        (IgnoreRequest("Ignored response because its body exceeded DOWNLOAD_MAXSIZE"), "too_large"),
        (RuntimeError("x"), "download"),
    ],
)
def test_failures_have_names(error: Exception, outcome: str) -> None:
    named = name_failure(error)
    assert named.outcome == outcome
    assert named.detail
    assert "\n" not in named.detail


def test_every_name_is_explained_to_people() -> None:
    text = (Path(__file__).parent.parent / "docs/crawling.md").read_text("utf-8")
    names = {outcome for _, outcome in failures.NAMES} | set(timing.PATIENCE)
    assert [name for name in sorted(names) if f"`{name}`" not in text and name != "not_html"] == []


@pytest.mark.parametrize(
    ("encoding", "body", "whole"),
    [
        pytest.param("", b"<p>", True, id="plain"),
        pytest.param("gzip", gzip.compress(b"x" * 5000), True, id="gzip"),
        pytest.param("gzip", gzip.compress(bytes(range(256)) * 20)[:100], False, id="cut"),
        pytest.param("gzip", b"<html>", False, id="no gzip at all"),
        pytest.param("gzip", gzip.compress(b"x" * 2**24), True, id="beyond the limit, for Scrapy to refuse"),
        pytest.param("gzip", b"", True, id="empty"),
    ],
)
def test_a_body_that_was_cut_is_no_body(encoding: str, body: bytes, *, whole: bool) -> None:
    answer = Response(
        "http://p.example/", body=body, headers={"Content-Encoding": encoding} if encoding else {}
    )
    middleware = WholeBodiesMiddleware()
    if whole:
        assert middleware.process_response(Request(answer.url), answer) is answer
    else:
        with pytest.raises(ResponseDataLossError):
            middleware.process_response(Request(answer.url), answer)


def test_the_settings_that_keep_us_safe_and_polite(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCRAPY_SETTINGS_MODULE", "crawler.settings")
    settings = get_project_settings()
    for name, value in {
        "ROBOTSTXT_OBEY": True,
        "REMOTE_CONTROL_ENABLED": False,
        "TELNETCONSOLE_ENABLED": False,
        "COOKIES_ENABLED": False,
        "HTTPCACHE_ENABLED": False,
        "METAREFRESH_ENABLED": False,
        "DOWNLOAD_VERIFY_CERTIFICATES": True,
        "CONCURRENT_REQUESTS_PER_DOMAIN": 1,
        "REFERRER_POLICY": "same-origin",
        "TWISTED_DNS_RESOLVER": "crawler.middlewares.borders.PublicResolver",
        "TWISTED_REACTOR": "twisted.internet.asyncioreactor.AsyncioSelectorReactor",
    }.items():
        assert settings[name] == value, name
    for name, most in {
        "DOWNLOAD_MAXSIZE": 8 * 1024 * 1024,
        "DOWNLOAD_TIMEOUT": 30,
        "REDIRECT_MAX_TIMES": 5,
        "MEMUSAGE_LIMIT_MB": 2048,
        "CLOSESPIDER_TIMEOUT": 3600,
    }.items():
        assert 0 < settings.getint(name) <= most, name
    handlers = settings.getwithbase("DOWNLOAD_HANDLERS")
    assert {scheme for scheme, handler in handlers.items() if handler} == {"http", "https"}
    assert settings["USER_AGENT"].startswith("jindu/")
