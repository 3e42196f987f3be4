"""How soon a frozen list is told: a portal whose one list stops changing while its other list goes on.

    python -m benchmarks.frozen [--days 4] [--step 2]

Real crawls of the replica's year, with only the wall clock moved. Silence is told against the list's own rhythm, so some days of
history come first; then the list freezes, and the watch is asked after every look. Prints the hours from the freeze to the
finding, and whether anything was said before. About three minutes.
"""

import argparse
import json
import tempfile
from datetime import timedelta
from pathlib import Path

from benchmarks.simulation import Simulation, next_noon
from crawler.replica import Replica

PORTAL, FROZEN = "heshuo", "www.heshuo.example"
PATIENCE = 60


def codes(simulation: Simulation) -> set[str]:
    """What is said of the portal now."""
    found = json.loads(simulation.ask("status", "--json").stdout)["findings"]
    return {finding["code"] for finding in found if finding["subject"].startswith(PORTAL)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--days", type=int, default=4)
    parser.add_argument("--step", type=int, default=2, help="hours between two looks")
    options = parser.parse_args()
    step = timedelta(hours=options.step)
    with tempfile.TemporaryDirectory() as folder, Replica(world="year", now=next_noon()) as replica:
        simulation = Simulation(replica, Path(folder), url=str(Path(folder) / "a.db"), only=[PORTAL])
        try:
            for _ in range(timedelta(days=options.days) // step):
                simulation.run_pass()
                simulation.advance(step)
            print(
                f"after {options.days} days, before the freeze: {sorted(codes(simulation)) or 'nothing said'}"
            )
            replica.change(FROZEN, "list_frozen")
            for look in range(1, PATIENCE + 1):
                simulation.run_pass()
                if said := codes(simulation):
                    print(
                        f"told {sorted(said)} at look {look}, {look * options.step - options.step} h after the freeze"
                    )
                    return
                simulation.advance(step)
            print(f"not told within {PATIENCE} looks")
        finally:
            simulation.close()


if __name__ == "__main__":
    main()
