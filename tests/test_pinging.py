"""The ping to a watch outside: only while all is well, no redirect, no secret in what is said of it."""

import threading
from collections.abc import Iterator
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from scheduler.alerts.sections import OperatorsSection
from scheduler.pinging import ping
from scheduler.reporting import Reporter
from storage import Database, Ledger
from tests.specimens import MINUTE, NOW


class Outside(ThreadingHTTPServer):
    """A watch that answers as told and counts."""

    status = 200
    asked: list[str]


class Answers(BaseHTTPRequestHandler):
    server: Outside

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        self.send_response(self.server.status)
        self.send_header("Location", "/elsewhere")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def outside() -> Iterator[Outside]:
    server = Outside(("127.0.0.1", 0), Answers)
    server.asked = []
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def address(server: Outside) -> str:
    return f"http://127.0.0.1:{server.server_port}/key-of-ours"


@pytest.mark.parametrize(
    ("status", "said"), [(200, ""), (204, ""), (302, "HTTP 302"), (404, "HTTP 404"), (503, "HTTP 503")]
)
def test_only_a_good_answer_is_one(outside: Outside, status: int, said: str) -> None:
    outside.status = status
    assert ping(address(outside)) == said
    assert outside.asked == ["/key-of-ours"]


def test_nobody_there_is_said_without_the_address(outside: Outside) -> None:
    url = address(outside)
    outside.server_close()
    # Somebody else may have been given the port in the meantime.
    assert ping(url, timeout_seconds=1) in {"ConnectionRefusedError", "ConnectionResetError"}
    assert ping("http://no host/key-of-ours") == "InvalidURL"


def reporter(database: Database, url: str, clock: list[datetime]) -> Reporter:
    wanted = OperatorsSection(ping_url=url, ping_minutes=5)
    return Reporter(database, wanted, channels=1, tick_seconds=15, clock=lambda: clock[-1])


def test_it_pings_only_while_crawling_and_sending_run(database: Database, outside: Outside) -> None:
    clock, ledger = [NOW], Ledger(database)
    watch = reporter(database, address(outside), clock)
    assert not watch.ping_if_due()
    for minute in range(11):
        clock.append(NOW + minute * MINUTE)
        for name in ("service", "notifier"):
            ledger.beat(name, now=clock[-1])
        watch.ping_if_due()
    assert len(outside.asked) == 3
    clock.append(NOW + 60 * MINUTE)
    assert not watch.ping_if_due()
    clock.append(NOW - 60 * MINUTE)
    for name in ("service", "notifier"):
        ledger.beat(name, now=clock[-1])
    assert watch.ping_if_due()


def test_a_ping_that_fails_is_kept_for_status(database: Database, outside: Outside) -> None:
    outside.status, ledger = 503, Ledger(database)
    for name in ("service", "notifier"):
        ledger.beat(name, now=NOW)
    assert reporter(database, address(outside), [NOW]).ping_if_due()
    assert ledger.beats()["ping"].detail == "failed: HTTP 503"
