"""Ask the archive how the service fares."""

import shutil
from datetime import datetime, timedelta
from pathlib import Path

from scheduler.health import RELOOKS_LATE_AFTER, Vitals
from storage import Database, Ledger, Outbox, Revisits, capture_totals

WAITING_SHOWN = 500


def gather(database: Database, now: datetime, *, channels: int, tick: float) -> Vitals:
    """What the archive says about the service now."""
    ledger, outbox = Ledger(database), Outbox(database)
    return Vitals(
        now=now,
        beats=ledger.beats(),
        sources=ledger.sources(),
        outbox=outbox.counts(),
        waiting=outbox.rows("pending", WAITING_SHOWN) + outbox.rows("sending", WAITING_SHOWN),
        tick=timedelta(seconds=tick),
        channels=channels,
        rhythms=ledger.rhythms(now),
        qualities=ledger.qualities(now),
        captures=capture_totals(database),
        later=Revisits(database).later_looks(now, late_after=RELOOKS_LATE_AFTER),
        disk_free=disk_free(database.url),
    )


def disk_free(url: str) -> int | None:
    """Bytes free where the archive's file is; None for a server, or when the disk cannot be asked."""
    place = url.removeprefix("sqlite:///")
    try:
        return None if place == url else shutil.disk_usage(Path(place).parent).free
    except OSError:
        return None
