"""Run a program as if it were later: `python -m benchmarks.later SECONDS MODULE ARGUMENT…`.

The program is the one that users run, unchanged: only the wall clock of its process is moved (by time-machine, inside Python),
its steady clock and so its pace and its time-outs are not. Moving the times that the archive holds instead would need to know
each of its tables, and could not move what is counted by day and hour.
"""

import runpy
import sys
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from importlib import import_module

import time_machine


def later(seconds: float, command: Sequence[str]) -> list[str]:
    """The command line that runs `python [-P] -m MODULE …` as if it were `seconds` later; `MODULE:function` is called."""
    python, *words = command
    module = words.index("-m")
    return [python, *words[:module], "-m", "benchmarks.later", f"{seconds:.3f}", *words[module + 1 :]]


def main() -> None:
    """Move the clock and become the module."""
    _, seconds, module, *arguments = sys.argv
    then = datetime.now(UTC) + timedelta(seconds=float(seconds))
    time_machine.travel(then, tick=True).start()
    sys.argv = [module, *arguments]
    place, _, name = module.partition(":")
    if name:
        getattr(import_module(place), name)()
    else:
        runpy.run_module(module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
