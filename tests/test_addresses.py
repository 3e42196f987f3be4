"""One page, one key by the rules of its portal; two pages, two keys; keys that stay true when the rules change."""

import os
import re
from collections import defaultdict
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.portals import PortalError, load_portals
from storage import AddressBook, AddressRules, Archive, Database, Ledger, Look, open_database, url_key
from storage.identity.addresses import book_as_text, book_of_text
from storage.identity.addressing import SAME_PAGE
from tests.specimens import DAY, HOUR, NOW, fill, links, result, watch
from tests.test_fingerprint import DIFFERENT, PAIRS, URLS
from tests.test_portals import SOUND, folder
from tests.test_races import at_once

SHIPPED = AddressBook(tuple(portal.address_rules() for portal in load_portals().values()))
# Forms of one page that portals really have; the addresses themselves are invented.
VARIANTS: dict[str, tuple[str, str, *tuple[str, ...]]] = {
    "form for the browser": ("https://www.cqcb.com/hot/2024-01-02/5000001_pc.html", "http://cqcb.com/hot/2024-01-02/5000001.html"),
    "folder of the phone": ("https://sichuan.scol.com.cn/m/ggxw/202607/83000001.html", "https://sichuan.scol.com.cn/ggxw/202607/83000001.html"),
    "phone and app": (
        "https://hunan.voc.com.cn/mobile/news/202512/31000001.html",
        "https://hunan.voc.com.cn/news/202512/31000001.html",
        "https://m.voc.com.cn/xhn/news/202512/31000001.html",
    ),
    "web and app": (
        "https://news.cqnews.net/1/detail/1070000000000000001/web/content_1070000000000000001.html",
        "https://news.cqnews.net/1/detail/1070000000000000001/app/content_1070000000000000001.html",
    ),
    "two domains, two forms": (
        "https://j.eastday.com/p/1680000000000001", "https://j.eastday.com/m/1680000000000001", "https://j.021east.com/p/1680000000000001",
    ),
    "extended": ("https://zjnews.zjol.com.cn/zjnews/202111/t20211130_23000001_ext.shtml", "https://zj.zjol.com.cn/zjnews/202111/t20211130_23000001.shtml"),
    "whole on one page": ("https://xm.fjsen.com/2026-09/04/content_32000001_0.htm", "http://fjnews.fjsen.com/2026-09/04/content_32000001.htm"),
    "ending": ("https://sd.dzwww.com/sdnews/202510/t20251003_16000001.htm", "http://sd.dzwww.com/sdnews/202510/t20251003_16000001.html"),
    "renamed folder, sister": ("https://www.yzwb.net/zncontent/4000001.html", "https://www.yangtse.com/content/4000001.html"),
    "sister": ("https://www.xzxw.com/sn/2024-08/09/content_6000001.html", "https://www.chinatibetnews.com/sn/2024-08/09/content_6000001.html"),
    "sister of editions": ("http://px.jxnews.com.cn/system/2025/10/15/020000001.shtml", "http://px.jxcn.cn/system/2025/10/15/020000001.shtml"),
    "former name": ("https://news.cnjiwang.com/gn/202607/4000001.html", "https://news.chinajilin.com.cn/gn/202607/4000001.html"),
    "padding": ("https://sdxw.iqilu.com/w/article/YS0yMS0xNTAwMDAwMQ.html", "https://sdxw.iqilu.com/w/article/YS0yMS0xNTAwMDAwMQ==.html"),
    "one parameter counts": ("https://www.hinews.cn/page?n=2000001&m=1&s=1044", "https://m.hinews.cn/page?n=2000001"),
    "channel and city": (
        "https://palj.dbw.cn/system/2023/10/17/059000001.shtml", "https://heilongjiang.dbw.cn/system/2023/10/17/059000001.shtml",
        "https://heilongjiang.big5.dbw.cn/system/2023/10/17/059000001.shtml", "http://big5.dbw.cn/gate/big5/legal.dbw.cn/system/2023/10/17/059000001.shtml",
    ),
    "folder of the sub-host": ("https://world.hebnews.cn/2024-10/28/content_9000001.htm", "https://m.hebnews.cn/world/2024-10/28/content_9000001.htm"),
    "doubled slash": ("https://news.nen.com.cn//network/2020/01/02/1.shtml", "http://news.nen.com.cn/network/2020/01/02/1.shtml"),
    "noise": ("https://www.gscn.com.cn/gsnews/system/2026/01/02/010000001.shtml?pcview=1&utm_source=x", "https://gscn.com.cn/gsnews/system/2026/01/02/010000001.shtml#1"),
    "form of a county": ("https://xx.rednet.cn/pc/content/2018/08/06/300001.html", "https://xx.rednet.cn/content/2018/08/06/300001.html"),
}  # fmt: skip
UNRELATED = {
    "counties that count for themselves": ("https://xx.rednet.cn/content/2018/08/06/300001.html", "https://cs.rednet.cn/content/2018/08/06/300001.html"),
    "number used again": ("http://a.dbw.cn/system/2013/10/17/059000001.shtml", "http://a.dbw.cn/system/2023/10/17/059000001.shtml"),
    "next page": ("http://a.enorth.com.cn/system/2015/06/03/030000001.shtml", "http://a.enorth.com.cn/system/2015/06/03/030000001_01.shtml"),
    "two portals, one number": ("http://a.dbw.cn/system/2023/10/17/059000001.shtml", "http://a.gscn.com.cn/system/2023/10/17/059000001.shtml"),
    "two papers of a house": ("http://e.hebnews.cn/rb/2024-10/28/content_10001.htm", "http://e.hebnews.cn/wb/2024-10/28/content_10001.htm"),
    "another parameter that counts": ("https://www.hinews.cn/page?n=2000001", "https://www.hinews.cn/page?n=2000002"),
    "other house": ("http://notdbw.cn/system/2023/10/17/059000001.shtml", "http://dbw.cn/system/2023/10/17/059000001.shtml"),
}  # fmt: skip


@pytest.mark.parametrize("urls", VARIANTS.values(), ids=VARIANTS)
def test_one_page(urls: tuple[str, ...]) -> None:
    keys = {url_key(url, SHIPPED) for url in urls}
    assert len(keys) == 1
    assert {url_key(key, SHIPPED) for key in keys} == keys


@pytest.mark.parametrize(("one", "other"), UNRELATED.values(), ids=UNRELATED)
def test_two_pages(one: str, other: str) -> None:
    assert url_key(one, SHIPPED) != url_key(other, SHIPPED)


@pytest.mark.parametrize(("one", "other"), DIFFERENT.values(), ids=DIFFERENT)
def test_without_rules_all_is_as_before(one: str, other: str) -> None:
    assert (url_key(one, SHIPPED), url_key(other, SHIPPED)) == (url_key(one), url_key(other))
    assert all(url_key(a, SHIPPED) == url_key(b, SHIPPED) for a, b in PAIRS.values())


def test_variants_of_different_pages_stay_different() -> None:
    keys = [url_key(urls[0], SHIPPED) for urls in VARIANTS.values()]
    assert len(set(keys)) == len(keys)


def test_examples_of_the_portals_never_collide() -> None:
    examples = {url for portal in load_portals().values() for url in portal.examples}
    assert len({url_key(url, SHIPPED) for url in examples}) == len(examples)


@pytest.mark.skipif(
    "JINDU_REAL_PAGES" not in os.environ, reason="JINDU_REAL_PAGES names no folder of saved pages"
)
def test_real_addresses_never_collide() -> None:
    path = Path(os.environ["JINDU_REAL_PAGES"]).parent / "research" / "portals.yaml"
    if not path.is_file():
        pytest.skip(f"{path} is not there")
    yaml: Any = pytest.importorskip("yaml")
    portals = yaml.safe_load(path.read_text("utf-8"))["portals"]
    urls = {example["url"] for portal in portals for example in portal["article_urls"] or ()}
    by_key = defaultdict(set)
    for url in urls:
        by_key[url_key(url, SHIPPED)].add(re.sub(r"\.\w+$", "", url.rpartition("/")[2]))
    assert len(urls) == 415
    # Two of them are one page, by number and date, under two sub-hosts; another is listed under both schemes.
    assert len(by_key) == 413
    assert {key: of for key, of in by_key.items() if len(of) > 1} == {}
    assert all(url_key(key, SHIPPED) == key for key in by_key)


NAMES = st.text("amp0-_~", min_size=1, max_size=4)
ENDS = st.builds("{}{}".format, st.sampled_from("_=~-"), st.text("a0_=", max_size=2))
IDS = (r"/(\d+)", r"(.)(a)?", r"/([^/]*)/(.*)", r"(%..)", r"\.(s?)html?$", r"()")
HOSTS = st.sampled_from(
    ("a.com.cn", "b.example", "m.b.example", "x.a.com.cn", "wap.c.example", "a.example", "com.cn")
)


@st.composite
def some_rules(draw: st.DrawFn) -> AddressRules:
    hosts = tuple(draw(st.lists(HOSTS, min_size=1, max_size=4, unique=True)))
    old = draw(st.lists(NAMES, max_size=3, unique=True))
    new = draw(st.lists(NAMES.filter(lambda name: name not in old), min_size=3, max_size=3))
    return AddressRules(
        portal="p",
        hosts=hosts,
        sisters=hosts[1 : 1 + draw(st.integers(0, 3))],
        keep_host=draw(st.booleans()),
        drop_folders=tuple(draw(st.lists(NAMES, max_size=3))),
        rename_folders=dict(zip(old, new, strict=False)),
        drop_endings=tuple(draw(st.lists(ENDS, max_size=3))),
        one_ending=draw(st.booleans()),
        query=draw(st.none() | st.lists(NAMES, max_size=2).map(tuple)),
        ids=tuple(draw(st.lists(st.sampled_from(IDS), max_size=2))),
    )


PATHS = st.text("amp0/._=~-%?#&@禁 ht", max_size=30)


@given(st.lists(some_rules(), max_size=2), URLS | st.builds("http://{}/{}".format, HOSTS, PATHS))
def test_a_key_is_its_own_key_by_any_rules(rules: list[AddressRules], url: str) -> None:
    book = AddressBook(tuple(rules))
    key = url_key(url, book)
    assert url_key(key, book) == key


@settings(max_examples=30)
@given(st.lists(some_rules(), max_size=2))
def test_rules_are_kept_as_they_are(rules: list[AddressRules]) -> None:
    named = [replace(one, portal=f"p{at}") for at, one in enumerate(rules)]
    assert book_of_text(book_as_text(named)) == AddressBook(tuple(named))
    assert book_as_text(named) == book_as_text(named[::-1])


WRONG = {
    "sister that is no host": ('sisters = ["x.example"]', "addresses.sisters: x.example is none of the hosts"),
    "sister that is the first": ('sisters = ["lanxi.example"]', "addresses.sisters"),
    "renamed twice": ('rename_folders = { a = "b", b = "c" }', "addresses.rename_folders: b is renamed itself"),
    "folder with a slash": ('drop_folders = ["a/b"]', "addresses.drop_folders.1: 'a/b' is not the name of a folder"),
    "no end": ('drop_endings = ["pc"]', "addresses.drop_endings.1: 'pc' is not the end"),
    "no expression": ("ids = ['(']", "addresses.ids.1: '(' is not a regular expression"),
    "no group": ("ids = ['/9+']", "addresses.ids.1: '/9+' has no group"),
    "unknown key": ("doors = 1", "addresses.doors: there is no such key"),
}  # fmt: skip


@pytest.mark.parametrize(("line", "told"), WRONG.values(), ids=WRONG)
def test_a_wrong_rule_is_named_with_file_and_key(tmp_path: Path, line: str, told: str) -> None:
    text = SOUND.replace("[[sources]]", f"[addresses]\n{line}\n\n[[sources]]")
    with pytest.raises(PortalError) as caught:
        load_portals(folder(tmp_path, lanxi=text))
    assert "lanxi.toml" in str(caught.value)
    assert told in str(caught.value)


# In the archive.

PLAIN = AddressRules(portal="qingyun", hosts=("qingyun.example",))
PHONE = replace(PLAIN, drop_folders=("phone",))


def url(number: int, form: str = "") -> str:
    return f"http://www.qingyun.example/{form}2026/03/t{number:05}.html"


def test_keys_follow_the_rules(database: Database, database_url: str) -> None:
    ledger, lease, pending = watch(database, 1, 2, 3)
    archive = Archive(database)
    first = archive.ingest(result(1, link=pending[0]), lease=None, now=NOW)
    twin = archive.ingest(result(1, url=url(1, "phone/"), text="别的话。" * 30), lease=None, now=NOW)
    (phone,) = ledger.record_look(
        Look(source_id=pending[0].source_id, outcome="ok", links=(replace(links(2)[0], url=url(2, "phone/")),), next_check_at=NOW),
        lease=lease, now=NOW,
    )  # fmt: skip
    done = ledger.set_address_rules([PHONE])
    assert (done.articles, done.links, done.same_articles, done.same_links) == (1, 1, 1, 1)
    assert ledger.set_address_rules([PHONE]) == type(done)()
    # The older one keeps the key, in this process and in others; the younger stays in the archive.
    with open_database(database_url) as opened:
        for form in ("", "phone/"):
            assert Ledger(opened).explain(url(1, form)).article_id == first.article_id
    assert archive.get(twin.article_id) is not None
    waiting = ledger.explain(url(2, "phone/")).links
    assert [(link.url, link.state) for link in waiting] == [(url(2), "pending")]
    again = archive.ingest(result(1, url=url(1, "phone/")), lease=None, now=NOW)
    assert (again.article_id, again.new) == (first.article_id, False)
    assert all(
        one.id != phone.id for one in ledger.work(lease, portals=["qingyun"], now=NOW + DAY, limit=9).links
    )
    # Without the rule all are apart again.
    assert ledger.set_address_rules([PLAIN]).articles == 1
    assert ledger.explain(url(1, "phone/")).article_id == twin.article_id
    assert [link.outcome for link in ledger.explain(url(2, "phone/")).links] == [SAME_PAGE]


def test_new_links_are_told_apart_by_the_rules(database: Database) -> None:
    ledger, lease, pending = watch(database, 1)
    ledger.set_address_rules([PHONE])
    listed = tuple(replace(links(1)[0], url=url(number, "phone/")) for number in (1, 5))
    seen = Look(source_id=pending[0].source_id, outcome="ok", links=listed, next_check_at=NOW + HOUR)
    assert [link.url for link in ledger.record_look(seen, lease=lease, now=NOW)] == [url(5, "phone/")]


def test_keys_that_change_places(database: Database) -> None:
    """Each of two articles takes the key that the other had."""
    fill(database, [result(1, url=url(1)), result(2, url=url(1, "phone/"), text="别的话。" * 30)])
    with database.write() as connection:
        connection.exec_driver_sql("UPDATE article SET key = 'x' WHERE id = 1")
        connection.exec_driver_sql(
            "UPDATE article SET key = 'qingyun.example/2026/03/t00001.html' WHERE id = 2"
        )
    ledger = Ledger(database)
    assert ledger.set_address_rules([PLAIN]).same_articles == 0
    assert [ledger.explain(url(1, form)).article_id for form in ("", "phone/")] == [1, 2]


def test_pages_that_come_while_the_rules_change_have_the_new_keys(
    database: Database, database_url: str
) -> None:
    def work(own: Database, number: int) -> None:
        if number == 0:
            for rules in (PLAIN, PHONE, PLAIN, PHONE):
                Ledger(own).set_address_rules([rules])
            return
        for at in range(8):
            page = result(10 * number + at, url=url(10 * number + at, "phone/"))
            Archive(own).ingest(page, lease=None, now=NOW)

    at_once(database_url, 3, work)
    found = [
        Ledger(database).explain(url(10 * number + at)).article_id for number in (1, 2) for at in range(8)
    ]
    assert None not in found
