"""Template families: the data is sound, and pages and addresses are told apart by it."""

import pytest

from crawler.families import load_families
from crawler.portals import load_portals
from crawler.reading.document import parse
from crawler.reading.properties import comment_words, find_family
from tests.reading_cases import cases

ADDRESSES = {
    "http://a.example/system/2020/06/15/012405022.shtml": "enorth",
    "http://a.example/xw/202306/t20230626_550001.html": "trs",
    "http://a.example/2024-06/20/content_9250001.htm": "founder",
    "http://a.example/sh/2021/0401/8812.shtml": "cmstop",
    "http://a.example/n1/2022/0624/c1008-32450001.html": "people",
    "http://a.example/p/567712.html": None,
}
SIGNS = {
    '<!--<page cms="enorth webpublisher" version="5.0.0"/>--><p>x</p>': "enorth",
    "<div class='TRS_Editor'>x</div>": "trs",
    "<p>x</p><!--enpproperty <date></date>/enpproperty-->": "founder",
    "<div class='rm_txt_con cf'>x</div>": "people",
    "<div class='content'>x</div>": None,
}


@pytest.mark.parametrize("url", ADDRESSES)
def test_an_address_tells_its_family(url: str) -> None:
    family = find_family(parse("<p>x</p>"), url, load_families(), None)
    assert (family.name if family else None) == ADDRESSES[url]


@pytest.mark.parametrize("html", SIGNS)
def test_a_page_tells_its_family(html: str) -> None:
    family = find_family(parse(html, tree=False), "", load_families(), None)
    assert (family.name if family else None) == SIGNS[html]


def test_the_portal_has_the_last_word() -> None:
    family = find_family(parse("<div class='TRS_Editor'>x</div>"), "", load_families(), "founder")
    assert family is not None
    assert family.name == "founder"


@pytest.mark.parametrize("name", load_families())
def test_names_are_lower_case(name: str) -> None:
    family = load_families()[name]
    words = {*family.body, *family.signs, *family.notes, *family.comments}
    assert words == {word.lower() for word in words}


def test_lines_are_the_same_with_and_without_a_tree() -> None:
    html = "<title>a</title><body><h1>b</h1><p>c<br>d<b>e</b></p><table><tr><td>f<td>g</table><ul><li>h<li><a href=i>j</a></ul><!--enpcontent-->k<!--/enpcontent-->"
    words = comment_words(load_families().values())
    grown, flat = parse(html, words), parse(html, words, tree=False)
    assert (
        [line.text for line in grown.lines]
        == [line.text for line in flat.lines]
        == ["b", "c", "de", "f", "g", "h", "j", "k"]
    )
    assert [frame.tag for frame in grown.frames] == [frame.tag for frame in flat.frames]
    assert (grown.title, flat.root) == ("a", None)


def test_every_family_has_a_golden_page() -> None:
    named = {portal.family for portal in load_portals(None).values() if portal.family}
    golden = {
        rule.removeprefix("page: family:")
        for case in cases()
        for rule in case.expected().get("rules", ())
        if rule.startswith("page: family:")
    }
    # `own` is a portal whose system is its own: told by no sign, read without a family's help.
    assert any(case.name.startswith("own_") for case in cases())
    assert named | load_families().keys() <= golden | {"own"}
