"""Reading pages: bytes and an address in, an article or a list of links out. Pure; import names from here only."""

from crawler.reading.article import read_page
from crawler.reading.decoding import Decoded, decode
from crawler.reading.lists import read_list
from crawler.reading.page import Listing, ListOutcome, ListRules, Page, PageOutcome, Reading, ReadingRules

__all__ = [
    "Decoded",
    "ListOutcome",
    "ListRules",
    "Listing",
    "Page",
    "PageOutcome",
    "Reading",
    "ReadingRules",
    "decode",
    "read_list",
    "read_page",
]
