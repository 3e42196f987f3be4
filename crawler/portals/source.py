"""One place of a portal where links appear, as its file describes it; and the forms that its values have."""

import codecs
import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated, Self, TypeAlias
from urllib.parse import quote, urlsplit

from cssselect import GenericTranslator, SelectorError
from lxml import etree
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from storage import SourceKind

CHIEF_WORDS = ("禁毒", "毒品")
"""What a search asks for when its file says nothing else."""

_DURATION = re.compile(r"(\d{1,6})([smhd])")
_UNIT_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_SHORTEST, _LONGEST = timedelta(seconds=1), timedelta(days=7)


def _web_address(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.hostname or value != value.strip():
        raise ValueError(
            f"{value!r} is not a web address; write it whole, such as https://news.example/gsyw/"
        )
    return value


def _template(value: str) -> str:
    if value.count("{page}") != 1:
        raise ValueError(f"{value!r} needs {{page}} once, where the number of the page goes")
    return value


def _host(value: str) -> str:
    if value != value.lower() or re.search(r"[\s/@*]|:\d*$|^\.|\.$", value) or not value:
        raise ValueError(f"{value!r} is not a host; write it bare and in lower case, such as news.example")
    return value


def _charset(value: str) -> str:
    try:
        codecs.lookup(value)
    except LookupError:
        raise ValueError(f"{value!r} is not a charset; write a name such as utf-8 or gb18030") from None
    return value


def _duration(value: object) -> timedelta:
    if isinstance(value, timedelta):
        return value
    match = _DURATION.fullmatch(str(value))
    span = timedelta(seconds=int(match[1]) * _UNIT_SECONDS[match[2]]) if match else timedelta(0)
    if not _SHORTEST <= span <= _LONGEST:
        raise ValueError(
            f"{value!r} is not a span of 1s to 7d; write a number with s, m, h or d, such as 15m"
        )
    return span


def _selector(value: str) -> str:
    try:
        etree.XPath(value if value.startswith(("/", "./", "(")) else GenericTranslator().css_to_xpath(value))
    except (etree.XPathSyntaxError, SelectorError) as error:
        raise ValueError(
            f"{value!r} is not a selector ({error}); write CSS, or XPath that starts with /, ./ or ("
        ) from None
    return value


WebAddress: TypeAlias = Annotated[str, AfterValidator(_web_address)]
Host: TypeAlias = Annotated[str, AfterValidator(_host)]
TemplateAddress: TypeAlias = Annotated[str, AfterValidator(_web_address), AfterValidator(_template)]
Selector: TypeAlias = Annotated[str, AfterValidator(_selector)]
Year: TypeAlias = Annotated[int, Field(ge=1995, le=2100)]
Charset: TypeAlias = Annotated[str, AfterValidator(_charset)]


class Checked(BaseModel):
    """A table of a file: frozen, without keys nobody knows."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class PortalSource(Checked):
    """One place of a portal where links appear."""

    url: WebAddress
    """Its address, as a browser shows it; relative links on it are joined to it."""
    kind: SourceKind = "list"
    """`list` (an HTML page), `feed` (RSS or Atom), `json` (a list API), `sitemap` (or an index of them) or `search` (results)."""
    title: str = ""
    """The channel's own name, such as 甘肃要闻."""
    every: Annotated[timedelta, BeforeValidator(_duration)] = timedelta(minutes=15)
    """How often to look when all is well: a number with s, m, h or d, such as `15m`; 1s to 7d."""
    selector: Selector | None = None
    """CSS or XPath of the element that holds the list, for a page on which the list is not found by itself."""
    enabled: bool = True
    """False keeps a channel in the file without looking at it."""
    pages: Annotated[int, Field(ge=1, le=50)] = 3
    """The most pages of it that one look reads; further ones are read only as far as new items go."""
    page_url: TemplateAddress | None = None
    """The address of its further pages with `{page}`, for a list whose pager is not found by itself (a list API)."""
    first_page: Annotated[int, Field(ge=0, le=1)] = 1
    """The number its own page has in `page_url`, or in the address of a search: 0 or 1."""
    words: Annotated[tuple[str, ...], Field(min_length=1)] = CHIEF_WORDS
    """What a search asks for, one search each: `{query}` in its address."""
    query_charset: Charset = "utf-8"
    """How a search wants its words written: `utf-8`, or `gb2312` on older sites."""
    watched: bool | None = None
    """Whether it is looked at regularly; when absent, false for a search, which only backfills ask, and true for all else."""
    seen: Year | None = None
    """The last year in which this address is known to have worked; absent when nobody has looked."""
    note: str = ""
    """What the next reader should know."""

    @model_validator(mode="after")
    def _fits_its_kind(self) -> Self:
        if self.kind == "search":
            if "{query}" not in self.url:
                raise ValueError("the address of a search needs {query}, where the words go")
            try:
                self.addresses()
            except UnicodeEncodeError as error:
                raise ValueError(
                    f"words: {error.object!r} cannot be written in {self.query_charset}"
                ) from None
        elif "{" in self.url:
            raise ValueError(
                f"{self.url}: only a search has places to fill in; write further pages in page_url"
            )
        return self

    @property
    def is_watched(self) -> bool:
        """Whether it is looked at regularly."""
        return self.enabled and (self.kind != "search" if self.watched is None else self.watched)

    def addresses(self) -> Mapping[str, str | None]:
        """What is asked for: its own address, or one for each word of a search; each with its `page_url`."""
        if self.kind != "search":
            return {self.url: self.page_url}
        templates = (
            self.url.replace("{query}", quote(word, encoding=self.query_charset, errors="strict"))
            for word in self.words
        )
        return {
            template.replace("{page}", str(self.first_page)): template if "{page}" in template else None
            for template in templates
        }
