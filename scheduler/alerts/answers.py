"""Hear what a channel's server really answered, and judge it.

Apprise keeps only whether a request got HTTP 2xx: WeCom, DingTalk, Feishu, Lark, ServerChan, PushDeer and Bark refuse
under HTTP 200, and a login page in between answers 200 to anything. All of Apprise's web channels post through
`requests`, so an adapter in its sessions listens while a message is sent, in that thread only, and limits how much and how
long is read. What a vendor's codes mean stands in `manners.toml`.
"""

import json
import re
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, Literal

import requests
from requests.adapters import HTTPAdapter
from urllib3.exceptions import HTTPError

from scheduler.alerts.manners import VENDORS, Vendor
from storage import Receipt

BODY_LIMIT = 64 * 1024
"""Bytes of an answer that are read; a receipt is a few hundred."""
DETAIL_LENGTH = 200

Result = Literal["sent", "transient", "throttled", "permanent", "unreadable"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """One answer of a channel's server, or why there was none."""

    status: int = 0
    """HTTP status; 0 when no answer came."""
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    problem: str = ""
    """The name of the network error; empty when an answer came."""
    written: bool = True
    """Whether the request may have reached the server."""


REFUSED = frozenset({401, 403, 404, 410})
MOVED = frozenset({301, 308})
MAIL = frozenset({"mailto", "mailtos"})
MAILBOX_FULL = 552
TOO_MANY = 429
UNAVAILABLE = 503

LOOPBACK = re.compile(
    r"https?://(?:[^/@]*@)?(?:localhost|127(?:\.\d+){3}|\[::1\])(?::\d+)?(?:[/?#]|$)", re.IGNORECASE
)

_heard: ContextVar[list[Answer] | None] = ContextVar("heard", default=None)


@contextmanager
def listening() -> Iterator[list[Answer]]:
    """Collect the answers to every request that is made inside, by this thread or one it hands its context to.

    Who listens around it hears them too.
    """
    answers: list[Answer] = []
    token = _heard.set(answers)
    try:
        yield answers
    finally:
        _heard.reset(token)
        if (around := _heard.get()) is not None:
            around += answers


def note(answer: Answer) -> None:
    """Tell who listens of an answer that came another way than by HTTP."""
    if (answers := _heard.get()) is not None:
        answers.append(answer)


class ListeningAdapter(HTTPAdapter):
    """An HTTP adapter that notes every answer while somebody is listening, and is the ordinary one otherwise."""

    def send(self, request: requests.PreparedRequest, **options: Any) -> requests.Response:  # type: ignore[override]
        """Send as usual; note the answer, or the error and whether the request may have arrived."""
        answers = _heard.get()
        if answers is None:
            return super().send(request, **options)
        if LOOPBACK.match(request.url or ""):
            # No proxy can reach what listens on this machine.
            options["proxies"] = {}
        try:
            response = super().send(request, **(options | {"stream": True}))
            body = _read(response, _patience(options.get("timeout")))
        except requests.RequestException as error:
            answers.append(Answer(problem=type(error).__name__, written=_was_written(error)))
            raise
        response._content = body
        response._content_consumed = True
        answers.append(Answer(status=response.status_code, body=body, headers=dict(response.headers)))
        return response


def install() -> None:
    """Make every `requests` session made from now on use the listening adapter."""
    requests.sessions.HTTPAdapter = ListeningAdapter  # type: ignore[attr-defined]


def judge(schema: str, answer: Answer) -> Receipt:
    """What one answer means for the message that was sent through a channel of this schema."""
    if answer.problem:
        return Receipt(result="transient", detail=answer.problem, ambiguous=answer.written)
    if schema in MAIL:
        return Receipt(result=_judge_letter(answer.status), detail=f"SMTP {answer.status}")
    if not 200 <= answer.status < 300:
        return Receipt(result=_judge_status(answer), detail=f"HTTP {answer.status}")
    if vendor := VENDORS.get(schema):
        return _judge_vendor(vendor, answer)
    if answer.body.lstrip()[:9].lower().startswith((b"<!doctype", b"<html")):
        return Receipt(
            result="unreadable", detail="a web page came where a receipt was expected", ambiguous=True
        )
    return Receipt(result="sent", detail=f"HTTP {answer.status}")


def retry_after(answer: Answer, schema: str = "") -> int | None:
    """Seconds to wait, as the server asked or its vendor documents for the answer; None when neither says."""
    vendor = VENDORS.get(schema)
    names = {"retry-after", vendor.header} if vendor else {"retry-after"}
    for name, value in answer.headers.items():
        if name.lower() in names and value.isascii() and value.isdigit():
            return int(value)
    refusal = vendor.refusals.get(_vendor_code(vendor, answer.body) or 0) if vendor else None
    return refusal.hold if refusal else None


def _judge_status(answer: Answer) -> Result:
    if answer.status == TOO_MANY or (answer.status == UNAVAILABLE and retry_after(answer) is not None):
        return "throttled"
    return "permanent" if answer.status in REFUSED | MOVED else "transient"


def _judge_letter(code: int) -> Result:
    """RFC 5321: 5xx for good, but for a full mailbox, which is emptied; 4xx for now."""
    if 200 <= code < 300:
        return "sent"
    return "permanent" if code >= 500 and code != MAILBOX_FULL else "transient"


def _judge_vendor(vendor: Vendor, answer: Answer) -> Receipt:
    code = _vendor_code(vendor, answer.body)
    if code is None:
        return Receipt(result="unreadable", detail="the answer is not the vendor's receipt", ambiguous=True)
    detail = f"{vendor.keys[0]} {code}"
    if code == vendor.accepted:
        return Receipt(result="sent", detail=detail)
    if refusal := vendor.refusals.get(code):
        return Receipt(result=refusal.outcome, detail=f"{detail}: {refusal.means}")
    return Receipt(result="transient", detail=detail)


def _vendor_code(vendor: Vendor, body: bytes) -> int | None:
    try:
        answer = json.loads(body)
    except ValueError:
        return None
    if not isinstance(answer, dict):
        return None
    code = next((answer[key] for key in vendor.keys if key in answer), None)
    return code if isinstance(code, int) and not isinstance(code, bool) else None


def _read(response: requests.Response, seconds: float) -> bytes:
    """The body, up to the limits; a slow or endless one ends as a read timeout."""
    end = time.monotonic() + seconds
    body = bytearray()
    try:
        while len(body) < BODY_LIMIT and (piece := response.raw.read1(BODY_LIMIT, decode_content=True)):
            body += piece
            if time.monotonic() > end:
                raise requests.ReadTimeout("the answer came too slowly")
    except HTTPError as error:
        raise requests.ConnectionError(error) from error
    finally:
        response.close()
    return bytes(body)


def _patience(timeout: Any) -> float:
    return float(timeout[1]) if isinstance(timeout, tuple) else float(timeout or 15)


def _was_written(error: requests.RequestException) -> bool:
    """Whether the request may have reached the server: not when no connection was made."""
    if isinstance(
        error, requests.ConnectTimeout | requests.exceptions.ProxyError | requests.exceptions.SSLError
    ):
        return False
    reason = getattr(error.args[0], "reason", None) if error.args else None
    return type(reason).__name__ not in {"NewConnectionError", "NameResolutionError"}
