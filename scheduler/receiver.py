"""A loopback web server that takes Apprise's `json://` messages: the demo's stand-in for a chat group."""

import json
import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self

BODY_LIMIT = 1 << 20


@dataclass(frozen=True, kw_only=True, slots=True)
class Received:
    """One message as it arrived."""

    title: str
    body: str


class Receiver:
    """Collects messages; a context manager that frees its port at the end."""

    def __init__(self) -> None:
        self.messages: queue.SimpleQueue[Received] = queue.SimpleQueue()
        self.on_message: Callable[[], None] = lambda: None
        """Called when a message has come, before it is answered."""
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.receiver = self
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True
        )

    @property
    def channel(self) -> str:
        """The Apprise address that leads here."""
        return f"json://127.0.0.1:{self._server.server_address[1]}/alerts"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_exc: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    receiver: Receiver

    def handle_error(self, request: object, client_address: object) -> None:
        """A sender that hangs up is its own affair."""


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_POST(self) -> None:
        length = min(int(self.headers.get("Content-Length") or 0), BODY_LIMIT)
        try:
            message = json.loads(self.rfile.read(length))
            received = Received(title=str(message["title"]), body=str(message["message"]))
        except (ValueError, KeyError, TypeError):
            self.send_error(400)
            return
        self.server.receiver.messages.put(received)
        self.server.receiver.on_message()
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"ok")

    def log_message(self, *_args: object) -> None:
        """The messages are the log."""
