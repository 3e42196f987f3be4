"""What keeps the archive in order while the service runs: sealing days, retiring captures."""

import threading
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from scheduler.sections import CapturesSection
from storage import Database, Retired, Sealed, StorageError, retire_captures, seal

UPKEEP_SECONDS = 600.0
"""How often to look whether a day is over and whether captures have outgrown their room."""
GIGABYTE = 1_000_000_000


def keep_in_order(
    database: Database, folder: Path, rules: CapturesSection, now: datetime
) -> tuple[tuple[Sealed, ...], Retired]:
    """Seal the days that are over, then retire what has outlived its keeping. Raises StorageError, OSError."""
    sealed = seal(database, folder, now=now)
    retired = retire_captures(
        database,
        folder,
        now=now,
        keep_days=rules.keep_days,
        max_bytes=int(rules.max_gigabytes * GIGABYTE),
    )
    return sealed, retired


def upkeep(work: Callable[[], object], stop: threading.Event, complain: Callable[[Exception], None]) -> None:
    """Do the work now and every ten minutes until `stop`; what cannot be done now is tried again."""
    while not stop.is_set():
        try:
            work()
        except (StorageError, OSError) as error:
            complain(error)
        stop.wait(UPKEEP_SECONDS)
