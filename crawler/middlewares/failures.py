"""Every way in which a download ends without an answer, and the name the ledger keeps for it."""

from collections.abc import Iterator
from typing import NamedTuple

from OpenSSL.SSL import Error as TLSError
from scrapy.core.downloader.handlers.http11 import TunnelError
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
    NotSupported,
    ResponseDataLossError,
    UnsupportedURLSchemeError,
)
from scrapy.spidermiddlewares.httperror import HttpError
from service_identity import VerificationError
from twisted.internet.error import ConnectError, ConnectionClosed

from crawler.middlewares.errors import RefusedError
from storage import Outcome

REFUSALS = frozenset({401, 403, 412, 521})
"""Statuses by which portals and the firewalls before them turn robots away."""

NAMES: tuple[tuple[type[BaseException], Outcome], ...] = (
    (TLSError, "tls"),
    (VerificationError, "tls"),
    (CannotResolveHostError, "dns"),
    (DownloadTimeoutError, "timeout"),
    (DownloadConnectionRefusedError, "connect"),
    (TunnelError, "connect"),
    (DownloadCancelledError, "too_large"),
    (ResponseDataLossError, "truncated"),
    (UnsupportedURLSchemeError, "bad_address"),
    (NotSupported, "bad_address"),
    (ConnectionClosed, "reset"),
    (ConnectError, "connect"),
    (DownloadFailedError, "reset"),
    (OSError, "connect"),
)
"""The first that fits gives the name."""


class Named(NamedTuple):
    """A failure by name, with one line for the person who asks why."""

    outcome: Outcome
    detail: str


def name_failure(error: BaseException) -> Named:
    """The name of what went wrong; `download` when it is none of the ways we know."""
    if isinstance(error, RefusedError):
        return Named(error.outcome, error.detail)
    if isinstance(error, HttpError):
        status = error.response.status
        return Named("blocked" if status in REFUSALS else f"http_{status}", f"answered {status}")
    if isinstance(error, IgnoreRequest):
        return Named(_ignored(error), _line(error))
    causes = list(_causes(error))
    for kind, outcome in NAMES:
        found = next((cause for cause in causes if isinstance(cause, kind)), None)
        if found is not None:
            return Named(outcome, _line(found))
    return Named("download", f"{type(error).__name__}: {_line(error)}")


def _ignored(error: IgnoreRequest) -> Outcome:
    """Scrapy ends two things by the same error: a redirect loop, and a body that unpacks beyond the limit."""
    return "redirect_loop" if "redirect" in str(error) else "too_large"


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The error and what it was made of: Twisted wraps the reasons of a broken answer in a list of failures."""
    yield error
    for reason in getattr(error, "reasons", None) or ():
        yield from _causes(reason.value)
    if error.__cause__ is not None:
        yield from _causes(error.__cause__)


def _line(error: BaseException) -> str:
    return " ".join(str(error).split())[:300] or type(error).__name__
