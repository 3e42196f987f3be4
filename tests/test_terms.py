"""Text becomes the same terms however it is written."""

import opencc
import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.search.terms import (
    Folded,
    fold,
    fold_with_offsets,
    has_own_code,
    runs,
    storable,
    term_code,
    terms,
)

FOLDINGS = {
    "traditional": ("禁毒宣傳與戒毒康復", "禁毒宣传与戒毒康复"),
    "one by one, not by context": ("乾隆 乾燥", "干隆 干燥"),
    "full width": ("ＡＢＣ１２３，", "abc123,"),
    "compatibility": ("５㎏ Ⅷ ﬁ", "5kg viii fi"),
    "accents": ("Café e\u0301", "cafe e"),
    "invisible": ("禁\u200b毒\ufeff\u00ad", "禁毒"),
    "ideograph of compatibility": ("\uf90a", "金"),
}


@pytest.mark.parametrize(("written", "folded"), FOLDINGS.values(), ids=FOLDINGS)
def test_fold(written: str, folded: str) -> None:
    assert fold(written) == folded


TERMS = {
    "characters and pairs": ("禁毒宣传", {"禁", "毒", "宣", "传", "禁毒", "毒宣", "宣传"}),
    "no pair across punctuation": ("禁。毒", {"禁", "毒"}),
    "words whole": ("K粉 2020年 GB/T", {"k", "粉", "2020", "年", "gb", "t"}),
    "nothing": ("，。 !\n", set()),
    "one character": ("毒", {"毒"}),
    "kana": ("テスト", {"テ", "ス", "ト", "テス", "スト"}),
    "beyond the common plane": ("𠮷田", {"𠮷", "田", "𠮷田"}),
}


@pytest.mark.parametrize(("text", "expected"), TERMS.values(), ids=TERMS)
def test_terms(text: str, expected: set[str]) -> None:
    assert terms(text) == expected


def test_ideographs_fold_as_the_table_says_in_every_text() -> None:
    ideographs = list(map(chr, range(0x4E00, 0xA000)))
    table = opencc.OpenCC("t2s")
    assert fold("".join(ideographs)) == "".join(map(table.convert, ideographs))
    every = "".join(map(chr, range(0x30000)))
    assert fold(every) == "".join(map(fold, every))


def test_offsets_lead_back() -> None:
    folded = fold_with_offsets("５㎏\u200b禁毒")
    assert folded == Folded("5kg禁毒", (0, 1, 1, 3, 4))
    assert folded.original(1, 3) == (1, 2)
    assert folded.original(3, 5) == (3, 5)


@given(st.text(st.characters(codec=None)))
def test_folding_is_a_fixed_point_and_its_offsets_fit(text: str) -> None:
    folded = fold_with_offsets(text)
    assert fold(folded.text) == fold(text) == fold(fold(text))
    assert folded.starts is None or len(folded.starts) == len(folded.text)
    assert len(text) == len(folded.text) or folded.starts is not None


@given(st.text(st.characters(min_codepoint=0x3400, max_codepoint=0x9FFF), min_size=1, max_size=2))
def test_common_terms_have_their_own_codes(term: str) -> None:
    code = term_code(term)
    first, second = divmod(code, 1 << 15)
    assert has_own_code(term)
    assert chr(first + 0x3400) + (chr(second + 0x3400 - 1) if second else "") == term
    assert code < 1 << 31


@given(st.text(min_size=1))
def test_other_terms_have_negative_codes(text: str) -> None:
    for run in runs(fold(text)):
        assert has_own_code(run[:2]) or -(1 << 31) <= term_code(run) < 0


def test_storable_keeps_offsets() -> None:
    assert storable("a\x00b\ud800c") == "a\ufffdb\ufffdc"
