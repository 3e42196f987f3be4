"""The replica: a web that is small, invented, and behaves like the real one."""

import http.client
from datetime import timedelta
from urllib.parse import urlsplit

import pytest

from crawler.portals import load_portals
from crawler.replica import Fault, FaultKind, Replica
from tests.replicas import INVENTED

LIST = "http://www.longshang.example/gsyw/index.shtml"


def get(replica: Replica, url: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
    connection = http.client.HTTPConnection(urlsplit(replica.proxy_url).netloc, timeout=10)
    try:
        connection.request("GET", url, headers={k.replace("_", "-"): v for k, v in headers.items()})
        answer = connection.getresponse()
        return answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read()
    finally:
        connection.close()


def test_there_is_news_enough_of_every_sort(replica: Replica) -> None:
    stories = replica.stories
    assert len(stories) >= 40
    assert len({story.id for story in stories}) == len(stories)
    for sort, there in {
        "relevant": any(s.relevant for s in stories),
        "other": any(not s.relevant for s in stories),
        "old": any(s.offset < -2880 for s in stories),
        "recent": any(-2880 < s.offset < 0 for s in stories),
        "to come": any(s.offset > 0 for s in stories),
        "reprinted": any(s.reprints for s in stories),
        "edited": any(s.edits for s in stories),
        "removed": any(s.removed for s in stories),
        "of two pages": any(len(s.pages) > 1 for s in stories),
    }.items():
        assert there, sort


def test_edits_find_the_words_they_replace(replica: Replica) -> None:
    for story in replica.stories:
        assert all(edit.find in story.text() for edit in story.edits), story.id
        assert all(reprint.find in story.text() for reprint in story.reprints), story.id
    assert any(reprint.find for story in replica.stories for reprint in story.reprints)


def test_the_portal_files_know_every_report(replica: Replica) -> None:
    portals = load_portals(replica.portals_dir, only=INVENTED)
    replica.advance(1000)
    reports = replica.reports()
    assert {report.story for report in reports} == {s.id for s in replica.stories if not s.removed}
    for report in reports:
        assert any(portal.is_article(report.url) for portal in portals.values()), report.url


@pytest.mark.parametrize("name", INVENTED)
def test_a_list_shows_its_reports_and_they_open(replica: Replica, name: str) -> None:
    replica.advance(60)
    portal = load_portals(replica.portals_dir, only=[name])[name]
    charset = "gb2312" if name == "longshang" else "utf-8"
    shown = "".join(get(replica, source.url)[2].decode(charset) for source in portal.sources)
    mine = [report for report in replica.reports() if report.host.endswith(portal.hosts[0])]
    assert len(mine) > 8
    for report in mine:
        assert report.paths[0].rsplit("/", 1)[1] in shown
        status, headers, body = get(replica, report.url)
        assert status == 200
        assert "charset" not in headers["content-type"]
        assert report.pages[0][0] in body.decode(charset)


def test_an_unchanged_page_is_not_sent_again(replica: Replica) -> None:
    _, headers, _ = get(replica, LIST)
    assert get(replica, LIST, If_None_Match=headers["etag"])[0] == 304
    assert get(replica, LIST, If_Modified_Since=headers["last-modified"])[0] == 304
    replica.advance(10)
    assert get(replica, LIST, If_None_Match=headers["etag"])[0] == 200
    assert [request.status for request in replica.requests] == [200, 304, 304, 200]


def test_a_report_is_corrected_and_another_taken_down(replica: Replica) -> None:
    replica.advance(14)
    edited = next(r for r in replica.reports() if r.story == "gs-linxia-trial")
    removed = next(r for r in replica.reports() if r.story == "yn-removed")
    before = get(replica, edited.url)[2]
    assert get(replica, removed.url)[0] == 200
    replica.advance(12)
    assert "非法获利96万元" in before.decode("gb2312")
    assert "非法获利106万元" in get(replica, edited.url)[2].decode("gb2312")
    assert get(replica, removed.url)[0] == 404


def test_nothing_is_dated_in_the_future_however_fast_the_clock() -> None:
    with Replica(minutes_per_second=3600) as fast:
        fast.advance(1000)
        start = fast.reports()[0].printed_at
        assert max(r.printed_at for r in fast.reports()) - start < timedelta(days=30)
        latest = max(r.printed_at for r in fast.reports() if r.appears > 0)
        first = min(r.printed_at for r in fast.reports() if r.appears > 0)
        assert latest - first < timedelta(seconds=1)


@pytest.mark.parametrize(
    ("kind", "status"),
    [("http_500", 500), ("http_403", 403), ("http_429", 429), ("moved_off_site", 302), ("waf", 200)],
)
def test_a_fault_hits_what_it_names_as_often_as_it_says(
    replica: Replica, kind: FaultKind, status: int
) -> None:
    replica.fault(Fault(kind=kind, host="www.longshang.example", times=1, retry_after="60"))
    assert get(replica, "http://www.longshang.example/robots.txt")[0] == 200
    answer = get(replica, LIST)
    assert (answer[0], answer[1].get("retry-after")) == (status, "60")
    assert get(replica, LIST)[0] == 200


def test_a_reset_gives_no_answer(replica: Replica) -> None:
    replica.fault(Fault(kind="reset", host="www.longshang.example"))
    with pytest.raises((ConnectionError, http.client.HTTPException)):
        get(replica, LIST)


def test_hosts_that_are_not_invented_are_not_reached(replica: Replica) -> None:
    assert get(replica, "http://www.elsewhere.example/")[0] == 502
