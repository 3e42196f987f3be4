"""Answers that did not change are not sent again: an ETag over what would be sent."""

import hashlib

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LONGEST = 4 * 1024 * 1024
"""Bytes of an answer that is held back to be compared; larger ones are sent as they come."""


class Freshness:
    """Give each 200 to a GET an ETag, and answer 304 to whoever has it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hold back the answer until it is whole."""
        if scope["type"] != "http" or scope["method"] not in ("GET", "HEAD"):
            await self._app(scope, receive, send)
            return
        answer = _Answer(Headers(scope=scope).get("if-none-match", ""), send)
        # HEAD is GET without the body, which the server leaves out.
        await self._app({**scope, "method": "GET"}, receive, answer.take)


class _Answer:
    def __init__(self, known: str, send: Send) -> None:
        self._known = {tag.strip().removeprefix("W/") for tag in known.split(",")}
        self._send = send
        self._start: Message | None = None
        self._body = b""

    async def take(self, message: Message) -> None:
        if message["type"] == "http.response.start" and message["status"] == 200:
            self._start = message
        elif self._start is None or message["type"] != "http.response.body":
            await self._send(message)
        else:
            self._body += message.get("body", b"")
            if not message.get("more_body"):
                await self._whole()
            elif len(self._body) > LONGEST:
                await self._release(more=True)

    async def _whole(self) -> None:
        assert self._start is not None
        headers = MutableHeaders(raw=self._start["headers"])
        tag = f'"{hashlib.blake2b(self._body, digest_size=12).hexdigest()}"'
        headers.setdefault("ETag", tag)
        if headers["ETag"].removeprefix("W/") in self._known:
            self._start["status"], self._body = 304, b""
            del headers["content-length"]
        self._start["headers"] = headers.raw
        await self._release(more=False)

    async def _release(self, *, more: bool) -> None:
        assert self._start is not None
        await self._send(self._start)
        self._start = None
        await self._send({"type": "http.response.body", "body": self._body, "more_body": more})
