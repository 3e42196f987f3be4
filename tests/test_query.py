"""What a reader types is understood, or answered with where it cannot be."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage import QueryError
from storage.search.planning import ALL, AllOf, AnyOf, NoneOf, Plan, Term, plan_of
from storage.search.query import (
    EVERYTHING,
    LONGEST_QUERY,
    And,
    Not,
    Or,
    Phrase,
    matches,
    parse,
    pattern,
    wanted,
)
from storage.search.terms import fold, terms

A, B, C = Phrase("禁毒"), Phrase("甘肃"), Phrase("k粉")
QUERIES = {
    "nothing": ("", EVERYTHING),
    "blanks": (" 　\t", EVERYTHING),
    "word": ("禁毒", A),
    "both": ("禁毒 甘肃", And((A, B))),
    "both, said": ("禁毒 AND 甘肃", And((A, B))),
    "wide blank": ("禁毒　甘肃", And((A, B))),
    "either": ("禁毒 OR 甘肃", Or((A, B))),
    "either, sign": ("禁毒|甘肃", Or((A, B))),
    "either, wide sign": ("禁毒｜甘肃", Or((A, B))),
    "both before either": ("禁毒 甘肃 OR K粉", Or((And((A, B)), C))),
    "without": ("禁毒 -甘肃", And((A, Not(B)))),
    "without, said": ("禁毒 NOT 甘肃", And((A, Not(B)))),
    "brackets": ("禁毒 (甘肃 OR K粉)", And((A, Or((B, C))))),
    "wide brackets": ("禁毒（甘肃 OR K粉）", And((A, Or((B, C))))),
    "without either": ("-(禁毒 | 甘肃)", Not(Or((A, B)))),
    "quotation": ('"禁毒 甘肃"', Phrase("禁毒 甘肃")),
    "chinese quotation": ("“禁毒，甘肃”", Phrase("禁毒 甘肃")),
    "signs in quotation": ('"禁毒 OR (甘肃)"', Phrase("禁毒 or 甘肃")),
    "hyphen inside": ("covid-19", Phrase("covid 19")),
    "folded": ("Ｋ粉", C),
    "small or is a word": ("禁毒 or", And((A, Phrase("or")))),
}


@pytest.mark.parametrize(("query", "expression"), QUERIES.values(), ids=QUERIES)
def test_parse(query: str, expression: object) -> None:
    assert parse(query) == expression


REFUSED = {
    "open bracket": ("禁毒 (甘肃", 3, "bracket at character 4 is not closed; add )"),
    "closed bracket": ("禁毒 甘肃)", 5, "nothing opens the bracket at character 6; remove it"),
    "open quotation": ('禁毒 "甘肃', 3, "quotation mark at character 4 is not closed"),
    "nothing after OR": ("禁毒 OR", 5, "a word is missing at its end"),
    "nothing before OR": ("OR 禁毒", 0, "a word is missing at character 1"),
    "nothing in brackets": ("禁毒 ()", 4, "a word is missing at character 5"),
    "no letter": ("禁毒 ，", 3, "no letter or digit in '，' at character 4"),
    "empty quotation": ('禁毒 ""', 3, "no letter or digit in 'the quotation' at character 4"),
    "only a minus": ("禁毒 -", 4, "a word is missing at its end"),
    "too long": ("禁" * 501, 500, "501 characters are too many; use at most 500"),
    "too deep": ("(" * 30 + "禁" + ")" * 30, 20, "more than 20 brackets within each other"),
}


@pytest.mark.parametrize(("query", "position", "message"), REFUSED.values(), ids=REFUSED)
def test_refused(query: str, position: int, message: str) -> None:
    with pytest.raises(QueryError, match=re.escape(message)) as caught:
        parse(query)
    assert caught.value.position == position
    assert "\n" not in str(caught.value)


@given(st.one_of(st.text(max_size=LONGEST_QUERY), st.text('ab禁毒"()|- ORNT', max_size=30)))
def test_any_query_is_read_or_refused(query: str) -> None:
    assert 0 <= refused_at(query) <= len(query)


def refused_at(query: str) -> int:
    try:
        plan_of(parse(query))
    except QueryError as error:
        return error.position
    return 0


FOUND = {
    "inside": ("禁毒", "全国禁毒日", True),
    "not across punctuation": ("禁毒", "禁、毒", False),
    "word whole": ("5", "15公斤", False),
    "word beside characters": ("5公斤", "查获5公斤", True),
    "number whole in a phrase": ("5公斤", "查获15公斤", False),
    "punctuation between": ('"缉毒 民警"', "缉毒,民警", True),
    "not so far between": ('"缉毒 民警"', "缉毒的民警", False),
    "not": ("-禁毒", "缉毒", True),
}


@pytest.mark.parametrize(("query", "text", "found"), FOUND.values(), ids=FOUND)
def test_matches(query: str, text: str, found: bool) -> None:
    assert matches(parse(query), fold(text)) is found


def test_patterns_are_words_not_expressions() -> None:
    assert pattern(Phrase("a")).search(fold("a.*")) is not None
    assert matches(parse('".* 禁"'), fold("x 禁")) is True


def test_what_is_excluded_is_not_highlighted() -> None:
    assert list(wanted(parse("禁毒 -(甘肃 OR K粉)"))) == [A]


PLANS = {
    "one character": ("毒", Term("毒"), True),
    "two characters": ("禁毒", Term("禁毒"), True),
    "more": ("禁毒日", AllOf((Term("禁毒"), Term("毒日"))), False),
    "word": ("ktv", Term("ktv"), True),
    "either": ("毒 OR 禁毒", AnyOf((Term("毒"), Term("禁毒"))), True),
    "without two": ("毒 -禁毒", AllOf((Term("毒"), NoneOf(Term("禁毒")))), True),
    "without more cannot be left to the index": ("毒 -禁毒日", AllOf((Term("毒"),)), False),
    "without a word whose code is shared": ("毒 -ktv", AllOf((Term("毒"),)), False),
    "everything": ("", ALL, True),
    "either of everything": ("毒 OR -禁毒日", ALL, False),
}


@pytest.mark.parametrize(("query", "expected", "sure"), PLANS.values(), ids=PLANS)
def test_plan(query: str, expected: Plan, sure: bool) -> None:
    assert plan_of(parse(query)) == (expected, sure)


@given(st.text("禁毒日ab1 ,", max_size=20), st.text('禁毒日ab1"()|- ', max_size=12))
def test_a_plan_finds_all_that_matches(text: str, query: str) -> None:
    try:
        expression = parse(query)
    except QueryError:
        return
    found, sure = plan_of(expression)
    matched, proposed = matches(expression, fold(text)), holds(found, terms(text))
    assert proposed or not matched
    assert not sure or proposed == matched


def holds(found: Plan, held: frozenset[str]) -> bool:
    match found:
        case Term(name):
            return name in held
        case AllOf(parts):
            return all(holds(part, held) for part in parts)
        case AnyOf(parts):
            return any(holds(part, held) for part in parts)
        case NoneOf(part):
            return not holds(part, held)
