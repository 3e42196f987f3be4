"""Version 1 of the API, feeds, metrics and health, over a real server: what they answer, and what they refuse."""

import json
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
import requests
from prometheus_client.parser import text_string_to_metric_families

from scheduler.web.app import serving
from storage import open_database
from tests.readers import HOSTILE, library, site

ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with library(tmp_path_factory.mktemp("api") / "archive.db") as address:
        yield address


def ask(page: str, path: str, **parameters: object) -> requests.Response:
    return requests.get(f"{page}{path}", params=parameters)  # type: ignore[arg-type]


class TestSearch:
    @pytest.mark.parametrize("order", ["newest", "best"])
    def test_pages_give_every_hit_once(self, page: str, order: str) -> None:
        found: list[int] = []
        before = None
        while True:
            answer = ask(page, "/api/v1/search", q="禁毒", limit=7, order=order, before=before).json()
            found += [hit["id"] for hit in answer["hits"]]
            before = answer["next"]
            if before is None:
                break
        assert len(found) == len(set(found)) == answer["total"] > 40

    def test_answers_what_was_asked(self, page: str) -> None:
        answer = ask(
            page, "/api/v1/search", q="冰毒", province="云南", figure="海洛因>=800g", first="1"
        ).json()
        assert answer["hits"]
        assert {hit["province"] for hit in answer["hits"]} == {"云南"}
        assert {hit["published"][:4] for hit in answer["hits"]} <= {"2025", "2026"}
        (story,) = {hit["story"] for hit in ask(page, "/api/v1/search", removed="1").json()["hits"]}
        told = ask(page, f"/api/v1/stories/{story}").json()
        assert [report["joined_as"] for report in told["reports"]] == ["first"]

    @pytest.mark.parametrize(
        ("parameters", "status", "words"),
        [
            ({"q": "(禁毒"}, 400, "bracket"),
            ({"q": "海洛因>=many"}, 400, ""),
            ({"q": "省:"}, 400, "省"),
            ({"figure": "nothing"}, 400, "nothing"),
            ({"category": "weather"}, 400, "enforcement"),
            ({"since": "yesterday"}, 400, "2026-06-26"),
            ({"until": "9999-12-31"}, 400, "2026-06-26"),
            ({"before": "no cursor"}, 400, "cursor"),
            ({"limit": "0"}, 422, "limit"),
            ({"limit": "101"}, 422, "limit"),
            ({"order": "oldest"}, 422, "order"),
            ({"q": "毒" * 501}, 422, "q"),
            ({"figure": ["a>1"] * 11}, 422, "figure"),
        ],
        ids=lambda one: str(one)[:30],
    )
    def test_a_bad_question_is_answered_with_where_and_how(
        self, page: str, parameters: dict[str, str], status: int, words: str
    ) -> None:
        answer = requests.get(f"{page}/api/v1/search", params=parameters)
        assert answer.status_code == status
        assert words in answer.json()["message"]
        assert answer.json()["error"] == ("bad_query" if status == 400 else "bad_parameter")
        shown = requests.get(f"{page}/search", params=parameters)
        if "limit" not in parameters:
            assert shown.status_code == status
            assert 'role="alert"' in shown.text

    def test_the_place_of_the_mistake_is_told(self, page: str) -> None:
        assert ask(page, "/api/v1/search", q="禁毒 省:甘肃 (冰毒").json()["position"] == 8

    @pytest.mark.parametrize(
        "query",
        [
            "毒" * 500,
            "(" * 100 + "毒" + ")" * 100,
            "a OR " * 99 + "b",
            '"' * 99,
            "NEAR(禁 毒, 9) title:* ^x",
            "%_*?[]{}\\'; DROP TABLE article; --",
            "-禁毒",
            "* OR *",
            "\u0000\u202e\ufffd",
            "海洛因>=1e999kg",
            "禁" + "\u0301" * 400,
            "日:9999-99-99",
        ],
        ids=lambda query: query[:12].encode("unicode_escape").decode(),
    )
    def test_hostile_queries_are_answered_or_refused(self, page: str, query: str) -> None:
        for path in ("/api/v1/search", "/api/v1/facets", "/api/v1/timeline", "/feed", "/search", "/figures"):
            assert ask(page, path, q=query).status_code in (200, 400)

    @pytest.mark.parametrize("day", ["0001-01-01", "0687-06-28", "1969-12-31", "9999-12-30"])
    def test_the_ends_of_time_are_days_too(self, page: str, day: str) -> None:
        for path in ("/search", "/api/v1/search", "/feed"):
            for name in ("since", "until"):
                assert ask(page, path, **{name: day}).status_code == 200
            assert ask(page, path, q=f"日:{day}").status_code == 200
        for step in ("day", "week", "month", "year"):
            assert ask(page, "/figures/sources", day=day, step=step).status_code == 200
        assert ask(page, "/brief", week=day).status_code == 200

    def test_ten_kilobytes_are_refused(self, page: str) -> None:
        answer = ask(page, "/api/v1/search", q="毒" * 10_000)
        assert answer.status_code in (400, 422)


def test_hostile_headlines_are_data_for_programs_and_words_for_people(page: str) -> None:
    answer = ask(page, "/api/v1/search", q="禁 毒", since="2026-03-02", limit=100)
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["x-content-type-options"] == "nosniff"
    stories = {hit["title"]: hit["story"] for hit in answer.json()["hits"]}
    for name in ("script", "entity", "bidi", "marks", "quotes"):
        # As it was printed: figures and evidence are told by place.
        story = ask(page, f"/story/{stories[HOSTILE[name]]}").text
        assert not re.search(r"<script|<img|<svg/|[\u202a-\u202e\u2066-\u2069\u200f]|\u0301{3}", story)


def test_figures_tell_what_they_leave_out(page: str) -> None:
    chart = ask(page, "/figures", step="day").text
    assert 10 < chart.count("<tr><td>") < 20
    assert 'href="/api/v1/figures?step=day"' in chart
    assert "All figures" not in ask(page, "/figures", step="month").text


def test_a_single_month_is_drawn_among_those_before_it(page: str) -> None:
    chart = ask(page, "/figures", q="第204号案件", split="province").text
    assert len(re.findall(r'<(?:svg:)?rect class="w[0-4]"', chart)) == 12
    # Its only province is named, or nobody knew whose it is.
    assert re.search(r'class="legend.*甘肃', chart, re.DOTALL)


def test_a_report_comes_with_its_words_and_citations(page: str) -> None:
    hit = ask(page, "/api/v1/search", q="第104号案件").json()["hits"][0]
    report = ask(page, f"/api/v1/reports/{hit['id']}").json()
    for fact in report["facts"]:
        assert report["text"][fact["start"] : fact["end"]] == fact["evidence"]
    assert report["citation"]["gbt7714"].startswith("[1] ")
    assert report["title"] in report["citation"]["bibtex"]
    assert report["evidence"][0]["term"] == "禁毒"


@pytest.mark.parametrize("path", ["reports/999999", "stories/999999"])
def test_none_is_an_answer(page: str, path: str) -> None:
    answer = ask(page, f"/api/v1/{path}")
    assert (answer.status_code, answer.json()["error"].startswith("no_such")) == (404, True)


def test_figures_add_up_to_their_sources(page: str) -> None:
    asked = {"measure": "drugs_seized", "of": "heroin", "step": "year"}
    points = ask(page, "/api/v1/figures", **asked).json()
    assert points
    for point in points:
        sources = ask(page, "/api/v1/figures/sources", day=point["begin"], **asked).json()
        largest: dict[int, float] = {}
        for source in sources:
            story = source["story_id"]
            largest[story] = max(source["value"], largest.get(story, 0))
        assert sum(largest.values()) == pytest.approx(point["value"])


def test_an_answer_that_did_not_change_is_not_sent_again(page: str) -> None:
    for path in ("/api/v1/search?q=禁毒", "/feed", "/static/style.css"):
        first = ask(page, path)
        tag = first.headers["ETag"]
        again = requests.get(page + path, headers={"If-None-Match": tag})
        weak = requests.get(page + path, headers={"If-None-Match": f'"other", W/{tag}'})
        other = requests.get(page + path, headers={"If-None-Match": '"other"'})
        assert (again.status_code, again.content, weak.status_code) == (304, b"", 304)
        assert (other.status_code, other.content) == (200, first.content)
        assert again.headers["X-Content-Type-Options"] == "nosniff"


def test_head_is_get_without_the_body(page: str) -> None:
    for path in ("/", "/api/v1/search", "/feed", "/healthz"):
        head, get = requests.head(page + path), requests.get(page + path)
        assert (head.status_code, head.content) == (200, b"")
        assert head.headers["Content-Type"] == get.headers["Content-Type"]


class TestFeed:
    def test_is_atom_and_harmless(self, page: str) -> None:
        answer = ask(page, "/feed", q="禁 毒")
        assert answer.headers["Content-Type"].startswith("application/atom+xml")
        feed = ET.fromstring(answer.content)
        entries = feed.findall(f"{ATOM}entry")
        titles = {entry.findtext(f"{ATOM}title") for entry in entries}
        assert HOSTILE["script"] in titles
        assert not any("\u202e" in title or title.count("\u0301") > 2 for title in titles if title)
        for element in (feed, *entries):
            assert all(element.findtext(f"{ATOM}{name}") for name in ("id", "title", "updated"))
        links = {link.get("href") or "" for link in feed.iter(f"{ATOM}link")}
        assert all(link.startswith(page + "/") for link in links)
        assert len({entry.findtext(f"{ATOM}id") for entry in entries}) == len(entries)

    def test_of_nothing_is_a_feed_too(self, page: str) -> None:
        feed = ET.fromstring(ask(page, "/feed", q="没有这样的词").content)
        assert feed.findtext(f"{ATOM}updated") == "1970-01-01T00:00:00Z"

    def test_that_cannot_be_asked_for_says_why(self, page: str) -> None:
        assert ask(page, "/feed", q="(").json()["error"] == "bad_query"


def test_metrics_are_read_by_prometheus(page: str) -> None:
    families = {one.name: one for one in text_string_to_metric_families(ask(page, "/metrics").text)}
    archive = {sample.labels["what"]: sample.value for sample in families["jindu_archive"].samples}
    assert archive["articles"] == 59
    (failures,) = families["jindu_source_failures"].samples
    assert (failures.labels["portal"], failures.value) == ("qingyun", 0)


def test_health_tells_of_page_and_service(page: str) -> None:
    answer = ask(page, "/healthz").json()
    assert (answer["ok"], answer["status"]) == (True, "red")
    assert answer["findings"]


def test_an_archive_that_is_gone_is_said_to_be(tmp_path: Path) -> None:
    file = tmp_path / "archive.db"
    with open_database(str(file)) as database, serving(site(database)) as address:
        assert requests.get(f"{address}api/v1/search").status_code == 200
        database.close()
        file.write_bytes(b"no database at all" * 1000)
        answers = {
            path: requests.get(address + path) for path in ("", "search", "api/v1/search", "feed", "healthz")
        }
    assert {answer.status_code for answer in answers.values()} == {503}
    assert answers["healthz"].headers["Retry-After"]
    assert answers["api/v1/search"].json()["error"] == "archive_unavailable"
    assert "归档暂时打不开" in answers["search"].text


def test_the_document_tells_every_address(page: str) -> None:
    document = ask(page, "/api/v1/openapi.json").json()
    assert set(document["paths"]) == {
        *(f"/api/v1/{name}" for name in ("search", "facets", "timeline", "figures", "figures/sources", "coverage")),
        "/api/v1/reports/{report}", "/api/v1/stories/{story}", "/feed", "/metrics", "/healthz",
    }  # fmt: skip
    assert {method for path in document["paths"].values() for method in path} == {"get"}
    assert "HTTPValidationError" not in json.dumps(document)


def test_an_archive_that_cannot_be_asked_is_told_to_programs_and_people(tmp_path: Path) -> None:
    path = tmp_path / "archive.db"
    with open_database(str(path)) as database, serving(site(database)) as served:
        with closing(sqlite3.connect(path)) as other:
            other.execute("ALTER TABLE article RENAME TO lost")
        answers = [requests.get(f"{served}{path}") for path in ("api/v1/search", "search")]
    assert [(one.status_code, one.headers["Retry-After"]) for one in answers] == [(503, "30")] * 2
    assert answers[0].json()["error"] == "archive_unavailable"
    assert "<h1>归档暂时打不开" in answers[1].text
