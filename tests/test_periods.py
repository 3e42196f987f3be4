"""Printed periods, resolved against a report of 26 June 2022."""

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.judging import normalise
from crawler.judging.periods import find_periods
from storage import SHANGHAI

PUBLISHED = date(2022, 6, 26)
RESOLVED = {
    "since_a_year": ("2019年以来，", "2019-01-01", "2022-06-26"),
    "this_year": ("今年以来，", "2022-01-01", "2022-06-26"),
    "a_year": ("2015年，", "2015-01-01", "2015-12-31"),
    "a_year_in_words": ("二〇一九年，", "2019-01-01", "2019-12-31"),
    "last_year": ("去年，", "2021-01-01", "2021-12-31"),
    "several_years": ("2020年至2022年，", "2020-01-01", "2022-12-31"),
    "until_now": ("截至目前，", None, "2022-06-26"),
    "until_the_end_of_a_year": ("截至2016年底，", None, "2016-12-31"),
    "until_the_end_of_last_year": ("截至去年底，", None, "2021-12-31"),
    "until_a_month": ("截至今年4月底，", None, "2022-04-30"),
    "until_a_day": ("截止到6月25日16时，", None, "2022-06-25"),
    "until_a_month_behind_us": ("截至十一月底，", None, "2021-11-30"),
    "months": ("今年1至5月，", "2022-01-01", "2022-05-31"),
    "months_of_last_year": ("1-9月，", "2021-01-01", "2021-09-30"),
    "a_month": ("2014年3月，", "2014-03-01", "2014-03-31"),
    "a_month_in_words": ("三月中旬以来，", "2022-03-01", "2022-06-26"),
    "this_month": ("本月17号，", "2022-06-17", "2022-06-17"),
    "last_month": ("上月，", "2022-05-01", "2022-05-31"),
    "a_day": ("6月3日，", "2022-06-03", "2022-06-03"),
    "a_day_of_last_year": ("11月3日，", "2021-11-03", "2021-11-03"),
    "a_day_of_this_month": ("19日，", "2022-06-19", "2022-06-19"),
    "a_day_of_the_month_before": ("29日，", "2022-05-29", "2022-05-29"),
    "since_a_day": ("自今年5月1日起，", "2022-05-01", "2022-06-26"),
    "half_a_year": ("上半年，", "2022-01-01", "2022-06-30"),
    "a_quarter": ("今年第二季度，", "2022-04-01", "2022-06-30"),
    "a_quarter_behind_us": ("第三季度，", "2021-07-01", "2021-09-30"),
    "quarters": ("2021年前三季度，", "2021-01-01", "2021-09-30"),
    "first_months": ("前五个月，", "2022-01-01", "2022-05-31"),
    "today": ("今天，", "2022-06-26", "2022-06-26"),
    "yesterday": ("昨日，", "2022-06-25", "2022-06-25"),
    "lately": ("近日，", None, None),
    "some_years": ("近5年来，", None, None),
    "no_such_day": ("2月30日，", None, None),
}


@pytest.mark.parametrize(("text", "first", "last"), RESOLVED.values(), ids=RESOLVED.keys())
def test_a_period_is_resolved(text: str, first: str | None, last: str | None) -> None:
    plain = normalise(text)
    (period,) = find_periods(plain, 0, len(plain), published=PUBLISHED)
    assert (period.first and str(period.first), period.last and str(period.last)) == (first, last)


def test_both_ends_are_included_in_shanghai() -> None:
    (period,) = find_periods("2015年", 0, 5, published=PUBLISHED)
    assert period.bounds() == (
        datetime(2015, 1, 1, tzinfo=SHANGHAI),
        datetime(2015, 12, 31, 23, 59, tzinfo=SHANGHAI),
    )


def test_a_year_holds_for_the_days_behind_it() -> None:
    text = "2014年1月25日至28日,1月30日,当日"
    assert [str(period.first) for period in find_periods(text, 0, len(text), published=PUBLISHED)][-2:] == [
        "2014-01-30"
    ] * 2


def test_without_a_publication_only_printed_years_are_resolved() -> None:
    text = "今年以来,6月3日,2015年"
    assert [str(period.first) for period in find_periods(text, 0, len(text), published=None)] == [
        "None",
        "None",
        "2015-01-01",
    ]


PIECES = [
    "截至",
    "今年",
    "去年",
    "2019年",
    "十",
    "二",
    "2月",
    "29日",
    "31日",
    "至",
    "底",
    "以来",
    "前",
    "季度",
    "上半年",
    "十十月",
    "0",
    "当日",
    "，",
]


@given(
    st.lists(st.sampled_from(PIECES), max_size=12).map("".join), st.dates(date(1990, 1, 1), date(2050, 1, 1))
)
def test_any_text_is_read_and_no_period_runs_backwards(text: str, published: date) -> None:
    plain = normalise(text)
    for period in find_periods(plain, 0, len(plain), published=published):
        assert 0 <= period.start < period.end <= len(plain)
        assert not (period.first and period.last and period.first > period.last)
