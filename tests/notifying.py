"""A notifier to kill: `python -m tests.notifying ARCHIVE CHANNEL POINT` sends what is owed and dies at POINT."""

import os
import signal
import sys
from datetime import datetime, timedelta

from scheduler.alerts.channels import Channel
from scheduler.alerts.delivery import Notifier, NotifierSettings
from scheduler.alerts.messages import Message
from scheduler.alerts.wording import load_wording
from storage import SHANGHAI, Archive, Database, Ledger, Outbox, Receipt, open_database


class Mortal(Channel):
    """A channel whose process is killed before the request is written, or after the answer was read."""

    point = ""

    def send(self, message: Message, *, now: datetime) -> Receipt:
        if self.point == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        receipt = super().send(message, now=now)
        if self.point == "after":
            os.kill(os.getpid(), signal.SIGKILL)
        return receipt


def notifier(database: Database, channels: dict[str, Channel], *, ahead: timedelta = timedelta()) -> Notifier:
    """A notifier whose clock is `ahead` of ours."""
    return Notifier(
        outbox=Outbox(database),
        archive=Archive(database),
        ledger=Ledger(database),
        channels=channels,
        settings=NotifierSettings(
            owner=f"test:{os.getpid()}",
            clock=lambda: datetime.now(SHANGHAI) + ahead,
            wording=load_wording(),
            poll_seconds=0.05,
            lease_seconds=60,
            send_seconds=5,
        ),
    )


def main(url: str, address: str, point: str) -> None:
    with open_database(url) as database:
        channel = Mortal("group", address, timeout_seconds=5)
        channel.point = point
        sender = notifier(database, {"group": channel})
        sender.deliver_some()
        sender.wait_idle(within=timedelta(seconds=30))


if __name__ == "__main__":
    main(*sys.argv[1:])
