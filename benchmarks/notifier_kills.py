"""Kill -9 the notifier 200 times on each database and count what was lost and what came twice.

`python -W ignore -m benchmarks.notifier_kills [KILLS]`. Each kill comes within 30 ms after a
random number of messages, none to five, have reached the receiver, which takes up to 12 ms before and after it counts one; two channels.
"""

import sys
import tempfile
import time
from pathlib import Path

from tests.databases import server_url
from tests.killing import kill_notifiers


def main(kills: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        report("sqlite", f"sqlite:///{Path(folder) / 'archive.db'}", kills)
    with server_url() as url:
        report("postgresql", url, kills)


def report(name: str, url: str, kills: int) -> None:
    began = time.monotonic()
    tally = kill_notifiers(url, kills=kills, seed=20261123)
    print(
        f"{name}: kills {tally.kills}, alerts owed {tally.owed}, messages arrived {tally.arrived}, lost {len(tally.lost)}, "
        f"unsent {tally.unsent}, repeated {len(tally.twice)} (at most {tally.most_of_one_kill} of one kill and channel), "
        f"outside the window {len(tally.unexplained)}; {time.monotonic() - began:.0f} s"
    )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 200)
