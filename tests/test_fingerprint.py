"""One page, one key; one text, one hash."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from storage import text_hash, url_key
from storage.identity.fingerprint import LONGEST_KEY, names_a_page

PAGE = "http://www.qingyun.example/2026/03/t5.html"
SAME = {
    "scheme": "https://www.qingyun.example/2026/03/t5.html",
    "no scheme": "www.qingyun.example/2026/03/t5.html",
    "case of host": "HTTP://WWW.Qingyun.Example/2026/03/t5.html",
    "default port": "http://www.qingyun.example:80/2026/03/t5.html",
    "port of https": "https://www.qingyun.example:443/2026/03/t5.html",
    "bare host": "http://qingyun.example/2026/03/t5.html",
    "dot after host": "http://www.qingyun.example./2026/03/t5.html",
    "phone": "http://m.qingyun.example/2026/03/t5.html",
    "wap": "http://wap.qingyun.example/2026/03/t5.html",
    "traditional twin": "http://big5.qingyun.example/2026/03/t5.html",
    "gateway": "http://big5.gate.example/gate/big5/www.qingyun.example/2026/03/t5.html",
    "fragment": PAGE + "#top",
    "empty fragment": PAGE + "#/",
    "double slash": "http://www.qingyun.example//2026/03//t5.html",
    "dots": "http://www.qingyun.example/2026/02/../03/./t5.html",
    "campaign": PAGE + "?utm_source=app&utm_medium=x",
    "share": PAGE + "?from=timeline&isappinstalled=0&spm=1.2",
    "phone view": PAGE + "?type=mobile",
    "blanks around": f" {PAGE}\n",
}


@pytest.mark.parametrize("url", SAME.values(), ids=SAME)
def test_one_page(url: str) -> None:
    assert url_key(url) == url_key(PAGE) == "qingyun.example/2026/03/t5.html"


PAIRS = {
    "order of parameters": ("a.example/p?id=5&n=1", "a.example/p?n=1&id=5"),
    "front page": ("http://a.example/index.shtml", "http://a.example"),
    "front of a folder": ("http://a.example/news/index.html", "http://a.example/news/"),
    "escapes": ("http://a.example/%e7%a6%81", "http://a.example/禁"),
    "house under a registry": ("http://www.a.com.cn/1", "http://a.com.cn/1"),
    "city and door": ("http://lz.big5.a.example/1", "http://lz.a.example/1"),
}


@pytest.mark.parametrize(("one", "other"), PAIRS.values(), ids=PAIRS)
def test_same(one: str, other: str) -> None:
    assert url_key(one) == url_key(other)


DIFFERENT = {
    "id": ("http://a.example/p?id=5", "http://a.example/p?id=6"),
    "city": ("http://lz.a.example/1", "http://ts.a.example/1"),
    "port": ("http://a.example:8080/1", "http://a.example/1"),
    "route in the fragment": ("http://a.example/#/detail/5", "http://a.example/#/detail/6"),
    "case of path": ("http://a.example/A1", "http://a.example/a1"),
    "house called m": ("http://m.com.cn/1", "http://www.com.cn/1"),
    "address": ("http://10.0.0.1/1", "http://0.0.0.1/1"),
    "long": ("http://a.example/" + "a" * 900 + "1", "http://a.example/" + "a" * 900 + "2"),
}


@pytest.mark.parametrize(("one", "other"), DIFFERENT.values(), ids=DIFFERENT)
def test_different(one: str, other: str) -> None:
    assert url_key(one) != url_key(other)


URLS = st.one_of(
    st.text(),
    st.text(st.characters(codec=None)).map("http://a.example/{}".format),
    st.text("aA0./%?#&=:@[]禁\ud800 ", max_size=40).map("http://M.a.com.cn{}".format),
    st.integers(400, 600).map(lambda n: "http://a.example/" + "%E7%A6%81" * (n // 9) + "x" * (n % 9)),
)


@given(URLS)
@example("@ 0")
def test_a_key_is_its_own_key(url: str) -> None:
    key = url_key(url)
    assert url_key(key) == key
    assert len(key.encode()) <= LONGEST_KEY


@pytest.mark.parametrize(
    ("key", "names"), [("a.example/", False), ("a1.example/news", False), ("a.example/n/5.html", True)]
)
def test_names_a_page(key: str, names: bool) -> None:
    assert names_a_page(key) is names


LONG = "青云县公安局禁毒大队通报,昨日查获海洛因一千二百克,抓获嫌疑人两名,案件正在进一步侦办之中,群众可以拨打电话举报。"
REPRINTS = {
    "blanks and lines": LONG.replace(",", ",\n　　"),
    "punctuation": LONG.replace(",", "，"),
    "traditional": "青雲縣公安局禁毒大隊通報,昨日查獲海洛因一千二百克,抓獲嫌疑人兩名,案件正在進一步偵辦之中,群衆可以撥打電話舉報。",
}


@pytest.mark.parametrize("text", REPRINTS.values(), ids=REPRINTS)
def test_one_text(text: str) -> None:
    assert text_hash(text) == text_hash(LONG) is not None


def test_other_figures_are_another_text() -> None:
    assert text_hash(LONG.replace("两", "三")) != text_hash(LONG)


def test_short_texts_have_no_identity() -> None:
    assert text_hash("禁毒" * 24 + "，。" * 50) is None
    assert text_hash("禁毒" * 25) is not None


def test_hashes_stay_the_same_between_versions() -> None:
    assert text_hash("禁毒" * 30) == "6fc0e2a5841f6cf840659907388dd946"
