"""Template families as data: how the pages of the common content management systems are built."""

from crawler.families.loading import Family, load_families

__all__ = ["Family", "load_families"]
