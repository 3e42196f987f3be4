"""Portal files: every shipped one is sound, and a wrong one is named with its key and a remedy."""

import re
import tomllib
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import get_args

import pytest
from pydantic import BaseModel

from crawler.hosts import is_within
from crawler.portals import Portal, PortalError, PortalSource, load_portals, pace_group
from crawler.portals.coverage import LISTS_LATELY, page
from crawler.portals.loading import SHIPPED
from crawler.portals.portal import NATIONAL, PROVINCES
from crawler.reading import ListOutcome
from crawler.reading.dates import in_address
from crawler.reading.shapes import dated_form, undated_shape
from storage import SHANGHAI

DOCS = Path(__file__).parent.parent / "docs" / "portals.md"
COVERAGE = DOCS.with_name("coverage-of-portals.md")
PORTALS = load_portals()
FILES = sorted(SHIPPED.glob("*.toml"))

SOUND = """
title = "兰溪新闻网"
province = "浙江"
home = "https://news.lanxi.example/"
hosts = ["lanxi.example"]
evidence = "B"
article_patterns = ['^https?://(?:[\\w-]+\\.)*lanxi\\.example/\\d{6}/t\\d{8}_\\d+\\.html$']
examples = ["https://news.lanxi.example/202606/t20260615_48213.html"]

[[sources]]
url = "https://news.lanxi.example/gsyw/"
every = "15m"
"""


def folder(tmp_path: Path, **files: str) -> Path:
    for name, text in files.items():
        (tmp_path / f"{name}.toml").write_text(text, "utf-8")
    return tmp_path


# Every shipped file.


def test_each_shipped_file_is_a_portal() -> None:
    assert [path.stem for path in FILES] == list(PORTALS)
    assert "gscn" in PORTALS


@pytest.mark.parametrize("name", PORTALS)
def test_its_patterns_match_its_examples_and_no_other_portals(name: str) -> None:
    portal = PORTALS[name]
    assert not portal.enabled or (portal.examples and portal.article_patterns)
    for url in portal.examples:
        assert [other for other, any_portal in PORTALS.items() if any_portal.is_article(url)] == [name]


@pytest.mark.parametrize("name", PORTALS)
def test_its_patterns_take_no_list_for_an_article(name: str) -> None:
    portal = PORTALS[name]
    assert not [source.url for source in portal.sources if portal.is_article(source.url)]
    assert not portal.is_article(portal.home)


@pytest.mark.parametrize("name", PORTALS)
def test_its_patterns_are_tied_to_its_hosts(name: str) -> None:
    portal = PORTALS[name]
    for url in portal.examples:
        assert not portal.is_article(re.sub(r"^(https?://)[^/]+", r"\1other.example", url))
        assert not portal.is_article("https://other.example/?to=" + url)


@pytest.mark.parametrize("name", PORTALS)
def test_it_is_polite_and_honest(name: str) -> None:
    portal = PORTALS[name]
    assert portal.pace_seconds >= 3
    assert all(source.every >= timedelta(minutes=5) for source in portal.sources)
    assert portal.enabled == (portal.evidence != "C")
    assert portal.seen == tuple(sorted(portal.seen))
    watched = portal.watched()
    assert bool(watched) == portal.enabled
    assert len({source.url for source in portal.sources}) == len(portal.sources)


@pytest.mark.parametrize("name", PORTALS)
def test_it_says_why_a_channel_is_on_or_off(name: str) -> None:
    for source in PORTALS[name].sources:
        known = source.seen is not None and source.seen >= LISTS_LATELY
        assert source.title
        assert source.note or (source.enabled and known), source.url


@pytest.mark.parametrize("name", PORTALS)
def test_its_examples_are_the_newest_first_and_of_years_in_which_articles_were_seen(name: str) -> None:
    latest = datetime(2026, 11, 1, tzinfo=SHANGHAI)
    days = [found.at for url in PORTALS[name].examples if (found := in_address(url, latest=latest))]
    assert days == sorted(days, reverse=True)
    assert {day.year for day in days} <= set(PORTALS[name].seen)


@pytest.mark.parametrize("name", PORTALS)
def test_its_sources_are_asked_for_at_addresses_of_its_own(name: str) -> None:
    portal = PORTALS[name]
    for source in portal.sources:
        for address, template in source.addresses().items():
            assert portal.owns(address)
            assert "{" not in address
            assert template is None or (portal.owns(template) and template.count("{page}") == 1)
            assert portal.source_at(address) == source
        assert source.kind != "search" or not source.is_watched
    if portal.enabled:
        assert {source.url for source in portal.watched() if source.kind == "list"} <= {
            source.url for source in portal.walked()
        }


@pytest.mark.parametrize("name", PORTALS)
def test_its_hosts_are_no_other_portals(name: str) -> None:
    for host in PORTALS[name].hosts:
        assert [other for other, portal in PORTALS.items() if is_within(f"http://{host}/", portal.hosts)] == [
            name
        ]


def test_every_province_is_watched() -> None:
    watched = {portal.province for portal in PORTALS.values() if portal.enabled}
    assert watched == set(PROVINCES)
    assert len(watched - {NATIONAL}) == 31


@pytest.mark.parametrize("name", PORTALS)
def test_its_articles_would_be_told_from_its_lists_without_patterns(name: str) -> None:
    today = date(2026, 11, 1)
    for url in PORTALS[name].examples:
        assert dated_form(url, today) or undated_shape(url), url
    for source in PORTALS[name].sources:
        assert not dated_form(source.url, today), source.url


def test_the_shipped_portals_are_of_several_families() -> None:
    assert {"enorth", "trs", "founder", "cmstop", "people", "own"} <= {
        portal.family for portal in PORTALS.values()
    }


# What the other rooms get.


def test_a_portal_hands_out_sources_and_rules(tmp_path: Path) -> None:
    text = (
        'charset = "gb18030"'
        + SOUND
        + 'selector = "#list"\n[[sources]]\nurl = "https://news.lanxi.example/old/"\nenabled = false\n'
    )
    portal = load_portals(folder(tmp_path, lanxi=text), only=["lanxi"])["lanxi"]
    (source,) = portal.watched()
    assert (source.portal, source.host, source.kind, source.every) == (
        "lanxi",
        "lanxi.example",
        "list",
        timedelta(minutes=15),
    )
    assert portal.reading_rules().portal == "lanxi"
    assert portal.reading_rules().hosts == ("lanxi.example",)
    rules = portal.list_rules(portal.sources[0])
    assert (rules.selector, rules.hosts, rules.charset) == ("#list", ("lanxi.example",), "gb18030")
    assert rules.article_patterns[0].search(portal.examples[0])


@pytest.mark.parametrize(
    ("url", "group"),
    [
        pytest.param("http://gansu.gscn.com.cn/gsyw/", "gscn.com.cn", id="two-label suffix"),
        pytest.param("https://WWW.DBW.cn/", "dbw.cn", id="upper case"),
        pytest.param("https://gaj.gansu.gov.cn/", "gansu.gov.cn", id="government"),
        pytest.param("https://www.dbw.cn.:443/", "dbw.cn", id="trailing dot and port"),
        pytest.param("http://news.lanxi.example/", "lanxi.example", id="reserved suffix"),
        pytest.param("http://a.b.portal.invalid:81/", "portal.invalid", id="invalid with a port"),
        pytest.param("http://127.0.0.1:8081/x", "127.0.0.1:8081", id="IP and port"),
        pytest.param("http://127.0.0.1/x", "127.0.0.1", id="IP"),
        pytest.param("http://[::1]:8081/", "[::1]:8081", id="IPv6 and port"),
        pytest.param("http://localhost:99/", "localhost:99", id="one label"),
        pytest.param("http://com.cn/", "com.cn", id="a bare suffix"),
        pytest.param("http://新闻.中国/", "新闻.中国", id="Chinese name"),
    ],
)
def test_pace_group(url: str, group: str) -> None:
    assert pace_group(url) == group


def test_pace_group_of_no_host() -> None:
    with pytest.raises(ValueError, match="has no host"):
        pace_group("mailto:nobody")


# The user's folder.


def test_the_users_folder_is_merged(tmp_path: Path) -> None:
    portals = load_portals(folder(tmp_path, lanxi=SOUND))
    assert set(portals) == {*PORTALS, "lanxi"}
    assert list(portals) == sorted(portals)


def test_only_some(tmp_path: Path) -> None:
    assert list(load_portals(folder(tmp_path, lanxi=SOUND), only=["lanxi", "gscn"])) == ["gscn", "lanxi"]


def test_a_users_file_may_replace_a_shipped_one(tmp_path: Path) -> None:
    text = (
        (SHIPPED / "gscn.toml")
        .read_text("utf-8")
        .replace('"10m"', '"1h"')
        .replace("[[", "replaces = true\n[[", 1)
    )
    portals = load_portals(folder(tmp_path, gscn=text))
    assert set(portals) == set(PORTALS)
    assert portals["gscn"].watched()[0].every == timedelta(hours=1)


@pytest.mark.parametrize(
    ("files", "message"),
    [
        pytest.param(
            {"gscn": SOUND},
            r"gscn\.toml: a shipped portal has this name already; rename .*replaces = true",
            id="name taken",
        ),
        pytest.param(
            {"lanxi": "replaces = true\n" + SOUND},
            r"lanxi\.toml: replaces: no shipped portal is called lanxi; take the key out",
            id="nothing to replace",
        ),
        pytest.param(
            {"lanxi": SOUND, "lanxi2": SOUND},
            r"lanxi2\.toml: hosts: lanxi\.example belongs to lanxi\.toml too; take it out of one",
            id="host claimed twice",
        ),
        pytest.param(
            {"a": SOUND.replace('hosts = ["', 'hosts = ["news.'), "b": SOUND},
            r"b\.toml: sources: https://news\.lanxi\.example/gsyw/ belongs to a\.toml too",
            id="source claimed twice",
        ),
    ],
)
def test_clashes_are_reported(tmp_path: Path, files: dict[str, str], message: str) -> None:
    with pytest.raises(PortalError, match=message):
        load_portals(folder(tmp_path, **files))


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        pytest.param('"15m"', '"15 min"', r"sources\.1\.every: '15 min' is not a span .*write a number", id="span"),
        pytest.param('"15m"', '"30d"', r"sources\.1\.every: '30d' is not a span of 1s to 7d", id="span too long"),
        pytest.param('"15m"', "15", r"sources\.1\.every: 15 is not a span", id="bare number"),
        pytest.param("title =", "titel =", r"title: this key is needed; .*titel: there is no such key", id="misspelt key"),
        pytest.param('"浙江"', '"浙江省"', r"province: '浙江省' is not a provincial unit; write its short name", id="province"),
        pytest.param('["lanxi', '["https://lanxi', r"hosts\.1: .* is not a host; write it bare", id="host with scheme"),
        pytest.param('["lanxi.example"]', "[]", r"hosts: ", id="no host"),
        pytest.param('["lanxi', '["guxi', r"source https://news\.lanxi\.example/gsyw/ is on none of its hosts", id="foreign source"),
        pytest.param('"B"', '"D"', r"evidence: .*'A', 'B' or 'C'", id="evidence"),
        pytest.param('"B"', '"C"', r"say why in off_because", id="weak and unexplained"),
        pytest.param('"B"', '"B"\ncharset = "gbx"', r"charset: 'gbx' is not a charset", id="charset"),
        pytest.param("\\d{6}", "\\d{8}", r"no pattern in article_patterns matches the example https", id="pattern"),
        pytest.param("\\d{6}", "(\\d{6}", r"article_patterns\.1: ", id="broken pattern"),
        pytest.param('= "https://news.lanxi.example/"', '= "news"', r"home: 'news' is not a web address", id="address"),
        pytest.param('every = "15m"', 'selector = "li["', r"sources\.1\.selector: 'li\[' is not a selector", id="CSS"),
        pytest.param('every = "15m"', 'selector = "//li["', r"sources\.1\.selector: '//li\[' is not a selector", id="XPath"),
        pytest.param('every = "15m"', 'kind = "blog"', r"sources\.1\.kind: .*'list', 'feed', 'json', 'sitemap' or 'search'", id="kind"),
        pytest.param('every = "15m"', 'kind = "search"', r"sources\.1: the address of a search needs \{query\}", id="search"),
        pytest.param('gsyw/"\n', 'gsyw/{page}"\n', r"sources\.1: .* only a search has places to fill in", id="place"),
        pytest.param('every = "15m"', 'page_url = "https://news.lanxi.example/2.html"', r"sources\.1\.page_url: .* needs \{page\} once", id="page"),
        pytest.param('gsyw/"\n', 's?q={query}"\nkind = "search"\nwords = ["禁毒\U0001F6AB"]\nquery_charset = "gb2312"\n', r"sources\.1: words: .* cannot be written in gb2312", id="words"),
        pytest.param("title", 'name = "x"\ntitle', r"name: a portal is called after its file; take the key out", id="name"),
        pytest.param("title =", "title", r"this is not TOML: .*line 2", id="not TOML"),
        pytest.param(SOUND[-80:], "", r"lanxi\.toml: ", id="cut off"),
    ],
)  # fmt: skip
def test_a_wrong_file_is_named_with_key_and_remedy(tmp_path: Path, old: str, new: str, message: str) -> None:
    assert old in SOUND
    with pytest.raises(PortalError, match=message) as caught:
        load_portals(folder(tmp_path, lanxi=SOUND.replace(old, new, 1)))
    assert "lanxi.toml: " in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_file_that_is_not_utf8(tmp_path: Path) -> None:
    (tmp_path / "lanxi.toml").write_bytes(SOUND.encode("gb18030"))
    with pytest.raises(PortalError, match=r"lanxi\.toml: cannot be read as UTF-8"):
        load_portals(tmp_path)


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(PortalError, match="there is no such folder"):
        load_portals(tmp_path / "none")


def test_an_unknown_name_is_answered_with_a_near_one() -> None:
    with pytest.raises(PortalError, match=r"no portal is called gsnc; did you mean gscn\?"):
        load_portals(only=["gsnc"])
    with pytest.raises(PortalError, match="`jindu portals list` shows them all"):
        load_portals(only=["zzzzzz"])


def test_a_weak_portal_is_off_with_its_reason_and_watches_nothing(tmp_path: Path) -> None:
    text = SOUND.replace('"B"', '"C"\noff_because = "no article address seen"')
    portal = load_portals(folder(tmp_path, lanxi=text))["lanxi"]
    assert not portal.enabled
    assert portal.off_because == "no article address seen"
    assert portal.watched() == ()


def test_a_weak_portal_can_be_switched_on(tmp_path: Path) -> None:
    portal = load_portals(folder(tmp_path, lanxi=SOUND.replace('"B"', '"C"\nenabled = true')))["lanxi"]
    assert len(portal.watched()) == 1


# The page about them.


def documented(heading: str) -> set[str]:
    section = DOCS.read_text("utf-8").split(f"## {heading}\n")[1].split("\n## ")[0]
    return set(re.findall(r"^\| `(\w+)` \|", section, re.M))


@pytest.mark.parametrize(
    ("heading", "model", "unwritten"),
    [
        pytest.param("Keys of a portal", Portal, {"name"}, id="portal"),
        pytest.param("Keys of a source", PortalSource, set(), id="source"),
    ],
)
def test_every_key_is_documented(heading: str, model: type[BaseModel], unwritten: set[str]) -> None:
    assert documented(heading) == set(model.model_fields) - unwritten


def test_every_outcome_of_a_list_is_explained() -> None:
    assert documented("What the answer of a list is called") == set(get_args(ListOutcome))


def test_the_page_of_what_is_known_is_up_to_date() -> None:
    found = COVERAGE.read_text("utf-8")
    assert found == page(PORTALS), "run `python -m crawler.portals.coverage > docs/coverage-of-portals.md`"


def test_what_is_known_is_told_by_the_files(tmp_path: Path) -> None:
    lists = """
every = "15m"
seen = 2024
[[sources]]
url = "https://news.lanxi.example/a/"
seen = 2019
[[sources]]
url = "https://news.lanxi.example/b/"
[[sources]]
url = "https://news.lanxi.example/c/"
seen = 2026
title = "法治"
note = "Old | slow."
enabled = false
"""
    text = "seen = [2015, 2021]" + SOUND.replace('every = "15m"\n', lists)
    weak = SOUND.replace("lanxi", "wuyi").replace('"B"', '"C"\noff_because = "nobody | looked"')
    weak = re.sub(r"examples = .*|article_patterns = .*|\[\[sources[^$]*", "", weak)
    portals = load_portals(folder(tmp_path, lanxi=text, wuyi=weak), only=["lanxi", "wuyi"])
    told = page(portals)
    assert "2 portals, 1 of them on; 1 of the 31 provincial units is watched, through 3 sources" in told
    assert (
        "| 浙江 | [lanxi](../crawler/portals/lanxi.toml) 兰溪新闻网 | B | on | — | 2015–2021 | 1 list seen in 2024 "
        "| 1 list last seen in 2019; 1 list never seen | addresses of articles after 2021; template family "
        "| 法治: Old \\| slow. |"
    ) in told
    assert "| C | off: nobody \\| looked | — | — | — | — | lists; an article; template family |" in told


def test_the_sources_shown_in_the_docs_load(tmp_path: Path) -> None:
    blocks = re.findall(r"^```toml\n(\[\[sources\]\].*?)^```", DOCS.read_text("utf-8"), re.S | re.M)
    portal = load_portals(folder(tmp_path, lanxi=SOUND + "\n" + "\n".join(blocks)), only=["lanxi"])["lanxi"]
    _, search, api, sitemap = portal.sources
    assert search.addresses() == {
        f"https://so.lanxi.example/?q={words}&p=1": f"https://so.lanxi.example/?q={words}&p={{page}}"
        for words in ("%BD%FB%B6%BE", "%B6%BE%C6%B7")
    }
    assert [source.kind for source in portal.watched()] == ["list", "json", "sitemap"]
    assert [source.kind for source in portal.walked()] == ["list", "search", "search", "json", "sitemap"]
    assert portal.list_rules(api).page_url == api.page_url
    second = list(search.addresses().items())[1]
    assert portal.list_rules(search, second[0]).page_url == second[1]
    assert portal.list_rules(sitemap).page_url is None


def test_the_example_in_the_docs_loads(tmp_path: Path) -> None:
    (block,) = re.findall(r"```toml\n(   title = .*?)   ```", DOCS.read_text("utf-8"), re.S)
    text = re.sub(r"^   ", "", block, flags=re.M)
    assert tomllib.loads(text)
    assert load_portals(folder(tmp_path, lanxi=text), only=["lanxi"])["lanxi"].enabled
