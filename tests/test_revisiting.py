"""What a second look at a page means, and when the next one is."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from crawler.reading import Reading
from crawler.revisiting import MOST_TRIES, Appraisal, appraise, asks_in_full, confirm_after, plan, stands
from storage import DueRevisit, PendingLink
from tests.specimens import DAY, HOUR, MINUTE, NOW, article

SPANS = (HOUR, DAY, 7 * DAY)
TEXT = (
    "县公安局禁毒大队在高速路口查获一辆可疑货车，从夹层中搜出海洛因，两名驾驶人员当场被控制，案件正在进一步侦办中。"
    * 3
)
OLD = article(1, text=TEXT)
MARKUP = f"<html><p>{TEXT[:80]}</p><p>{TEXT[80:]}</p></html>"
OTHER = "<html><p>本站首页栏目：时政、社会、文化、体育、旅游、视频直播、专题报道。</p></html>"
AWAY = "http://www.qingyun.example/"


def reading(outcome: str = "article", detail: str = "", **changes: Any) -> Reading:
    values: dict[str, Any] = {"text": TEXT} | changes
    return Reading(outcome=outcome, article=article(1, **values), detail=detail)  # type: ignore[arg-type]


def bare(outcome: str, detail: str = "") -> Reading:
    return Reading(outcome=outcome, detail=detail)  # type: ignore[arg-type]


SEEN: dict[str, tuple[Reading, str, str, tuple[str, str]]] = {
    "as before": (reading(), "", MARKUP, ("read", "article")),
    "edited": (reading(text=TEXT[:100]), "", MARKUP, ("read", "article")),
    "rewritten": (reading(text="完全不同的另一段报道文字。" * 20), "", OTHER, ("read", "article")),
    "moved, still the page": (reading(), AWAY, MARKUP, ("read", "article")),
    "leads to the front page": (bare("not_an_article"), AWAY, OTHER, ("gone", "front_page")),
    "leads to another article": (
        reading(text="别的报道。" * 30),
        f"{AWAY}b/2.html",
        OTHER,
        ("gone", "moved_away"),
    ),
    "says it is gone": (bare("soft_404", "says: 页面不存在"), "", OTHER, ("gone", "soft_404")),
    "a list in its place": (bare("not_an_article"), "", OTHER, ("gone", "replaced")),
    "emptied": (reading(text="该稿件正在处理。"), "", "<p>该稿件正在处理。</p>", ("gone", "emptied")),
    "no text on it any more": (reading("no_body", text=""), "", OTHER, ("gone", "emptied")),
    "sends to the front page": (
        bare("stub", f"sends on to {AWAY}index.html"),
        "",
        "",
        ("gone", "front_page"),
    ),
    "sends elsewhere": (bare("stub", f"sends on to {AWAY}new/2.html"), "", "", ("failed", "stub")),
    "a challenge": (bare("blocked"), "", OTHER, ("failed", "blocked")),
    "nothing at all": (bare("empty"), "", "", ("failed", "empty")),
    "a picture": (bare("not_html"), "", "", ("failed", "not_html")),
    "text there, not found": (reading("no_body", text=""), "", MARKUP, ("failed", "reading_worse")),
    "text there, a line found": (reading(text="责任编辑：王五"), "", MARKUP, ("failed", "reading_worse")),
    "text there, no headline": (reading(title=""), "", MARKUP, ("failed", "reading_worse")),
    "text there, taken for a list": (bare("not_an_article"), "", MARKUP, ("failed", "reading_worse")),
    "another layout": (bare("layout"), "", MARKUP, ("failed", "layout")),
}


@pytest.mark.parametrize("name", SEEN)
def test_what_a_second_look_means(name: str) -> None:
    new, answered, printed, wanted = SEEN[name]
    seen = appraise(OLD, new, answered=answered, printed=printed)
    assert (seen.sight, seen.outcome) == wanted


@pytest.mark.parametrize("text", ["", "短", TEXT, TEXT * 400])
def test_a_text_stands_in_its_own_markup(text: str) -> None:
    assert stands(text, f"<div>{text}</div>")
    assert not text or not stands(text, OTHER)


def due(**changes: Any) -> DueRevisit:
    link = PendingLink(
        id=1,
        source_id=1,
        portal="qingyun",
        url=OLD.url,
        title="",
        published_at=None,
        precision="day",
        attempts=0,
    )
    values: dict[str, Any] = {"article_id": 1, "link": link, "archived": OLD, "archived_at": NOW, "step": 0}
    values |= {"attempts": 0, "gone_since": None, "removed": False, "etag": None, "last_modified": None}
    return DueRevisit(**(values | changes))


GONE = Appraisal(sight="gone", outcome="http_404")
READ = Appraisal(sight="read", outcome="article")
DOWN = Appraisal(sight="failed", outcome="http_503")
PLANS: dict[str, tuple[DueRevisit, Appraisal, datetime, tuple[Any, ...]]] = {
    "next step": (due(), READ, NOW + HOUR, (1, 0, NOW + DAY, None, False)),
    "the last": (due(step=2), READ, NOW + 7 * DAY, (3, 0, None, None, False)),
    "late: steps that passed are left out": (due(), READ, NOW + 2 * DAY, (2, 0, NOW + 7 * DAY, None, False)),
    "gone once": (due(), GONE, NOW + HOUR, (0, 0, NOW + HOUR + 30 * MINUTE, NOW + HOUR, False)),
    "gone twice": (due(gone_since=NOW + HOUR), GONE, NOW + 2 * HOUR, (1, 0, NOW + DAY, NOW + HOUR, True)),
    "looked at early for another's sake": (due(step=1), READ, NOW + 2 * HOUR, (1, 0, NOW + DAY, None, False)),
    "there after all": (due(gone_since=NOW + HOUR), READ, NOW + 2 * HOUR, (1, 0, NOW + DAY, None, False)),
    "gone at the last": (
        due(step=2, gone_since=NOW + 7 * DAY), GONE, NOW + 8 * DAY, (3, 0, NOW + 15 * DAY, NOW + 7 * DAY, True),
    ),
    "gone for good": (due(step=3, removed=True), GONE, NOW + 15 * DAY, (4, 0, None, NOW + 15 * DAY, True)),
    "failed too often": (due(attempts=MOST_TRIES - 1), DOWN, NOW + 5 * HOUR, (1, 0, NOW + DAY, None, False)),
    "failed while in doubt": (
        due(gone_since=NOW + HOUR, attempts=MOST_TRIES - 1), DOWN, NOW + 5 * HOUR,
        (1, 0, NOW + DAY, NOW + HOUR, False),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", PLANS)
def test_what_follows(name: str) -> None:
    known, seen, now, wanted = PLANS[name]
    found = plan(known, seen, SPANS, now)
    assert (found.next.step, found.next.attempts, found.next.at, found.gone_since, found.removed) == wanted


DOUBTS: dict[str, tuple[DueRevisit, datetime, tuple[Any, ...]]] = {
    "at first": (due(gone_since=NOW + HOUR), NOW + 2 * HOUR, (0, 1, NOW + 2 * HOUR + 30 * MINUTE)),
    "rarer and rarer": (due(gone_since=NOW + HOUR, attempts=3), NOW + 5 * HOUR, (0, 4, NOW + 9 * HOUR)),
    "but every six hours": (due(gone_since=NOW + HOUR, attempts=8), NOW + 9 * HOUR, (0, 9, NOW + 15 * HOUR)),
    "until the next step": (due(gone_since=NOW + HOUR, attempts=8), NOW + 19 * HOUR, (1, 0, NOW + DAY)),
    "after the last a week later": (
        due(step=2, gone_since=NOW, attempts=MOST_TRIES - 1), NOW + 9 * DAY, (3, 0, NOW + 16 * DAY),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", DOUBTS)
def test_when_to_look_again_where_the_whole_site_may_be_gone(name: str) -> None:
    known, now, wanted = DOUBTS[name]
    found = plan(known, GONE, SPANS, now).if_doubted
    assert found is not None
    assert (found.step, found.attempts, found.at) == wanted


@pytest.mark.parametrize("outcome", ["http_503", "timeout", "blocked", "robots", "reading_worse"])
def test_a_failed_look_backs_off_is_bounded_and_removes_nothing(outcome: str) -> None:
    known, now, rests = due(), NOW + HOUR, []
    failed = Appraisal(sight="failed", outcome=outcome)
    while True:
        found = plan(known, failed, SPANS, now)
        assert not found.removed
        if found.next.step != 0:
            break
        assert found.next.at is not None
        rests.append(found.next.at - now)
        known, now = replace(known, attempts=found.next.attempts), found.next.at
    assert 2 <= len(rests) < MOST_TRIES
    assert rests == sorted(rests)


def test_validators_are_not_believed_at_the_last_step_nor_in_doubt() -> None:
    asked = {step: asks_in_full(due(step=step), SPANS) for step in (0, 1, 2, 3)}
    assert asked == {0: False, 1: False, 2: True, 3: True}
    assert asks_in_full(due(gone_since=NOW), SPANS)
    assert asks_in_full(due(removed=True), SPANS)
    assert not asks_in_full(due(), (HOUR,))


def test_short_spans_confirm_soon() -> None:
    assert confirm_after(SPANS) == timedelta(minutes=30)
    assert confirm_after((timedelta(seconds=10),)) == timedelta(seconds=5)
