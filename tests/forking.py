"""Programs as processes forked from one that has imported everything: what they do is the same, but they start at once.

Where the start itself is what a test is about, the program is started as users start it.
"""

import os
import runpy
import sys
from contextlib import chdir
from importlib import import_module
from multiprocessing import get_context
from multiprocessing.process import BaseProcess
from pathlib import Path

ROOT = Path(__file__).parent.parent


def fork(
    command: list[str], environment: dict[str, str], folder: Path, log: tuple[Path, Path]
) -> BaseProcess:
    """Begin what `python … -m MODULE ARGUMENT…` begins, in that folder; outputs go to the two files of `log`.

    `MODULE:function` is called.
    """
    processes = get_context("forkserver")
    processes.set_forkserver_preload(["tests.forked"])
    words = command[command.index("-m") + 1 :]
    child = processes.Process(target=_become, args=(words, environment, str(folder), *map(str, log)))
    with chdir(ROOT):  # From anywhere else the first of them could import nothing of ours.
        child.start()
    return child


def _become(words: list[str], environment: dict[str, str], folder: str, *log: str) -> None:
    for number, path in enumerate(log, 1):
        os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND), number)
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    sys.argv = words
    module, _, name = words[0].partition(":")
    if name:
        getattr(import_module(module), name)()
    else:
        runpy.run_module(module, run_name="__main__", alter_sys=True)
