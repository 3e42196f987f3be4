"""How much one reader may ask: a bucket that fills with time. Pure; `now` is an argument, in seconds."""

from collections import OrderedDict
from dataclasses import dataclass

MOST_READERS = 10_000
"""Readers remembered; those that asked longest ago are forgotten, which only ever allows more."""


@dataclass(kw_only=True, slots=True)
class _Bucket:
    filled: float
    at: float


class Allowance:
    """Buckets of one minute's requests, one a reader."""

    def __init__(self, per_minute: int) -> None:
        self._size = float(per_minute)
        self._buckets: OrderedDict[str, _Bucket] = OrderedDict()

    def wait(self, reader: str, now: float) -> float:
        """Take one request; 0 when it is allowed, else the seconds until one would be."""
        bucket = self._buckets.pop(reader, None) or _Bucket(filled=self._size, at=now)
        rate = self._size / 60
        bucket.filled = min(self._size, bucket.filled + max(0.0, now - bucket.at) * rate)
        bucket.at = now
        self._buckets[reader] = bucket
        while len(self._buckets) > MOST_READERS:
            self._buckets.popitem(last=False)
        if bucket.filled < 1:
            return (1 - bucket.filled) / rate
        bucket.filled -= 1
        return 0.0
