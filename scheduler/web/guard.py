"""Who may ask, how often, and what every answer carries: one layer around page and API."""

import hashlib
import hmac
import math
import secrets
import time
from collections.abc import Awaitable, Callable, Mapping
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from scheduler.web.allowance import Allowance
from scheduler.web.sections import WebSection, is_address, is_own_machine

COOKIE = "jindu_token"
OPEN = frozenset({"/login", "/healthz", "/static/style.css"})
"""What is answered without a token: how to give one, whether the service lives, and the look of both."""
LONGEST_BODY = 16 * 1024
SECURITY: Mapping[str, str] = {
    "X-Content-Type-Options": "nosniff",
    # Nothing is told to others; with "no-referrer" a browser would hide from ourselves too where a form comes from.
    "Referrer-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}

Answer = Callable[[], Awaitable[None]]


class Guard:
    """Refuses foreign host names, missing tokens, too many requests and state changes from other sites."""

    def __init__(self, app: ASGIApp, *, settings: WebSection) -> None:
        self._app = app
        self._settings = settings
        self._allowance = Allowance(settings.requests_per_minute)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or refuse it; every answer gets the headers that keep a page from doing harm."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        # Styles inside a drawing are let through by this number; nothing else that stands in a page is.
        nonce = scope.setdefault("state", {})["nonce"] = secrets.token_urlsafe(12)

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in SECURITY.items():
                    headers.setdefault(name, value)
                headers.setdefault("Content-Security-Policy", content_policy(nonce))
                headers.setdefault("Cache-Control", "private, no-cache")
            await send(message)

        refusal = self._refusal(Request(scope))
        await (refusal or self._app)(scope, receive, with_headers)

    def _refusal(self, request: Request) -> Response | None:
        if not self._is_known(request.headers.get("host", "")):
            message = "未知主机名；请在 web.names 里加上它 (unknown host name: add it to web.names)"
            return refuse(request, 421, "unknown_host", message)
        reader = request.client.host if request.client else ""
        if wait := self._allowance.wait(reader, time.monotonic()):
            message = "请求太多，稍后再试 (too many requests: try again later)"
            return refuse(request, 429, "too_many", message, {"Retry-After": str(math.ceil(wait))})
        if refusal := self._refusal_of_change(request):
            return refusal
        if request.url.path in OPEN or self._has_token(request):
            return None
        if is_for_programs(request):
            message = "需要令牌 (send Authorization: Bearer TOKEN)"
            return refuse(request, 401, "token_required", message, {"WWW-Authenticate": "Bearer"})
        return RedirectResponse("/login", 303)

    def _refusal_of_change(self, request: Request) -> Response | None:
        if request.method in ("GET", "HEAD"):
            return None
        if not self._is_own(request.headers):
            message = "请求来自别的网站 (the request comes from another site)"
            return refuse(request, 403, "other_site", message)
        # A body of unknown length could be endless.
        if request.headers.get("transfer-encoding"):
            return refuse(request, 411, "length_required", "请求没有写明长度 (send Content-Length)")
        if int(request.headers.get("content-length") or 0) > LONGEST_BODY:
            return refuse(request, 413, "too_long", "请求太长 (too much was sent)")
        return None

    def _is_known(self, host: str) -> bool:
        """Whether the page is meant by this name: other names may be another site's, pointed here; numbers cannot."""
        try:
            name = urlsplit(f"//{host}").hostname or ""
        except ValueError:
            return False
        return is_own_machine(name) or is_address(name) or name in self._settings.names

    def _is_own(self, headers: Headers) -> bool:
        origin = headers.get("origin") or headers.get("referer") or ""
        return headers.get("sec-fetch-site", "same-origin") in ("same-origin", "none") and (
            not origin or urlsplit(origin).netloc == headers.get("host")
        )

    def _has_token(self, request: Request) -> bool:
        if not self._settings.token:
            return True
        scheme, _, given = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer" and is_token(given.strip(), self._settings.token):
            return True
        return is_token(request.cookies.get(COOKIE, ""), cookie_of(self._settings.token))


def is_for_programs(request: Request) -> bool:
    """Whether a program asks, which wants JSON and no page."""
    return request.url.path.startswith(("/api/", "/metrics", "/feed", "/healthz"))


def refuse(
    request: Request, status: int, code: str, message: str, headers: Mapping[str, str] | None = None
) -> Response:
    """A refusal: for programs as JSON, for people as a line."""
    if is_for_programs(request):
        return JSONResponse({"error": code, "message": message}, status, headers)
    return PlainTextResponse(message, status, headers)


def is_token(given: str, token: str) -> bool:
    """Whether they are the same, in a time that tells nothing."""
    return hmac.compare_digest(_digest(given), _digest(token))


def cookie_of(token: str) -> str:
    """What a browser keeps instead of the token itself."""
    return hashlib.blake2b(
        token.encode("utf-8", "replace"), person=b"jindu cookie", digest_size=32
    ).hexdigest()


def content_policy(nonce: str) -> str:
    """What a page of ours may load: our style sheet and pictures, no script, no foreign thing, in no frame."""
    return (
        f"default-src 'none'; style-src 'self' 'nonce-{nonce}'; img-src 'self' data:; form-action 'self';"
        " base-uri 'none'; frame-ancestors 'none'"
    )


def _digest(text: str) -> bytes:
    return hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=32).digest()
