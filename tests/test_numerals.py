"""Printed numbers are read whole or not at all."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.judging.numerals import NUMBER, Numeral, read_number

READ = {
    "figures": ("156", 156),
    "decimals": ("36.8", 36.8),
    "thousands": ("1,234,567", 1_234_567),
    "ten_thousands": ("1.2万", 12_000),
    "hundred_millions": ("4.25亿", 425_000_000),
    "a_scale_of_scales": ("3百万", 3_000_000),
    "two_steps": ("3万5千", 35_000),
    "two_large_steps": ("1亿2千万", 120_000_000),
    "two": ("两", 2),
    "ten": ("十", 10),
    "teens": ("十六", 16),
    "hundreds": ("二百六十八", 268),
    "zeros": ("一万〇六百", 10_600),
    "a_round_zero": ("一万○六", 10_006),
    "a_long_number": ("一万三千五百二十四", 13_524),
    "an_open_end": ("三万五", 35_000),
    "after_a_zero": ("一百零五", 105),
    "a_chinese_decimal": ("二点一", 2.1),
    "a_chinese_decimal_with_scale": ("九十五点七四千", 95_740),
    "millions": ("三亿五千万", 350_000_000),
    "two_million_million": ("两万亿", 2_000_000_000_000),
    "position_by_position": ("二〇一九", 2019),
    "financial_numerals": ("叁佰", 300),
    "spaces_around": (" 12 ", 12),
}
OVER = {
    "a_marker_behind": "1900多",
    "inside": "9.2余千",
    "between_scales": "300余万",
    "in_words": "三千七百多",
    "ten": "十多万",
}
REFUSED = {
    "bad_thousands": "1,23",
    "figures_and_words": "6.7三万",
    "two_guesses": "七八",
    "guessed_hundreds": "三五百",
    "a_scale_upside_down": "3万百",
    "tens_upside_down": "十百",
    "nothing": "",
    "no_number": "若干",
    "letters": "二OOO",
}


@pytest.mark.parametrize(("words", "value"), READ.values(), ids=READ.keys())
def test_numbers_are_read(words: str, value: float) -> None:
    numeral = read_number(words)
    assert numeral is not None
    assert (numeral.value, numeral.over) == (value, False)


@pytest.mark.parametrize("words", OVER.values(), ids=OVER.keys())
def test_a_marker_says_more_than(words: str) -> None:
    numeral = read_number(words)
    assert numeral is not None
    assert numeral.over


def test_a_scale_alone_is_a_round_figure() -> None:
    assert read_number("百余") == Numeral(100, over=True, bare=True)
    assert read_number("万亿") == Numeral(1e12, bare=True)


@pytest.mark.parametrize("words", REFUSED.values(), ids=REFUSED.keys())
def test_damaged_and_vague_numbers_are_refused(words: str) -> None:
    assert read_number(words) is None


DIGITS = "零一二三四五六七八九"


def in_words(number: int) -> str:
    """The textbook way to write 1 to 99,999,999."""
    if number >= 10_000:
        high, low = divmod(number, 10_000)
        gap = "零" if 0 < low < 1000 else ""
        return in_words(high) + "万" + gap + (in_words(low) if low else "")
    words = ""
    for step, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, number = divmod(number, step)
        if digit:
            words += DIGITS[digit] + name
        elif words and number and not words.endswith("零"):
            words += "零"
    return words


@given(st.integers(1, 99_999_999))
def test_every_whole_number_in_words_is_read_back(number: int) -> None:
    numeral = read_number(in_words(number))
    assert numeral is not None
    assert numeral.value == number


@given(st.integers(0, 10**9))
def test_every_number_in_figures_is_read_back(number: int) -> None:
    for words in (str(number), f"{number:,}"):
        numeral = read_number(words)
        assert numeral is not None
        assert numeral.value == number


@given(st.text("0123456789.,零一二两三十百千万亿点多余 半几", max_size=12))
def test_any_words_are_read_or_refused(words: str) -> None:
    numeral = read_number(words)
    assert numeral is None or numeral.value >= 0


def test_the_pattern_takes_a_number_as_a_whole() -> None:
    for words, _ in READ.values():
        assert re.fullmatch(NUMBER, words.strip()), words
