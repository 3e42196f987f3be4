"""Record what came of sends: those of many channels that end at about the same time in one transaction."""

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from storage import Closing, Outbox, StorageError

GATHERING_SECONDS = 0.01
"""How long a receipt waits for others that are on their way: one transaction costs the disk as much as many receipts in it."""


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
        self._writing = False
        self._turn = threading.Condition()

    def record(self, closings: Sequence[Closing]) -> None:
        """Close attempts; those of alerts that another notifier took over since are left to it. Raises StorageError."""
        wish = _Wish(closings=closings)
        with self._turn:
            self._waiting.append(wish)
            # Who is written for by another goes on at once, and does not wait for the transaction after that.
            self._turn.wait_for(lambda: wish.done or not self._writing)
            is_my_turn = not wish.done
            self._writing = self._writing or is_my_turn
        if is_my_turn:
            time.sleep(GATHERING_SECONDS)
            self._write(self._all_waiting())
        if wish.error is not None:
            raise wish.error

    def _all_waiting(self) -> Sequence[_Wish]:
        with self._turn:
            wishes, self._waiting = self._waiting, []
            return wishes

    def _write(self, wishes: Sequence[_Wish]) -> None:
        error: StorageError | None = StorageError("the receipts were not recorded")
        try:
            self._outbox.close([one for wish in wishes for one in wish.closings], now=self._clock())
            error = None
        except StorageError as failure:
            error = failure
        finally:
            with self._turn:
                self._writing = False
                for wish in wishes:
                    wish.error, wish.done = error, True
                self._turn.notify_all()
