"""Take out what copying machines put between the characters of a text, and remember where everything stood.

Some mirrors print the reading behind every converted character: 據(jù)統(tǒng)計(jì). With the readings taken out the words are whole
again; places in the squeezed text lead back to the page, so that evidence still quotes it.
"""

import re
from bisect import bisect_right
from dataclasses import dataclass

_READING = re.compile(r"(?<=[㐀-鿿])\([a-zāáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜü]{1,6}\)")
_FROM = 3
"""A text with fewer readings is not such a copy."""


@dataclass(frozen=True, slots=True)
class Squeezed:
    """A text without the readings."""

    plain: str
    _starts: tuple[int, ...] = (0,)
    """Where each piece that was kept begins in `plain`, and by how much it was moved."""
    _moved: tuple[int, ...] = (0,)

    def place(self, at: int) -> int:
        """Where the character at a place of `plain` stood in the page."""
        return at + self._moved[bisect_right(self._starts, at) - 1]

    def end(self, at: int) -> int:
        """Where a stretch that ends before `at` ended in the page."""
        return self.place(at - 1) + 1 if at else 0


def squeeze(plain: str) -> Squeezed:
    """The normalised text without readings in brackets. Linear in its length."""
    readings = list(_READING.finditer(plain)) if "(" in plain else []
    if len(readings) < _FROM:
        return Squeezed(plain)
    pieces, starts, moved = [], [], []
    length = taken = at = 0
    for reading in readings:
        pieces.append(plain[at : reading.start()])
        starts.append(length)
        moved.append(taken)
        length += reading.start() - at
        taken += reading.end() - reading.start()
        at = reading.end()
    return Squeezed("".join([*pieces, plain[at:]]), (*starts, length), (*moved, taken))
