"""Decoding: the declaration is believed as far as the bytes agree."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.reading import decode

SENTENCE = "记者从公安局获悉，民警在查处一起案件时，把两名中国男子和一名为其运送的人员抓获。"
TRADITIONAL = "記者從警方獲悉，這個地區的民眾對於中國的發展有了不同的看法，時間會說明一切。"


def page(text: str, charset: str, label: str = "") -> bytes:
    meta = f'<meta http-equiv="Content-Type" content="text/html; charset={label}">' if label else ""
    return f"<html><head>{meta}<title>新聞</title></head><body><p>{text}</p></body></html>".encode(charset)


CASES = {
    "meta gb2312 read as gb18030": (page(SENTENCE + "镕㐱", "gb18030", "gb2312"), "", None, "gb18030", "meta"),
    "meta gbk": (page(SENTENCE, "gbk", "GBK"), "", None, "gb18030", "meta"),
    "utf-8 by meta": (page(SENTENCE, "utf-8", "utf-8"), "", None, "utf-8", "meta"),
    "header before meta": (page(SENTENCE, "gbk", "utf-8"), "text/html; charset=GBK", None, "gb18030", "header"),
    "wrong header, right meta": (page(SENTENCE, "gbk", "gb2312"), "text/html; charset=utf-8", None, "gb18030", "meta"),
    "meta gb2312 on a utf-8 page": (page(SENTENCE, "utf-8", "gb2312"), "", None, "utf-8", "guess"),
    "latin-1 header on a gbk page": (page(SENTENCE, "gbk"), "text/html; charset=ISO-8859-1", None, "gb18030", "guess"),
    "latin-1 header on a utf-8 page": (page(SENTENCE, "utf-8"), "text/html; charset=iso-8859-1", None, "utf-8", "guess"),
    "nothing declared, gbk": (page(SENTENCE, "gbk"), "text/html", None, "gb18030", "guess"),
    "nothing declared, big5": (page(TRADITIONAL, "big5"), "", None, "big5hkscs", "guess"),
    "nothing declared, utf-8": (page(SENTENCE, "utf-8"), "", None, "utf-8", "guess"),
    "big5 declared": (page(TRADITIONAL, "big5", "big5"), "", None, "big5hkscs", "meta"),
    "portal's word first": (page(SENTENCE, "gbk", "utf-8"), "text/html; charset=utf-8", "gbk", "gb18030", "portal"),
    "portal's word refuted": (page(SENTENCE, "utf-8", "utf-8"), "", "gbk", "utf-8", "meta"),
    "bom before all": (b"\xef\xbb\xbf" + page(SENTENCE, "utf-8", "gbk"), "", None, "utf-8", "bom"),
    "utf-16 bom": (b"\xff\xfe" + page(SENTENCE, "utf-16-le"), "", None, "utf-16-le", "bom"),
    "xml declaration": (f'<?xml version="1.0" encoding="gbk"?><a>{SENTENCE}</a>'.encode("gbk"), "", None, "gb18030", "xml"),
    "unknown label": (page(SENTENCE, "utf-8", "klingon"), "", None, "utf-8", "guess"),
    "label that is no charset": (page(SENTENCE, "utf-8", "base64"), "", None, "utf-8", "guess"),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_charset(name: str) -> None:
    body, content_type, declared, charset, origin = CASES[name]
    decoded = decode(body, content_type, declared)
    assert (decoded.charset, decoded.charset_from, decoded.damaged) == (charset, origin, False)
    assert SENTENCE in decoded.text or TRADITIONAL in decoded.text


def test_a_cut_page_is_read_as_far_as_it_goes() -> None:
    body = page(SENTENCE, "utf-8", "utf-8")
    decoded = decode(body[: body.rindex(b"\xe6") + 2])
    assert decoded.damaged
    assert decoded.charset_from == "meta!"
    assert SENTENCE[:30] in decoded.text


def test_a_page_of_two_charsets_is_read_stretch_by_stretch() -> None:
    body = page(SENTENCE, "gbk", "gbk").replace(b"</body>", f"<p>{TRADITIONAL}</p>\xff</body>".encode())
    decoded = decode(body)
    assert decoded.damaged
    assert SENTENCE in decoded.text
    assert TRADITIONAL in decoded.text


@given(st.binary(max_size=400), st.sampled_from(["", "gbk", "utf-8", "utf-16", "latin-1", "big5", "utf-7"]))
def test_any_bytes_can_be_decoded(body: bytes, label: str) -> None:
    decoded = decode(body, f"text/html; charset={label}")
    assert decoded.damaged == decoded.charset_from.endswith("!")
