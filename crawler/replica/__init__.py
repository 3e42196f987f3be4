"""A small web of invented provincial portals on loopback: for the demo, the tests and the benchmarks."""

from crawler.replica.breakages import BreakageKind
from crawler.replica.families import Report
from crawler.replica.faults import Fault, FaultKind, Weather
from crawler.replica.requests import Request
from crawler.replica.server import Replica
from crawler.replica.site import Edit, Reprint, Story

__all__ = [
    "BreakageKind",
    "Edit",
    "Fault",
    "FaultKind",
    "Replica",
    "Report",
    "Reprint",
    "Request",
    "Story",
    "Weather",
]
