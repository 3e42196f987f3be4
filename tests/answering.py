"""A real server whose answers a test writes: it accepts, refuses, hangs, resets, trickles or cuts."""

import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

HANG_SECONDS = 30


@dataclass
class Play:
    """What the server does with the next request."""

    status: int = 200
    body: bytes = b"ok"
    headers: dict[str, str] = field(default_factory=dict)
    act: str = "answer"
    """`answer`, `hang`, `reset`, `trickle` or `cut` (fewer bytes than promised)."""


class _Handler(BaseHTTPRequestHandler):
    server: Any

    def do_POST(self) -> None:
        self.server.bodies.append(self.rfile.read(int(self.headers.get("Content-Length") or 0)))
        self.server.asked.append(self.path)
        play: Play = self.server.next_play()
        if play.act == "hang":
            self.server.closing.wait(HANG_SECONDS)
            return
        if play.act == "reset":
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.connection.close()
            return
        self.send_response(play.status)
        for name, value in play.headers.items():
            self.send_header(name, value)
        more = 10 if play.act in {"cut", "trickle"} else 0
        self.send_header("Content-Length", str(len(play.body) + more))
        self.end_headers()
        self.wfile.write(play.body)
        while play.act == "trickle" and not self.server.closing.wait(0.1):
            self.wfile.write(b" ")

    do_GET = do_POST

    def log_message(self, *_args: object) -> None:
        """Silence."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A visitor who hangs up is what some tests are about."""


@contextmanager
def answering() -> Iterator[Any]:
    """The server: `play` is what it does next (`next_play()` where each request has its own), `asked` and `bodies` what it was sent."""
    with _Server(("127.0.0.1", 0), _Handler) as made:
        made.play, made.asked, made.closing = Play(), [], threading.Event()  # type: ignore[attr-defined]
        made.bodies, made.next_play = [], lambda: made.play  # type: ignore[attr-defined]
        thread = threading.Thread(target=made.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield made
        made.closing.set()  # type: ignore[attr-defined]
        made.shutdown()
        thread.join()
