"""JSON list APIs of any make: the array of articles is found by its shape."""

import json

import pytest

from tests.listings import ARTICLE, HOME, PATTERN, page, read, rows

ITEMS = [
    {"id": 48213, "title": "民警夜查<em>货车</em>缴获毒品", "url": "/a/48213.html", "pic": "http://img.lanxi.example/1.jpg", "pubtime": "2026-06-15 17:53:00"},
    {"id": 48214, "title": "社区戒毒人员重返岗位", "url": "http://news.lanxi.example/a/48214.html", "pic": "", "pubtime": "2026-06-14 08:00:00"},
]  # fmt: skip
ROWS = [
    ("/a/48213.html", "民警夜查货车缴获毒品", "06-15 17:53"),
    ("/a/48214.html", "社区戒毒人员重返岗位", "06-14 08:00"),
]
MENU = [{"name": "首页", "url": "/"}, {"name": "要闻", "url": "/yw/"}, {"name": "法治", "url": "/fz/"}]


def renamed(**names: str) -> list[dict[str, object]]:
    return [{names.get(key, key): value for key, value in entry.items()} for entry in ITEMS]


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(json.dumps({"code": 0, "data": {"total": 2, "list": ITEMS}}), id="nested"),
        pytest.param(json.dumps(ITEMS), id="bare array"),
        pytest.param(json.dumps({"menu": MENU, "items": ITEMS, "ads": [{"url": "/ad/1", "title": "广告"}]}), id="beside menus"),
        pytest.param("callback(" + json.dumps({"data": ITEMS}) + ");", id="JSONP"),
        pytest.param("var list = " + json.dumps(ITEMS) + ";", id="assignment"),
        pytest.param("\ufeff" + json.dumps({"data": ITEMS}), id="byte order mark"),
        pytest.param(json.dumps(renamed(title="DocTitle", url="docPubUrl", pubtime="docRelTime")), id="other names"),
        pytest.param(json.dumps(renamed(title="bt", url="linkUrl", pubtime="publish_date")), id="a title by its looks"),
        pytest.param(json.dumps([{"article": entry, "type": 1} for entry in ITEMS]), id="objects inside"),
        pytest.param(json.dumps([{**entry, "pubtime": moment} for entry, moment in zip(ITEMS, (1781517180, "1781395200000"), strict=True)]), id="epoch seconds and milliseconds"),
        pytest.param(json.dumps([{**entry, "updateTime": "2026-06-15 20:00", "imgUrl": "//img.lanxi.example/2.png"} for entry in ITEMS]), id="later times and pictures"),
    ],
)  # fmt: skip
def test_json_list_apis(body: str) -> None:
    listing = read(body, "json", content_type="application/json")
    assert listing.outcome == "ok"
    assert rows(listing) == ROWS


def test_patterns_choose_among_the_addresses_of_a_json_item() -> None:
    entries = [
        {
            "title": "民警夜查货车缴获毒品",
            "wapUrl": "/wap/1.html",
            "shareUrl": HOME + "202606/t20260615_48213.html",
        }
    ]
    assert [row[0] for row in rows(read(json.dumps(entries), "json", article_patterns=PATTERN))] == [ARTICLE]


@pytest.mark.parametrize(
    ("body", "outcome", "detail"),
    [
        pytest.param('{"code":0,"data":[]}', "empty_list", "without entries", id="empty array"),
        pytest.param('{"code":405,"msg":"no"}', "layout", "no array", id="no array"),
        pytest.param(
            '[{"id":1,"title":"没有地址的一条"}]', "layout", "address and a title", id="no addresses"
        ),
        pytest.param("{'a': 1}", "layout", "no JSON", id="not JSON"),
        pytest.param(page("<p>访问过于频繁</p>"), "blocked", "频繁", id="a refusal"),
        pytest.param(b"%PDF-1.7", "not_html", "PDF", id="PDF"),
    ],
)
def test_json_that_is_no_list(body: str | bytes, outcome: str, detail: str) -> None:
    listing = read(body, "json")
    assert (listing.outcome, listing.links) == (outcome, ())
    assert detail in listing.detail


def test_an_application_carries_its_list_in_a_script() -> None:
    entries = [{**ITEMS[n % 2], "title": f"民警第{n}次夜查货车", "url": f"/a/4821{n}.html"} for n in range(4)]
    state = json.dumps({"menu": MENU, "list": entries}, ensure_ascii=False)
    for script in (
        f'<script type="application/json">{state}</script>',
        f"<script>window.__STATE__ = {state};(function(){{}})()</script>",
    ):
        listing = read(page(f"<div id='app'></div><p>法治频道的新闻</p>{script}"))
        assert [link.title for link in listing.links] == [f"民警第{n}次夜查货车" for n in range(4)]
    assert (
        read(page(f"<p>法治频道</p><script>var state = {json.dumps({'menu': MENU})}</script>")).outcome
        == "layout"
    )
