"""One spelling for matching: half-width, lower case, simplified script, every offset kept.

Matching must be blind to 緝毒 against 缉毒, ＬＳＤ against lsd and １２ against 12, yet evidence must quote the page. So each
character is replaced by exactly one character: `normalise(text)[i]` always stands for `text[i]`.
"""

import re
import unicodedata
from collections.abc import Iterable
from functools import cache

import opencc

# Where traditional and compatibility characters live: the planes OpenCC's character table covers.
_IDEOGRAPHS = ((0x3400, 0xA000), (0xF900, 0xFB00), (0x20000, 0x2FA20))
# Where NFKC or lower case can change a character that appears in Chinese news: Latin to enclosed forms, half and full width.
_SPELLINGS = ((0x41, 0x530), (0x1E00, 0x3400), (0xFE30, 0xFFF0))


def normalise(text: str) -> str:
    """The text in half-width, lower case and simplified characters; same length, same offsets."""
    return text.translate(_table())


def respell(text: str) -> str:
    """As `normalise`, but punctuation and rare ideographs stay as they are: words look the same, at a third of the time."""
    return _lettered().sub(_translated, text)


def _translated(run: re.Match[str]) -> str:
    return run[0].translate(_table())


@cache
def _lettered() -> re.Pattern[str]:
    """Runs of letters, digits and ideographs that change; the compiler keeps characters of the first plane in one bitmap."""
    codes = [code for code, char in _table().items() if code < _FIRST_PLANE and char.isalnum()]
    return re.compile("[" + "".join(map(chr, sorted(codes))) + "]+")


_FIRST_PLANE = 0x10000


@cache
def _table() -> dict[int, str]:
    """Every character that changes. One whose new form is longer than one character (㎏, ﬁ) stays as it is."""
    codes = [code for first, last in (*_SPELLINGS, *_IDEOGRAPHS) for code in range(first, last)]
    plain = {code: _plain(chr(code)) for code in codes}
    simplified = _simplify(plain.values())
    table = {code: simplified.get(char, char) for code, char in plain.items()}
    return {code: char for code, char in table.items() if char != chr(code)}


def _plain(char: str) -> str:
    for form in (unicodedata.normalize("NFKC", char), char):
        lower = form.lower()
        if len(lower) == 1:
            return lower
    return char


def _simplify(chars: Iterable[str]) -> dict[str, str]:
    """Traditional to simplified, character by character: words are left alone so that no offset moves."""
    single = sorted({char for char in chars if char.isprintable()})
    simple = opencc.OpenCC("t2s").convert("\n".join(single)).split("\n")
    return {char: new for char, new in zip(single, simple, strict=True) if len(new) == 1}
