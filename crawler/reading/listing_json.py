"""JSON list APIs → a listing: the array whose elements have an address and a title is found by its shape, not by its name."""

import json
import re
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from html import unescape
from itertools import islice
from typing import Any, TypeAlias

from crawler.reading.anchors import absolute
from crawler.reading.dates import Moment, exact
from crawler.reading.document import squeeze
from crawler.reading.listdates import listed_at
from crawler.reading.page import Listing, ListRules, Page
from crawler.reading.sifting import Entry, is_pattern_match, listing_of
from storage import SHANGHAI

Value: TypeAlias = Any
"""Whatever JSON holds."""

# A callback or an assignment around the value: `show({...});`, `var list = [...]`.
_WRAPPED = re.compile(r"^\s*(?:/\*\*/)?\s*(?:(?:var|let|const)\s+)?[\w$.]{1,60}\s*(?:\(|=)\s*(?=[\[{])")
# What a page of an application is made from: a whole script of JSON, or `window.name = {...}`.
_STATE = re.compile(r"^\s*(?=[\[{])|^\s*(?:(?:var|let|const)\s+)?[\w$.]{1,60}\s*=\s*(?=[\[{])")
_TAG = re.compile(r"<[^<>]{0,500}>")
_URL_KEY = re.compile(r"url|link|href|address|path", re.IGNORECASE)
_NOT_URL_KEY = re.compile(
    r"img|image|pic|thumb|cover|logo|icon|avatar|video|audio|share|source|author|comment|app|mobile|wap|list|channel|more",
    re.IGNORECASE,
)
_TITLE_KEYS = (
    "title",
    "headline",
    "doctitle",
    "newstitle",
    "articletitle",
    "listtitle",
    "name",
    "subject",
    "topic",
)
_TIME_KEY = re.compile(r"pub|time|date|ptime|ctime|created|release|issue", re.IGNORECASE)
_LATER_KEY = re.compile(r"upd|modif|expire|end|edit", re.IGNORECASE)
_PICTURE = re.compile(r"\.(?:jpe?g|png|gif|webp|bmp|svg|mp4|mp3|m3u8)(?:$|\?)", re.IGNORECASE)
_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_MOST_VALUES = 400_000
_MOST_ARRAYS = 2_000
_MOST_ITEMS = 5_000
_DEEPEST_ITEM = 3
_OLDEST = datetime(1995, 1, 1, tzinfo=SHANGHAI)


def read_json(text: str, page: Page, rules: ListRules) -> Listing:
    """Read a list API. Outcomes: `ok`, `empty_list` (an empty array and nothing else), `layout` (no such array)."""
    try:
        whole = json.loads(_unwrapped(text.strip()))
    except RecursionError:
        return Listing(outcome="layout", detail="the JSON is nested too deeply to be a list")
    except ValueError as error:
        kind = "an HTML page" if text.startswith("<") else f"no JSON ({error})"
        return Listing(
            outcome="layout", detail=f"{kind} where a JSON list should be; see kind in the portal's file"
        )
    arrays = list(islice(_arrays(whole), _MOST_ARRAYS))
    candidates = [_entries(array, page, rules) for array in arrays]
    best = max(candidates, key=_worth, default=[])
    if best:
        return listing_of(best, rules, page.fetched_at.astimezone(SHANGHAI).date())
    if arrays and not any(arrays):
        return Listing(outcome="empty_list", detail="a list API without entries")
    return Listing(outcome="layout", detail="no array in it has elements with an address and a title")


def entries_in_scripts(scripts: Iterable[str], page: Page, rules: ListRules) -> list[Entry]:
    """What the pages of applications carry in a script instead of links: the best array of articles in any of them."""
    found: list[Entry] = []
    for script in scripts:
        start = _STATE.search(script)
        if start is None:
            continue
        try:
            whole, _ = json.JSONDecoder().raw_decode(script, start.end())
        except (RecursionError, ValueError):
            continue
        arrays = islice(_arrays(whole), _MOST_ARRAYS)
        found = max([found, *(_entries(array, page, rules) for array in arrays)], key=_worth)
    return found


def _unwrapped(text: str) -> str:
    match = _WRAPPED.match(text)
    return text[match.end() :].rstrip().rstrip(";").rstrip().removesuffix(")") if match else text


def _arrays(whole: Value) -> Iterator[list[Value]]:
    """Every array in the value, outer ones first; elements are objects or the array is empty."""
    queue: list[Value] = [whole]
    for seen, value in enumerate(queue):
        if seen > _MOST_VALUES:
            return
        if isinstance(value, list):
            if all(isinstance(element, dict) for element in value):
                yield value
            queue.extend(element for element in value if isinstance(element, (dict, list)))
        elif isinstance(value, dict):
            queue.extend(element for element in value.values() if isinstance(element, (dict, list)))


def _worth(entries: list[Entry]) -> float:
    """How much of a list of articles it is: many entries, named like headlines rather than channels, dated."""
    named = sum(min(len(entry.title), 20) for entry in entries)
    return named + 10.0 * sum(entry.moment is not None for entry in entries)


def _entries(array: list[Value], page: Page, rules: ListRules) -> list[Entry]:
    return [entry for item in array[:_MOST_ITEMS] if (entry := _entry(item, page, rules)) is not None]


def _entry(item: Value, page: Page, rules: ListRules) -> Entry | None:
    fields = list(_fields(item))
    url = _address(fields, page.url, rules)
    title = _title(fields)
    if url is None or not title:
        return None
    return Entry(url, title, _moment(fields, page.fetched_at))


def _fields(item: Value) -> Iterator[tuple[str, Value]]:
    """The scalar fields of an element, its own before those of objects inside it."""
    level: list[Value] = [item]
    for _ in range(_DEEPEST_ITEM):
        deeper: list[Value] = []
        for value in level:
            for name, inner in value.items():
                if isinstance(inner, dict):
                    deeper.append(inner)
                elif isinstance(inner, (str, int, float)) and not isinstance(inner, bool):
                    yield name, inner
        level = deeper


def _address(fields: list[tuple[str, Value]], base: str, rules: ListRules) -> str | None:
    found: list[tuple[int, str]] = []
    for name, value in fields:
        if not isinstance(value, str) or not _is_address(name, value):
            continue
        url = absolute(value, base)
        if url is not None and not _PICTURE.search(url):
            found.append((_trust(name, url, rules), url))
    return max(found, key=lambda pair: pair[0])[1] if found else None


def _is_address(name: str, value: str) -> bool:
    value = value.strip()
    whole = value.startswith(("http://", "https://", "//"))
    return whole or (bool(_URL_KEY.search(name)) and ("/" in value or ".htm" in value) and " " not in value)


def _trust(name: str, url: str, rules: ListRules) -> int:
    plain = bool(_URL_KEY.search(name)) and not _NOT_URL_KEY.search(name)
    return 4 * is_pattern_match(url, rules) + 2 * plain + (not _NOT_URL_KEY.search(name))


def _title(fields: list[tuple[str, Value]]) -> str:
    named = {
        name.lower().replace("_", ""): value for name, value in reversed(fields) if isinstance(value, str)
    }
    for key in _TITLE_KEYS:
        title = squeeze(_TAG.sub("", unescape(named.get(key, ""))))
        if title:
            return title[:300]
    texts = [squeeze(_TAG.sub("", unescape(value))) for value in named.values() if _CHINESE.search(value)]
    return max((text for text in texts if 6 <= len(text) <= 80), key=len, default="")


def _moment(fields: list[tuple[str, Value]], now: datetime) -> Moment | None:
    named = [(name, value) for name, value in fields if _TIME_KEY.search(name)]
    for _, value in sorted(named, key=lambda pair: bool(_LATER_KEY.search(pair[0]))):
        moment = _epoch(value, now) or (_printed(value, now) if isinstance(value, str) else None)
        if moment is not None:
            return moment
    return None


def _printed(value: str, now: datetime) -> Moment | None:
    return (exact(value, latest=now) or listed_at(value, now=now)) if len(value) <= 40 else None


def _epoch(value: Value, now: datetime) -> Moment | None:
    """Seconds or milliseconds since 1970, as a number or as digits."""
    digits = str(value).partition(".")[0].strip()
    if not re.fullmatch(r"\d{9,10}|\d{12,13}", digits):
        return None
    seconds = int(digits) / (1000 if len(digits) > 10 else 1)
    at = datetime.fromtimestamp(seconds, SHANGHAI)
    return Moment(at, "minute", 0, 0) if _OLDEST <= at <= now + timedelta(days=1) else None
