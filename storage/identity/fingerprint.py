"""When two addresses are one page, and two texts one text."""

import hashlib
import re
from collections.abc import Collection
from urllib.parse import SplitResult, parse_qsl, quote, unquote, urlencode, urlsplit

from storage.identity.addresses import NAME, AddressBook, House, plain_path, without_doors
from storage.search.terms import fold, storable

NO_RULES = AddressBook()
"""For addresses of no portal in particular."""
SHORTEST_TEXT = 50
"""Letters a text needs to have an identity: shorter ones (notices, captions) repeat by chance."""
LONGEST_KEY = 500
"""Bytes of a key; a longer one is cut and ends in a digest, since indexes refuse keys of some kilobytes."""

# What share buttons, counters and chat programs append; nothing of it chooses the page.
_NOISE = re.compile(
    r"utm_\w+|spm(_id_from)?|scm|from|share\w*|isappinstalled|nsukey|tt_from|fbclid|gclid|pcview|m-page"
    r"|bsh_bid|timestamp|_t|wxshare_count|weixin\w*|ivk_sa"
)
_NOISE_VALUES = {("type", "mobile"), ("t", "true")}
_GATEWAY = re.compile(r"/gate/big5/([^/]+\.[^/]+)(/.*)?")
_LETTERS = re.compile(r"[\W_]+")
_SHORTENED = re.compile(r"\.\.\.[0-9a-f]{32}$")
_SAFE = "!$&'()*+,;=:@~"


def url_key(url: str, book: AddressBook = NO_RULES) -> str:
    """The identity of an address: equal for all usual ways to write one page's address.

    Scheme, letter case of the host, default port, sub-hosts that are doors to the same pages, doubled slashes,
    `index.html`, fragment, order of parameters and what share buttons append do not count. A fragment that begins
    with `/` or `!` and goes on names a page of its own and does. Where `book` knows the host, its portal's rules hold
    besides. Applied to a key it gives that key. What is no address is its own key.
    """
    url = storable(url.strip())
    if _SHORTENED.search(url):
        return url
    try:
        parts = urlsplit(url if "://" in url else f"//{url}")
        host, port = "".join((parts.hostname or "").split()), parts.port
    except ValueError:
        return _shortened(url)
    if gateway := _GATEWAY.fullmatch(parts.path):
        return url_key(f"{gateway[1]}{gateway[2] or '/'}{'?' + parts.query if parts.query else ''}", book)
    place, number = without_doors(host), f":{port}" if port not in (None, 80, 443) else ""
    if (found := book.house_of(place)) is not None:
        return _shortened(_by_rules(parts, found[1].host(place, found[0]), number, found[1]))
    return _shortened(f"{place}{number}{_path(parts)}{_query(parts)}{_fragment(parts)}")


def _by_rules(parts: SplitResult, place: str, number: str, house: House) -> str:
    path = _path(parts)
    if not path.startswith(NAME):
        path = house.path(path)
        if (name := house.named(path)) is not None:
            return f"{place if house.rules.keep_host else house.domain}{number}{name}"
    return f"{place}{number}{path}{_query(parts, house.rules.query)}{_fragment(parts)}"


def names_a_page(key: str) -> bool:
    """Whether a key can be that of one article: front and list pages carry no number, articles do."""
    return any(char.isdigit() for char in key.partition("/")[2])


def text_hash(text: str) -> str | None:
    """The identity of a text, or None for one too short (fewer than 50 letters) to have one.

    Only letters and digits count, folded as in search: reprints differ in blanks, punctuation and script.
    """
    letters = _LETTERS.sub("", fold(text))
    if len(letters) < SHORTEST_TEXT:
        return None
    return hashlib.blake2b(letters.encode("utf-8", "replace"), digest_size=16).hexdigest()


def _path(parts: SplitResult) -> str:
    path = quote(unquote(parts.path, errors="surrogateescape"), safe=f"/{_SAFE}", errors="surrogateescape")
    return plain_path(path)


def _query(parts: SplitResult, counting: Collection[str] | None = None) -> str:
    pairs = parse_qsl(parts.query, keep_blank_values=True, errors="surrogateescape")
    kept = sorted(p for p in pairs if not _NOISE.fullmatch(p[0].lower()) and p not in _NOISE_VALUES)
    if counting is not None:
        kept = [pair for pair in kept if pair[0] in counting]
    return f"?{urlencode(kept, errors='surrogateescape')}" if kept else ""


def _fragment(parts: SplitResult) -> str:
    return f"#{parts.fragment}" if len(parts.fragment) > 2 and parts.fragment[0] in "/!" else ""


def _shortened(key: str) -> str:
    data = key.encode("utf-8", "surrogatepass")
    if len(data) <= LONGEST_KEY:
        return key
    digest = hashlib.blake2b(data, digest_size=16).hexdigest()
    return f"{data[: LONGEST_KEY - 40].decode('utf-8', 'ignore')}...{digest}"
