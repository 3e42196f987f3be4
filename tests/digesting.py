"""A notifier to kill in a long list: `python -m tests.digesting ARCHIVE CHANNEL POINT PART` dies at POINT of a PART."""

import os
import signal
import sys
from dataclasses import replace
from datetime import datetime, timedelta

from scheduler.alerts.channels import Channel
from scheduler.alerts.fitting import Part, split
from scheduler.alerts.messages import Message
from storage import Database, Receipt, open_database
from tests.notifying import notifier


class Narrow(Channel):
    """A channel that takes a few alerts in a message, and whose process may be killed around one of them."""

    point = ""
    part = 0

    def split(self, message: Message) -> tuple[Part, ...]:
        return split(message, replace(self.limit, total=900))

    def send(self, message: Message, *, now: datetime) -> Receipt:
        self.part -= 1
        if self.part == 0 and self.point == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        receipt = super().send(message, now=now)
        if self.part == 0 and self.point == "after":
            os.kill(os.getpid(), signal.SIGKILL)
        return receipt


def send_list(database: Database, channel: Narrow, *, ahead: timedelta = timedelta()) -> None:
    """Send what is owed, by a clock that is `ahead` of ours."""
    sender = notifier(database, {"group": channel}, ahead=ahead)
    sender.deliver_some()
    sender.wait_idle(within=timedelta(seconds=60))


def main(url: str, address: str, point: str, part: str) -> None:
    with open_database(url) as database:
        channel = Narrow("group", address, timeout_seconds=5)
        channel.point, channel.part = point, int(part)
        send_list(database, channel)


if __name__ == "__main__":
    main(*sys.argv[1:])
