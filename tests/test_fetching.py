"""One page by hand: within limits, as robots.txt allows, and from no private address."""

import socket

import pytest

from crawler.replica import Replica
from scheduler.fetching import FetchError, connect_to_public, fetch, is_public

LIST = "http://www.bashu.example/rss/news.xml"


@pytest.fixture
def proxied(replica: Replica, monkeypatch: pytest.MonkeyPatch) -> Replica:
    for name in ("https_proxy", "HTTPS_PROXY", "HTTP_PROXY", "no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("http_proxy", replica.proxy_url)
    return replica


@pytest.fixture
def direct(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY"):
        monkeypatch.delenv(name, raising=False)


def test_a_page_comes_whole_after_robots(proxied: Replica) -> None:
    answer = fetch(LIST)
    assert answer.url == LIST
    assert b"<rss" in answer.body
    assert answer.content_type.startswith("application/rss+xml")
    assert [request.path for request in proxied.requests] == ["/robots.txt", "/rss/news.xml"]


def test_a_server_that_refuses_is_named(proxied: Replica) -> None:
    with pytest.raises(FetchError, match="404"):
        fetch("http://www.bashu.example/no/such/page.html")


PRIVATE = {
    "loopback": "127.0.0.1",
    "any": "0.0.0.0",
    "private": "10.0.0.1",
    "link-local": "169.254.169.254",
    "carrier": "100.64.0.1",
    "multicast": "224.0.0.1",
    "v6 loopback": "::1",
    "v6 unique local": "fc00::1",
    "v6 link-local with zone": "fe80::1%eth0",
    "v4 in v6": "::ffff:127.0.0.1",
    "6to4": "2002:7f00:1::",
    "documentation": "2001:db8::1",
}


@pytest.mark.parametrize("address", PRIVATE.values(), ids=PRIVATE)
def test_private_addresses(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "100.128.0.1", "2606:4700::1111", "::ffff:8.8.8.8"])
def test_public_addresses(address: str) -> None:
    assert is_public(address)


HOSTS = ("127.0.0.1", "localhost", "2130706433", "0x7f.1", "[::1]", "127.1", "①②⑦.0.0.1", "good.cn@127.0.0.1")


@pytest.mark.usefixtures("direct")
@pytest.mark.parametrize("host", HOSTS)
def test_no_spelling_of_loopback_is_called(host: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.05)
        with pytest.raises(FetchError):
            fetch(f"http://{host}:{listener.getsockname()[1]}/secret")
        with pytest.raises(TimeoutError):
            listener.accept()


@pytest.mark.usefixtures("direct")
def test_the_address_checked_is_the_one_connected_to() -> None:
    with pytest.raises(PermissionError, match="private"):
        connect_to_public(("localhost", 80), 1.0)


WRONG = {
    "file": "file:///etc/passwd",
    "ftp": "ftp://a.example/",
    "no host": "http:///x",
    "broken": "http://[::1/",
    "no scheme": "www.a.example",
}


@pytest.mark.parametrize("url", WRONG.values(), ids=WRONG)
def test_what_is_no_web_address_is_refused(url: str) -> None:
    with pytest.raises(FetchError):
        fetch(url)
