"""What keeps the archive in order while the service runs: sealing days, forgetting what need not be kept."""

import threading
from collections.abc import Callable, Mapping
from datetime import datetime

from scheduler.config import Config
from storage import (
    SHANGHAI,
    Database,
    Ledger,
    Retention,
    Retired,
    Sealed,
    StorageError,
    forget,
    retire_captures,
    seal,
)

UPKEEP_SECONDS = 600.0
"""How often to look whether a day is over and whether captures have outgrown their room."""
GIGABYTE = 1_000_000_000


DAILY = "upkeep"
"""The beat by which processes know that the day's work is done."""


def keep_in_order(database: Database, config: Config, now: datetime) -> tuple[Sealed, ...]:
    """Seal the days that are over; once a day, forget what has outlived its keeping. Raises StorageError, OSError."""
    sealed = seal(database, config.captures_folder, now=now)
    ledger = Ledger(database)
    last = ledger.beats().get(DAILY)
    if last is None or last.at.astimezone(SHANGHAI).date() < now.astimezone(SHANGHAI).date():
        prune_archive(database, config, now)
        ledger.beat(DAILY, now=now, detail=f"{len(sealed)} sealed")
    return sealed


def prune_archive(database: Database, config: Config, now: datetime) -> tuple[Mapping[str, int], Retired]:
    """Forget what the settings say need not be kept; how many of each kind. Raises StorageError, OSError."""
    kept, captures = config.archive, config.captures
    retention = Retention(
        irrelevant_texts=kept.keep_irrelevant_days,
        receipts=kept.keep_receipts_days,
        coverage=kept.keep_coverage_days,
        runs=kept.keep_runs_days,
    )
    retired = retire_captures(
        database,
        config.captures_folder,
        now=now,
        keep_days=captures.keep_days,
        max_bytes=int(captures.max_gigabytes * GIGABYTE),
    )
    return forget(database, retention, now=now), retired


def upkeep(
    database: Database, config: Config, stop: threading.Event, complain: Callable[[Exception], None]
) -> None:
    """Keep the archive in order now and every ten minutes until `stop`; what cannot be done now is tried again."""
    while not stop.is_set():
        try:
            keep_in_order(database, config, datetime.now(SHANGHAI))
        except (StorageError, OSError) as error:
            complain(error)
        stop.wait(UPKEEP_SECONDS)
