"""Record what came of sends: those of many channels that end at about the same time in one transaction."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from storage import Closing, Outbox, StorageError


@dataclass(kw_only=True)
class _Wish:
    """What one thread wants recorded, and what became of that."""

    closings: Sequence[Closing]
    done: bool = False
    error: StorageError | None = None


class Recorder:
    """Whoever comes while a transaction is under way waits, and the next one writes for all who wait.

    `record` returns only when its receipts are on disk: a channel has at most one message in flight that a crash repeats.
    """

    def __init__(self, outbox: Outbox, clock: Callable[[], datetime]) -> None:
        self._outbox = outbox
        self._clock = clock
        self._waiting: list[_Wish] = []
        self._list = threading.Lock()
        self._writing = threading.Lock()

    def record(self, closings: Sequence[Closing]) -> None:
        """Close attempts; those of alerts that another notifier took over since are left to it. Raises StorageError."""
        wish = _Wish(closings=closings)
        with self._list:
            self._waiting.append(wish)
        with self._writing:
            if not wish.done:
                self._write()
        if wish.error is not None:
            raise wish.error

    def _write(self) -> None:
        with self._list:
            wishes, self._waiting = self._waiting, []
        error = None
        try:
            self._outbox.close([one for wish in wishes for one in wish.closings], now=self._clock())
        except StorageError as failure:
            error = failure
        for wish in wishes:
            wish.error, wish.done = error, True
