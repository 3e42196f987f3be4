"""The dates that lists print beside their entries, in every form and on either side."""

from datetime import datetime

import pytest

from storage import SHANGHAI
from tests.listings import ARTICLE, one, page, read, rows


@pytest.mark.parametrize(
    ("beside", "date"),
    [
        pytest.param("<span>2026-06-15 17:53</span>", "06-15 17:53", id="minute"),
        pytest.param("<span>[2026-06-15]</span>", "06-15", id="brackets"),
        pytest.param("（2026年6月5日）", "06-05", id="Chinese"),
        pytest.param("<em>2026/6/5</em>", "06-05", id="slashes"),
        pytest.param("<i>2026.06.05</i>", "06-05", id="points"),
        pytest.param("<span>06-14 09:30</span>", "06-14 09:30", id="no year"),
        pytest.param("<span>6月14日</span>", "06-14", id="no year, Chinese"),
        pytest.param("<span>(6/14)</span>", "06-14", id="no year, slash"),
        pytest.param("<span>26-06-14</span>", "06-14", id="two-digit year"),
        pytest.param("<span>09:30</span>", "06-15 09:30", id="today's clock"),
        pytest.param("<span>23:50</span>", "06-14 23:50", id="a clock that is still to come was yesterday's"),
        pytest.param("<span>20分钟前</span>", "06-15 20:10", id="minutes ago"),
        pytest.param("<span>3小时前</span>", "06-15", id="hours ago"),
        pytest.param("<span>2天前</span>", "06-13", id="days ago"),
        pytest.param("<span>昨天 18:00</span>", "06-14 18:00", id="yesterday"),
        pytest.param("<span>刚刚</span>", "06-15 20:30", id="just now"),
        pytest.param("<div>14</div><div>2026-06</div>", "06-14", id="day in a box"),
        pytest.param("<span>2026-</span><span>06-14</span>", "06-14", id="in two pieces"),
        pytest.param("<span>2026-38-15</span>", "", id="impossible"),
        pytest.param("<span>2027-06-15</span>", "", id="in the future"),
        pytest.param("<span>阅读 2614</span>", "", id="a count"),
        pytest.param("<span>3-2</span>", "03-02", id="not padded"),
    ],
)
def test_dates_beside_a_title(beside: str, date: str) -> None:
    html = f"""<ul><li><a href="/a/48213001.html">民警夜查货车缴获毒品</a>{beside}</li>
    <li><a href="/a/48213002.html">社区戒毒人员重返岗位</a></li><li><a href="/a/48213003.html">禁毒宣传走进百所学校</a></li></ul>"""
    assert rows(read(page(html)))[0][2] == date


def test_a_date_in_the_title_is_not_the_date_of_the_entry() -> None:
    assert one(f'<li><a href="{ARTICLE}">2025年6月26日：我们为什么禁毒</a></li>')[2] == ""


@pytest.mark.parametrize(
    ("text", "title", "date"),
    [
        ("民警夜查货车缴获毒品 2026-06-14", "民警夜查货车缴获毒品", "06-14"),
        ("民警夜查货车缴获毒品(2026-06-14 09:30)", "民警夜查货车缴获毒品", "06-14 09:30"),
        ("民警夜查货车缴获毒品 06-14", "民警夜查货车缴获毒品", "06-14"),
        ("民警夜查货车缴获毒品（6月14日）", "民警夜查货车缴获毒品（6月14日）", ""),
        ("2026-06-14", "2026-06-14", "06-14"),
    ],
)
def test_a_date_inside_the_link_is_no_part_of_the_headline(text: str, title: str, date: str) -> None:
    assert one(f'<ul><li><a href="{ARTICLE}">{text}</a></li></ul>')[1:] == (title, date)


def test_the_address_tells_the_year_that_the_list_leaves_out() -> None:
    html = page(
        '<ul><li><a href="/202403/t20240314_48213.html">旧频道的最后一条新闻</a><span>03-14</span></li></ul>'
    )
    (link,) = read(html).links
    assert link.published_at == datetime(2024, 3, 14, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    "layout",
    [
        pytest.param("{title} 2026-06-1{n}<br>", id="after the links"),
        pytest.param("2026-06-1{n} {title}<br>", id="before the links"),
        pytest.param("<b>2026-06-1{n}</b>{title}<br>", id="in an element before"),
        pytest.param("<dt>{title}</dt><dd>2026-06-1{n}</dd>", id="in the next element"),
    ],
)
def test_dates_between_links_go_to_the_right_one(layout: str) -> None:
    entries = "".join(
        layout.format(n=n, title=f'<a href="/202606/t2026061{n}_4821{n}.html">第{n}条本地禁毒新闻标题</a>')
        for n in range(1, 5)
    )
    assert [row[2] for row in rows(read(page(f"<div>{entries}</div>")))] == [
        "06-11",
        "06-12",
        "06-13",
        "06-14",
    ]


def test_a_column_name_linked_before_the_title_is_no_entry() -> None:
    html = page(
        "<ul>"
        + "".join(
            f'<li>[<a href="/fz/">法治</a>]<a href="/202606/t2026061{n}_4821{n}.html">第{n}条本地禁毒新闻标题</a><span>06-1{n}</span></li>'
            for n in range(1, 4)
        )
        + "</ul>"
    )
    assert [row[2] for row in rows(read(html))] == ["06-11", "06-12", "06-13"]
