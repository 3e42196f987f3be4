"""Who may read the page, what every answer carries, and that nobody changes anything from elsewhere."""

import hmac
import http.client
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import ClassVar
from urllib.parse import urlsplit

import pytest
import requests
from pydantic import ValidationError

from scheduler.web import guard
from scheduler.web.allowance import Allowance
from scheduler.web.app import WebError, listen, serving
from scheduler.web.sections import WebSection
from storage import SavedSearches, open_database
from tests.readers import TOKEN, library, site
from tests.specimens import NOW

PATHS = ("/", "/search", "/story/1", "/figures", "/portals", "/brief", "/saved", "/login", "/feed", "/metrics", "/healthz",
         "/api/v1/search", "/api/v1/openapi.json", "/static/style.css", "/no-such-page", "/api/v1/reports/999999")  # fmt: skip


@pytest.fixture(scope="module")
def open_page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with library(tmp_path_factory.mktemp("open") / "archive.db") as address:
        yield address


@pytest.fixture(scope="module")
def closed_page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    path = tmp_path_factory.mktemp("closed") / "archive.db"
    with open_database(str(path)) as database, serving(site(database, token=TOKEN)) as address:
        yield address.rstrip("/")


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("evil.example", 421),
        ("127.0.0.1.evil.example", 421),
        ("localhost.evil.example:80", 421),
        ("user@localhost@evil.example", 421),
        ("[::1", 421),
        ("localhost", 200),
        ("LOCALHOST.:1", 200),
        ("[::1]:8626", 200),
        ("127.0.0.1", 200),
    ],
)
def test_a_foreign_host_name_is_refused(open_page: str, host: str, status: int) -> None:
    answer = requests.get(f"{open_page}/healthz", headers={"Host": host})
    assert answer.status_code == status
    assert status == 200 or answer.json()["error"] == "unknown_host"


def test_names_in_the_settings_are_known(tmp_path: Path) -> None:
    with (
        open_database(str(tmp_path / "a.db")) as database,
        serving(site(database, names=("jindu.lan",))) as address,
    ):
        answers = [
            requests.get(address, headers={"Host": host})
            for host in ("jindu.lan:80", "other.lan", "Jindu.LAN")
        ]
    assert [answer.status_code for answer in answers] == [200, 421, 200]


@pytest.mark.parametrize("path", PATHS)
def test_every_answer_carries_what_keeps_it_harmless(open_page: str, path: str) -> None:
    headers = requests.get(open_page + path).headers
    policy = dict(part.strip().split(" ", 1) for part in headers["Content-Security-Policy"].split(";"))
    assert policy["default-src"] == "'none'"
    assert "script-src" not in policy
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert policy["frame-ancestors"] == "'none'"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["X-Frame-Options"] == "DENY"
    assert not [name for name in headers if name.lower().startswith("access-control-")]
    assert "server" not in headers


def test_a_failure_of_ours_carries_them_too(tmp_path: Path) -> None:
    with (
        open_database(str(tmp_path / "a.db")) as database,
        serving(replace(site(database), clock=lambda: NOW / 0)) as address,  # type: ignore[operator]
    ):
        answer = requests.get(address + "portals")
        other = requests.get(address + "api/v1/search")
    assert (answer.status_code, other.status_code) == (500, 200)
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "Traceback" not in answer.text


def test_other_sites_may_not_read_by_script(open_page: str) -> None:
    asked = {"Origin": "https://evil.example", "Access-Control-Request-Method": "GET"}
    for answer in (
        requests.get(f"{open_page}/api/v1/search", headers=asked),
        requests.options(f"{open_page}/api/v1/search", headers=asked),
    ):
        assert not [name for name in answer.headers if name.lower().startswith("access-control-")]


class TestToken:
    @pytest.mark.parametrize(
        ("headers", "status"),
        [
            ({}, 401),
            ({"Authorization": "Bearer wrong"}, 401),
            ({"Authorization": TOKEN}, 401),
            ({"Authorization": f"Basic {TOKEN}"}, 401),
            ({"Authorization": f"Bearer {TOKEN}x"}, 401),
            ({"Cookie": f"jindu_token={TOKEN}"}, 401),
            ({"Authorization": f"bearer  {TOKEN}"}, 200),
            ({"Cookie": f"jindu_token={guard.cookie_of(TOKEN)}"}, 200),
        ],
        ids=["none", "wrong", "no scheme", "basic", "longer", "token as cookie", "bearer", "cookie"],
    )
    def test_is_required(self, closed_page: str, headers: dict[str, str], status: int) -> None:
        answer = requests.get(f"{closed_page}/api/v1/search", headers=headers)
        assert answer.status_code == status
        assert status == 200 or answer.headers["WWW-Authenticate"] == "Bearer"

    @pytest.mark.parametrize("path", PATHS)
    def test_nothing_of_the_archive_is_open(self, closed_page: str, path: str) -> None:
        answer = requests.get(closed_page + path, allow_redirects=False)
        shut = answer.status_code == 401 or answer.headers.get("Location") == "/login"
        assert shut == (path not in guard.OPEN)

    def test_a_reader_logs_in_once(self, closed_page: str) -> None:
        with requests.Session() as reader:
            assert "请输入令牌" in reader.get(closed_page + "/search").text
            assert reader.post(closed_page + "/login", data={"token": "wrong"}).status_code == 403
            entered = reader.post(closed_page + "/login", data={"token": TOKEN}, allow_redirects=False)
            (cookie,) = list(reader.cookies)
            assert (entered.status_code, cookie.value == TOKEN) == (303, False)
            assert {"HttpOnly", "SameSite"} <= {*cookie._rest}  # type: ignore[attr-defined]
            assert "检索" in reader.get(closed_page + "/search").text

    def test_is_compared_in_constant_time(self, monkeypatch: pytest.MonkeyPatch) -> None:
        compared = []
        real = hmac.compare_digest
        monkeypatch.setattr(guard.hmac, "compare_digest", lambda *two: compared.append(two) or real(*two))
        assert not guard.is_token("", TOKEN)
        assert not guard.is_token("\ud800", TOKEN)
        assert guard.is_token(TOKEN, TOKEN)
        assert {len(part) for two in compared for part in two} == {32}

    @pytest.mark.parametrize(
        "host", ["0.0.0.0", "::", "192.168.1.5", "jindu.lan", "127.0.0.1.evil.example", ""]
    )
    def test_other_machines_are_served_with_one_only(self, host: str) -> None:
        with pytest.raises(ValidationError, match="a token is required"):
            WebSection(host=host)
        assert WebSection(host=host, token=TOKEN).host == host

    def test_a_short_one_is_refused_and_none_is_printed(self) -> None:
        with pytest.raises(ValidationError, match="at least 16"):
            WebSection(token="short")
        assert TOKEN not in repr(WebSection(token=TOKEN))


class TestChange:
    KEPT: ClassVar = {"name": "我的一个", "parameters": "q=%E5%86%B0%E6%AF%92"}

    @pytest.mark.parametrize(
        "headers",
        [
            {"Origin": "https://evil.example"},
            {"Origin": "null"},
            {"Referer": "https://evil.example/page"},
            {"Sec-Fetch-Site": "cross-site"},
            {"Sec-Fetch-Site": "same-site", "Origin": ""},
            {"Origin": "http://localhost:1"},
        ],
        ids=lambda headers: " ".join(f"{name} {value}" for name, value in headers.items()),
    )
    def test_from_another_site_is_refused(self, open_page: str, headers: dict[str, str]) -> None:
        answer = requests.post(f"{open_page}/saved", data=self.KEPT, headers=headers)
        assert answer.status_code == 403
        assert "我的一个" not in requests.get(f"{open_page}/saved").text

    def test_from_our_own_page_is_done(self, open_page: str) -> None:
        own = {"Origin": open_page, "Sec-Fetch-Site": "same-origin"}
        kept = requests.post(f"{open_page}/saved", data=self.KEPT, headers=own, allow_redirects=False)
        assert (kept.status_code, kept.headers["Location"]) == (303, "/saved")
        page = requests.get(f"{open_page}/saved").text
        number = page.partition("/saved/")[2].partition("/drop")[0]
        requests.post(f"{open_page}/saved/{number}/drop", headers=own)
        assert "我的一个" not in requests.get(f"{open_page}/saved").text

    def test_never_by_reading(self, tmp_path: Path) -> None:
        with open_database(str(tmp_path / "a.db")) as database:
            SavedSearches(database).keep("留", "q=x", now=site(database).clock())
            with serving(site(database)) as address:
                for path in ("saved/1/drop", "saved?name=x&parameters=q", "login?token=x", *PATHS):
                    for method in ("GET", "HEAD"):
                        answer = requests.request(method, address + path.lstrip("/"))
                        assert answer.status_code in (200, 404, 405)
                        assert "Set-Cookie" not in answer.headers
            assert [kept.name for kept in SavedSearches(database).all()] == ["留"]

    def test_of_endless_or_long_bodies_is_refused(self, open_page: str) -> None:
        long = requests.post(f"{open_page}/saved", data={"name": "x" * 20_000})
        endless = requests.post(f"{open_page}/saved", data=iter([b"name=", b"x"]))
        assert (long.status_code, endless.status_code) == (413, 411)

    @pytest.mark.parametrize(
        ("form", "status", "words"),
        [
            ({"name": " "}, 400, "1 到"),
            ({"name": "x" * 90}, 400, "1 到"),
            ({"name": "x" * 300}, 422, "name"),
            ({"name": "a", "parameters": "&" * 5000}, 422, "parameters"),
        ],
        ids=["blank", "long", "too long", "parameters"],
    )
    def test_that_cannot_be_done_says_why(
        self, open_page: str, form: dict[str, str], status: int, words: str
    ) -> None:
        answer = requests.post(f"{open_page}/saved", data=form)
        assert (answer.status_code, words in answer.text) == (status, True)
        assert "text/html" in answer.headers["Content-Type"]


def test_one_reader_may_ask_so_often(tmp_path: Path) -> None:
    with (
        open_database(str(tmp_path / "a.db")) as database,
        serving(site(database, requests_per_minute=3)) as address,
    ):
        answers = [requests.get(address + "healthz") for _ in range(6)]
        page = requests.get(address)
    assert [answer.status_code for answer in answers[:3]] == [200] * 3
    refused = [answer for answer in answers if answer.status_code == 429]
    assert refused
    assert 1 <= int(refused[-1].headers["Retry-After"]) <= 20
    assert refused[-1].json()["error"] == "too_many"
    assert page.headers["X-Content-Type-Options"] == "nosniff"


class TestAllowance:
    def test_fills_with_time_and_never_beyond_a_minute(self) -> None:
        allowance = Allowance(60)
        assert [allowance.wait("a", 0.0) for _ in range(60)] == [0.0] * 60
        assert allowance.wait("a", 0.0) == pytest.approx(1.0)
        assert allowance.wait("b", 0.0) == 0.0
        assert allowance.wait("a", 1.5) == 0.0
        assert allowance.wait("a", 1.5) == pytest.approx(0.5)
        assert sum(allowance.wait("a", 10_000.0) == 0.0 for _ in range(100)) == 60

    def test_time_that_goes_back_gives_nothing(self) -> None:
        allowance = Allowance(1)
        assert allowance.wait("a", 100.0) == 0.0
        assert allowance.wait("a", 0.0) > 0

    def test_remembers_a_bounded_number(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("scheduler.web.allowance.MOST_READERS", 3)
        allowance = Allowance(1)
        for reader in "abcd":
            assert allowance.wait(reader, 0.0) == 0.0
        assert (allowance.wait("d", 0.0) > 0, allowance.wait("a", 0.0)) == (True, 0.0)


class TestAddress:
    def test_a_port_in_use_is_one_clear_line(self, tmp_path: Path) -> None:
        with (
            open_database(str(tmp_path / "a.db")) as database,
            socket.create_server(("127.0.0.1", 0)) as taken,
        ):
            port = taken.getsockname()[1]
            with pytest.raises(WebError, match=rf"127\.0\.0\.1:{port} .*web\.port"):
                listen(site(database, port=port))

    def test_an_address_that_is_not_ours_too(self, tmp_path: Path) -> None:
        with (
            open_database(str(tmp_path / "a.db")) as database,
            pytest.raises(WebError, match=r"web\.host"),
        ):
            listen(site(database, host="203.0.113.7", token=TOKEN))

    def test_readers_wait_for_a_server_that_starts(self, tmp_path: Path) -> None:
        with (
            open_database(str(tmp_path / "a.db")) as database,
            serving(site(database)) as address,
            ThreadPoolExecutor(8) as pool,
        ):
            answers = list(pool.map(lambda _: requests.get(address + "healthz").status_code, range(8)))
        assert answers == [200] * 8

    def test_what_is_no_request_ends(self, open_page: str) -> None:
        parts = urlsplit(open_page)
        with socket.create_connection((parts.hostname or "", parts.port or 0)) as raw:
            raw.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n")
            assert raw.recv(100).startswith(b"HTTP/1.1 4")
        connection = http.client.HTTPConnection(parts.netloc)
        connection.putrequest("GET", "/healthz", skip_host=True)
        connection.endheaders()
        assert connection.getresponse().status in (400, 421)
        connection.close()
