"""When a page that is gone may be called removed, and not its whole site. Pure.

A redesign, an outage or a firewall takes every page of a site away at once. So the absence of one page is believed only once
another page, one that stood there together with it, was seen standing since.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

SEVERAL = 3
"""So many pages of a site that are gone together are a trouble of the site, where no other page can bear witness."""
TOGETHER = timedelta(days=1)
"""Pages first seen gone within so long of each other went together."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Neighbour:
    """Another archived page of the same portal, at an address that is as old as the one in question."""

    article_id: int
    site: str
    """Host name of its address."""
    stood_at: datetime | None
    """When it was last looked at, if it stood there."""
    gone_since: datetime | None
    """When it was first seen gone, if it was at its last look."""
    failures: int
    """Looks since then that told nothing."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Belief:
    """What its neighbours say of a page that is gone."""

    believed: bool
    """Whether its absence is its own."""
    ask: int | None = None
    """The neighbour whose page should be looked at, to know."""


def weigh(site: str, since: datetime, neighbours: Sequence[Neighbour], *, lists_fail: bool) -> Belief:
    """Whether a page of `site`, gone since `since`, is alone in that; `neighbours` come nearest in age first.

    Those on the same host name are heard, the others only where there are none. Where nobody is left to ask, a few pages that
    are gone are believed as long as a list of the site answers well.
    """
    heard = [one for one in neighbours if one.site == site] or list(neighbours)
    if any(one.stood_at is not None and one.stood_at >= since for one in heard):
        return Belief(believed=True)
    gone = sum(one.gone_since is not None and abs(one.gone_since - since) <= TOGETHER for one in heard)
    left = sorted((one for one in heard if one.gone_since is None), key=lambda one: one.failures)
    if not left:
        return Belief(believed=gone + 1 < SEVERAL and not lists_fail)
    # A site that is gone is not asked for one page after another.
    return Belief(believed=False, ask=left[0].article_id if gone < SEVERAL else None)
