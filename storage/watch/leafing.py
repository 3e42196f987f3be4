"""Whether a list is read on: its next pages, as far as new items go. Pure."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta

from storage.values.model import Link

LATE = timedelta(days=2)
"""So much older than the last good look may be what appeared since: editors date back, and some lists print days only."""
MOST_WAITING = 20
"""Pages of one source that may wait for a later look."""
_TAIL = 4


def goes_on(links: Sequence[Link], new: Collection[str], last_ok_at: datetime | None) -> bool:
    """Whether the page after one with these `links` may hold new ones too; `new` are the addresses not known before.

    The end of the list tells: while it is known already, or older than the last good look, what follows was seen before. The
    first look at a source never reads on: all that is there was published before the watch.
    """
    if last_ok_at is None or not new:
        return False
    dated = [link for link in links if link.published_at is not None]
    # What stands beside a dated list (most read, pictures) has no dates.
    body = dated if 2 * len(dated) >= len(links) else links
    tail = [link for link in body[-max(1, len(body) // _TAIL) :] if link.url in new]
    if not tail:
        return False
    times = [link.published_at for link in tail if link.published_at is not None]
    return not times or max(times) >= last_ok_at - LATE


def waiting(known: Iterable[str], *, read: str = "", following: Iterable[str] = ()) -> tuple[str, ...]:
    """The pages that are still to be read: `following` before those `known`, without the one that was `read`."""
    kept = dict.fromkeys((*following, *(url for url in known if url != read)))
    return tuple(kept)[:MOST_WAITING]
