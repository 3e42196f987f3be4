"""A year of invented news on fourteen portals of nine kinds: drawn from words and seeds, a day at a time, when it is asked for."""

from crawler.replica.year.papers import PORTALS_DIR, load_papers
from crawler.replica.year.world import DAYS, Year

__all__ = ["DAYS", "PORTALS_DIR", "Year", "load_papers"]
