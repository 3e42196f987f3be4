"""Who holds a lease: names of processes, and whether the process of a name is dead."""

import os
import socket
from contextlib import suppress
from pathlib import Path

UNKNOWN_START = "0"


def own_name() -> str:
    """This process as an owner: host, process id, and when it started, so that a reused id is told apart."""
    return f"{socket.gethostname()}:{os.getpid()}:{_start(os.getpid())}"


def is_dead(owner: str) -> bool:
    """Whether the owner was a process of this machine that is gone; False whenever that is not certain."""
    host, _, rest = owner.partition(":")
    number, _, start = rest.partition(":")
    if host != socket.gethostname() or not number.isdigit():
        return False
    if not _is_alive(int(number)):
        return True
    return bool(start) and start != UNKNOWN_START and start != _start(int(number))


def _is_alive(number: int) -> bool:
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _start(number: int) -> str:
    """When a process started, in clock ticks since boot; `0` where the system does not tell."""
    with suppress(OSError):
        # The name in brackets may hold spaces; the start time is the 20th field after it.
        return Path(f"/proc/{number}/stat").read_text("utf-8", "replace").rpartition(")")[2].split()[19]
    return UNKNOWN_START
