"""The borders of a crawl: public addresses only, and the portal's own hosts only."""

import socket
from typing import Any, Self, cast

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import CannotResolveHostError
from scrapy.http import Response
from scrapy.resolver import CachingThreadedResolver
from scrapy.utils.httpobj import urlparse_cached
from twisted.internet.base import ReactorBase
from twisted.internet.defer import Deferred
from twisted.internet.error import DNSLookupError
from twisted.internet.threads import deferToThreadPool

from crawler.middlewares.addresses import is_public, literal_address, plain_host, why_not
from crawler.middlewares.errors import RefusedError


class BordersMiddleware:
    """Refuse a request before anything, even robots.txt, is asked for it.

    Redirects come by here again as new requests: one that leaves the portal's hosts becomes a failure of its source or page,
    where Scrapy's own filter would drop it without a word.
    """

    def process_request(self, request: Request) -> None:
        """Raise `RefusedError` for an address that is not ours to ask."""
        refusal = why_not(request.url)
        if refusal is not None:
            raise RefusedError(*refusal)
        hosts = request.meta.get("hosts")
        if hosts is not None and not _is_within(request, hosts):
            outcome = "moved_off_site" if request.meta.get("redirect_urls") else "bad_address"
            raise RefusedError(
                outcome, f"{request.url} is on none of the portal's hosts ({', '.join(hosts)})"
            )

    def process_exception(self, request: Request, exception: Exception) -> Response | None:
        """Say so when a name was "not resolved" because its addresses are private."""
        host = plain_host(urlparse_cached(request).hostname or "")
        if isinstance(exception, CannotResolveHostError) and host in PublicResolver.refused:
            raise RefusedError("private_address", f"{host} resolves to {PublicResolver.refused[host]}")
        return None


class PublicResolver(CachingThreadedResolver):
    """Resolve names, and connect only where every address of the name is public.

    The address handed on is the address connected to, so a name cannot show one address to a check and another to the
    connection. The configured proxy may be private: it was chosen by whoever runs this.
    """

    refused: dict[str, str] = {}  # noqa: RUF012 - one resolver a process; Scrapy gives no way to ask for it
    """Names refused so far, with the address that was not public."""

    def __init__(self, reactor: ReactorBase, timeout: float, trusted: frozenset[str]) -> None:
        super().__init__(reactor, cache_size=0, timeout=timeout)
        self._trusted = trusted

    @classmethod
    def from_crawler(cls, crawler: Crawler, reactor: ReactorBase) -> Self:
        """Take the time-out and the trusted proxy hosts from the settings."""
        settings = crawler.settings
        return cls(reactor, settings.getfloat("DNS_TIMEOUT"), frozenset(settings.getlist("PROXY_HOSTS")))

    def getHostByName(self, name: str, timeout: Any = ()) -> "Deferred[str]":
        """The first IPv4 address of `name`; `DNSLookupError` when it has none, or one that is not public."""
        reactor = cast(Any, self.reactor)
        found = deferToThreadPool(reactor, reactor.getThreadPool(), _addresses, name)
        found.addTimeout(self.timeout, reactor, lambda *_: _too_slow(name, self.timeout))
        return found.addCallback(self.checked, name)

    def checked(self, addresses: list[str], name: str) -> str:
        """The first address, if all are public; raises `DNSLookupError` if one is not."""
        if plain_host(name) not in self._trusted:
            for text in addresses:
                address = literal_address(text)
                if address is None or not is_public(address):
                    self.refused[plain_host(name)] = text
                    raise DNSLookupError(f"{name} resolves to {text}, which is not public")
        return addresses[0]


def _addresses(name: str) -> list[str]:
    try:
        found = socket.getaddrinfo(name, None, socket.AF_INET, socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise DNSLookupError(f"{name}: {error}") from error
    return [str(address[0]) for *_, address in found]


def _too_slow(name: str, seconds: float) -> None:
    raise DNSLookupError(f"{name}: no answer within {seconds:g} s")


def _is_within(request: Request, hosts: tuple[str, ...]) -> bool:
    host = plain_host(urlparse_cached(request).hostname or "")
    return any(host == own or host.endswith(f".{own}") for own in hosts)
