"""Serve the invented portals as an HTTP proxy on the loopback interface, in a thread."""

import gzip
import socket
import struct
import threading
import time
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from hashlib import blake2b
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Literal, Self
from urllib.parse import urlsplit

from crawler.replica.breakages import Breakage, BreakageKind, changed
from crawler.replica.families import Answer, Report
from crawler.replica.faults import TOO_LARGE, Fault, Weather, spoil
from crawler.replica.requests import Request
from crawler.replica.site import Clockwork, Site, Story, World
from crawler.replica.stories import load_stories
from crawler.replica.year import Year
from storage import SHANGHAI

_HANG_AT_MOST = 60.0
_SLOW = 0.4
"""Seconds that a slow answer takes."""


class Replica:
    """A small web of invented portals under `.example`, reached as an HTTP proxy.

    Its clock starts with it: `minutes_per_second` replica minutes pass in one second of ours, and `advance` jumps.
    Use it as a context manager; leaving it frees the port and every request that hangs. The world `demo` is five
    portals with some forty stories; `year` is fourteen portals with a year of news, whose clock goes with ours.
    """

    portals_dir = Path(__file__).parent / "portals"
    """The demo's portal files, for `JINDU_PORTALS` or `load_portals`; a replica of the year has its own."""

    def __init__(
        self,
        *,
        port: int = 0,
        minutes_per_second: float = 1.0,
        stories: Iterable[Story] | None = None,
        now: datetime | None = None,
        world: Literal["demo", "year"] = "demo",
    ) -> None:
        """`port` 0 takes any free one; `now` is the moment of the start, by default this moment. `minutes_per_second` and
        `stories` are the demo's.

        Raises:
            OSError: the port is taken.
        """
        self.stories = load_stories() if stories is None else tuple(stories)
        start = (now or datetime.now(SHANGHAI)).astimezone(SHANGHAI)
        self._clockwork = Clockwork(
            start=start, minutes_per_second=minutes_per_second if world == "demo" else 1 / 60
        )
        self._world: World = Site(self.stories, self._clockwork)
        if world == "year":
            self._world, self.portals_dir = Year(start), Year.portals_dir
        self._began, self._ahead = time.monotonic(), 0.0
        self._lock = threading.Lock()
        self._requests: list[Request] = []
        self._asked: Counter[str] = Counter()
        self._faults: list[Fault] = []
        self._breakages: list[Breakage] = []
        self.weather: Weather | None = None
        self.closing = threading.Event()
        self._server = _Server(("127.0.0.1", port), _Handler)
        self._server.replica = self
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True
        )

    def __enter__(self) -> Self:
        self._began = time.monotonic()
        self._thread.start()
        return self

    def __exit__(self, *_exc: object) -> None:
        self.closing.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def proxy_url(self) -> str:
        """What to set `http_proxy` to."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    @property
    def minutes(self) -> float:
        """Replica minutes since the start."""
        passed = (time.monotonic() - self._began) * self._clockwork.minutes_per_second
        return passed + self._ahead

    @property
    def now(self) -> datetime:
        """The moment that it is on the year's portals; the demo prints the reader's own time."""
        return self._clockwork.start + timedelta(minutes=self.minutes)

    def advance(self, minutes: float) -> None:
        """Let `minutes` pass at once."""
        with self._lock:
            self._ahead += minutes

    @property
    def requests(self) -> tuple[Request, ...]:
        """Every request so far, the oldest first."""
        with self._lock:
            return tuple(self._requests)

    def forget(self) -> None:
        """Empty `requests` and take all faults, breakages and weather away."""
        with self._lock:
            self._requests.clear()
            self._faults.clear()
            self._breakages.clear()
            self.weather = None

    def fault(self, fault: Fault) -> None:
        """Let requests fail from now on; the newest fault that hits a request wins."""
        with self._lock:
            self._faults.insert(0, fault)

    def change(self, host: str, kind: BreakageKind) -> None:
        """Let a host change for good from now on; `breakages.py` says what each kind is."""
        with self._lock:
            self._breakages.insert(0, Breakage(kind=kind, host=host, since=self.minutes))

    def reports(self) -> tuple[Report, ...]:
        """What is to be read on every portal now, in its present wording."""
        return self._world.reports(self.minutes)

    def published(self, since: float, until: float | None = None) -> tuple[Report, ...]:
        """What appeared after minute `since`, up to and with minute `until`, or up to now."""
        return self._world.published(since, self.minutes if until is None else until)

    def answer(self, url: str) -> tuple[Answer, Fault | None]:
        """The answer to a GET of `url` now, and the fault that is to be played on it."""
        parts = urlsplit(url)
        host, path = (parts.hostname or "").lower(), _path_of(url)
        breakage = self._breakage(host, path)
        frozen = breakage is not None and breakage.kind == "list_frozen"
        answer = self._world.answer(host, path, breakage.since if breakage and frozen else self.minutes)
        answer = changed(answer, breakage, url) if breakage else answer
        fault = self._strike(host, path)
        return (spoil(answer, fault, url) if fault else answer), fault

    def is_list(self, host: str, path: str) -> bool:
        """Whether a list stands at that address."""
        return self._world.is_list(host, path)

    def lies(self, url: str) -> bool:
        """Whether every question with a validator is answered "not modified" here now."""
        parts = urlsplit(url)
        breakage = self._breakage((parts.hostname or "").lower(), _path_of(url))
        return breakage is not None and breakage.kind == "validators_lying"

    def _breakage(self, host: str, path: str) -> Breakage | None:
        if path == "/robots.txt":
            return None
        is_list = self._world.is_list(host, path)
        with self._lock:
            return next((b for b in self._breakages if b.hits(host, is_list=is_list)), None)

    def _strike(self, host: str, path: str) -> Fault | None:
        with self._lock:
            self._asked[host] += 1
            fault = next((fault for fault in self._faults if fault.hits(host, path)), None)
            if fault is None and self.weather is not None:
                fault = self.weather.strike(host, path, self._asked[host])
                if fault is not None and fault.times is not None and fault.times > 1:
                    self._faults.insert(0, fault)
            if fault is not None and fault.times is not None:
                fault.times -= 1
            return fault

    def note(self, request: Request) -> None:
        """Keep a request for `requests`."""
        with self._lock:
            self._requests.append(request)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    replica: Replica

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A visitor who hangs up is none of our business."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def do_GET(self) -> None:
        # Before the answer is made, which takes a while where a day of news is asked for first.
        came = time.monotonic()
        replica = self.server.replica
        answer, fault = replica.answer(self.path)
        kind = fault.kind if fault else ""
        unchanged = answer.status == HTTPStatus.OK and self._unchanged(answer)
        status = 0 if kind in {"hang", "reset"} else HTTPStatus.NOT_MODIFIED if unchanged else answer.status
        self._note(status, came, struck=fault is not None)
        if kind == "slow":
            replica.closing.wait(_SLOW)
        if kind == "hang":
            replica.closing.wait(_HANG_AT_MOST)
            self.close_connection = True
        elif kind == "reset":
            self._reset()
        elif unchanged:
            self._head(HTTPStatus.NOT_MODIFIED, answer, {})
        else:
            self._send(answer, fault)

    def log_message(self, *_args: object) -> None:
        """`Replica.requests` is the log."""

    def _note(self, status: int, came: float, *, struck: bool) -> None:
        host, path = (urlsplit(self.path).hostname or "").lower(), _path_of(self.path)
        self.server.replica.note(
            Request(
                host=host,
                path=path,
                is_list=self.server.replica.is_list(host, path),
                struck=struck,
                status=int(status),
                at=came,
                headers={name.lower(): value for name, value in self.headers.items()},
            )
        )

    def _unchanged(self, answer: Answer) -> bool:
        tag, since = self.headers["If-None-Match"], self.headers["If-Modified-Since"]
        if (tag or since) and self.server.replica.lies(self.path):
            return True
        if tag is not None:
            return tag == _etag(answer)
        if since is None or answer.last_modified is None:
            return False
        return answer.last_modified.replace(microsecond=0) <= parsedate_to_datetime(since)

    def _send(self, answer: Answer, fault: Fault | None) -> None:
        extra, body = {}, answer.body
        length = len(body)
        if fault and fault.retry_after:
            extra["Retry-After"] = fault.retry_after
        if fault and fault.kind == "half_gzip":
            packed = gzip.compress(body)
            extra["Content-Encoding"], body = "gzip", packed[: len(packed) // 2]
            length = len(body)
        if fault and fault.kind in {"truncated", "too_large"}:
            length = TOO_LARGE if fault.kind == "too_large" else length * 2
            self.close_connection = True
        self._head(answer.status, answer, {**extra, "Content-Length": str(length)})
        self.wfile.write(body)

    def _head(self, status: int, answer: Answer, extra: Mapping[str, str]) -> None:
        self.send_response(status)
        if status != HTTPStatus.NOT_MODIFIED:
            self.send_header("Content-Type", answer.content_type)
        if answer.location:
            self.send_header("Location", answer.location)
        if answer.last_modified is not None:
            self.send_header("ETag", _etag(answer))
            self.send_header(
                "Last-Modified", format_datetime(answer.last_modified.astimezone(UTC), usegmt=True)
            )
        for name, value in extra.items():
            self.send_header(name, value)
        self.end_headers()

    def _reset(self) -> None:
        """Close with an RST, as a crashing server or a firewall does."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close_connection = True


def _path_of(url: str) -> str:
    parts = urlsplit(url)
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def _etag(answer: Answer) -> str:
    return f'"{blake2b(answer.body, digest_size=8).hexdigest()}"'
