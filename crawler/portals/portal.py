"""A portal as its file describes it, checked on load. `docs/portals.md` has the same keys for people."""

import re
from collections.abc import Iterable
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from crawler.hosts import is_within, pace_group
from crawler.portals.addresses import PortalAddresses
from crawler.portals.source import Charset, Checked, Host, PortalSource, Selector, WebAddress, Year
from crawler.reading import ListRules, ReadingRules
from storage import AddressRules, Source

PROVINCES = (
    "北京", "天津", "河北", "山西", "内蒙古", "辽宁", "吉林", "黑龙江",
    "上海", "江苏", "浙江", "安徽", "福建", "江西", "山东", "河南",
    "湖北", "湖南", "广东", "广西", "海南", "重庆", "四川", "贵州",
    "云南", "西藏", "陕西", "甘肃", "青海", "宁夏", "新疆", "全国",
)  # fmt: skip
"""The 31 provincial units we watch, by their short names, and 全国 for a national site."""
NATIONAL = PROVINCES[-1]


def _province(value: str) -> str:
    if value not in PROVINCES:
        raise ValueError(
            f"{value!r} is not a provincial unit; write its short name, such as 甘肃 or 内蒙古, or 全国"
        )
    return value


class Portal(Checked):
    """One news site we watch."""

    name: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]*$")]
    """The file's name without `.toml`; not written in the file."""
    title: Annotated[str, Field(min_length=1)]
    """The site's own name, such as 中国甘肃网."""
    province: Annotated[str, AfterValidator(_province)]
    """Short name of the provincial unit it reports on (甘肃, 内蒙古), or 全国."""
    home: WebAddress
    """Its front page."""
    hosts: Annotated[tuple[Host, ...], Field(min_length=1)]
    """Its domains, sub-hosts included; links to other hosts are kept as leads and not crawled."""
    evidence: Literal["A", "B", "C"]
    """How sure the file is: A = article addresses of several years, pattern known; B = pattern sure, something else missing; C = thin."""
    enabled: bool = True
    """Whether it is watched; when the key is absent, true for A and B and false for C."""
    off_because: str = ""
    """Why it is not watched; needed when it is not."""
    family: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]*$")] | None = None
    """Template family: `enorth`, `trs`, `founder`, `cmstop`, `people` or `own`; absent when unknown."""
    charset: Charset | None = None
    """Only for a site that declares a false charset or none: how to read its pages."""
    article_patterns: tuple[re.Pattern[str], ...] = ()
    """Regular expressions found in article addresses; absent, articles are told by the shape of their addresses."""
    pace_seconds: Annotated[float, Field(ge=0, le=600)] = 3.0
    """The least time between two requests to one pace group, in seconds."""
    sources: tuple[PortalSource, ...] = ()
    """Where its links appear; at least one unless the portal is off."""
    selectors: dict[str, Selector] = Field(default_factory=dict)
    """Field of an article → CSS or XPath, for pages on which that field is not found by itself."""
    addresses: PortalAddresses = PortalAddresses()
    """What of an address of this portal chooses the page."""
    examples: tuple[WebAddress, ...] = ()
    """Real article addresses, the newest first; the patterns must match them."""
    seen: tuple[Year, ...] = ()
    """Years of which an article of this portal has been seen."""
    notes: str = ""
    """What the next reader should know."""
    replaces: bool = False
    """In your own folder: true when this file takes the place of the shipped one of the same name."""

    @model_validator(mode="before")
    @classmethod
    def _weak_ones_start_off(cls, data: Any) -> Any:
        if isinstance(data, dict) and data.get("evidence") == "C" and "enabled" not in data:
            return {**data, "enabled": False}
        return data

    @model_validator(mode="after")
    def _hangs_together(self) -> Self:
        if self.enabled and not self.sources:
            raise ValueError(
                "a watched portal needs at least one [[sources]]; add one, or set enabled = false"
            )
        if not self.enabled and not self.off_because:
            raise ValueError("it is off (evidence C, or enabled = false); say why in off_because")
        self.addresses.check(self.hosts)
        for kind, url in self._addresses():
            if not self.owns(url):
                raise ValueError(f"{kind} {url} is on none of its hosts; add the host to hosts")
        for url in self.examples:
            if self.article_patterns and not self.is_article(url):
                raise ValueError(
                    f"no pattern in article_patterns matches the example {url}; mend one of them"
                )
        return self

    def _addresses(self) -> tuple[tuple[str, str], ...]:
        return (
            *(("source", source.url) for source in self.sources),
            *(("example", url) for url in self.examples),
        )

    def owns(self, url: str) -> bool:
        """Whether `url` is on one of its hosts."""
        return is_within(url, self.hosts)

    def is_article(self, url: str) -> bool:
        """Whether one of `article_patterns` is found in `url`; False for a portal without patterns."""
        return any(pattern.search(url) for pattern in self.article_patterns)

    def address_rules(self) -> AddressRules:
        """By what its addresses are told apart."""
        return self.addresses.rules(self.name, self.hosts)

    def reading_rules(self) -> ReadingRules:
        """What reading one of its article pages needs to know."""
        return ReadingRules(
            portal=self.name,
            hosts=self.hosts,
            family=self.family,
            charset=self.charset,
            selectors=self.selectors,
        )

    def list_rules(self, source: PortalSource | None, address: str = "") -> ListRules:
        """What reading the list at `source`, or a list of this portal that is no source, needs to know.

        `address` is the one of the source's addresses that was asked for, where it has several.
        """
        addresses = source.addresses() if source else {}
        return ListRules(
            article_patterns=self.article_patterns,
            hosts=self.hosts,
            charset=self.charset,
            selector=source.selector if source else None,
            page_url=addresses.get(address) or next(iter(addresses.values()), None),
            first_page=source.first_page if source else 1,
        )

    def source_at(self, address: str) -> PortalSource:
        """The source that is asked for at `address`. Raises KeyError for an address of none."""
        return {url: source for source in self.sources for url in source.addresses()}[address]

    def watched(self) -> tuple[Source, ...]:
        """Its sources that are to be looked at: none when the portal is off."""
        return self._sources(source for source in self.sources if source.is_watched)

    def walked(self) -> tuple[Source, ...]:
        """Its sources that lead back in time: lists, searches, sitemaps and list APIs with pages."""
        return self._sources(
            source
            for source in self.sources
            if source.enabled and (source.kind in ("list", "search", "sitemap") or source.page_url)
        )

    def _sources(self, sources: Iterable[PortalSource]) -> tuple[Source, ...]:
        if not self.enabled:
            return ()
        return tuple(
            Source(
                portal=self.name, url=address, kind=source.kind, host=pace_group(address), every=source.every
            )
            for source in sources
            for address in source.addresses()
        )
