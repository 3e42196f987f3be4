"""From text to the set of terms it is found by.

A term is one CJK character, two adjacent ones, or one word of other letters and digits. Letters are folded first:
compatibility forms and accents removed, lower case, traditional characters to simplified ones, each by itself and
not by context, so that text and query always fold alike. The folded text may be shorter or longer than the
original; `Folded` knows where each of its characters came from.
"""

import hashlib
import re
import unicodedata
import zlib
from collections.abc import Collection
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from operator import add

import opencc

TERMS_VERSION = 1
"""To be raised with every change of the rules here; together with `folding_digest` it names an index."""

_IDEOGRAPHS = "\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003ffff"
CJK = f"々〆〇ぁ-ゖァ-ヺー{_IDEOGRAPHS}"
"""What is written without blanks, as the inside of a character class."""
_RUN = re.compile(f"[{CJK}]+|[^\\W_{CJK}]+")
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_IS_CJK = re.compile(f"[{CJK}]")


@dataclass(frozen=True, slots=True)
class Folded:
    """A folded text and, for each of its characters, the offset of the original one."""

    text: str
    starts: tuple[int, ...] | None
    """None: every character is where it was."""

    def original(self, start: int, end: int) -> tuple[int, int]:
        """The span of the original text that was folded to `[start:end]`, which must not be empty."""
        if self.starts is None:
            return start, end
        return self.starts[start], self.starts[end - 1] + 1


def storable(text: str) -> str:
    """Replace what PostgreSQL or UTF-8 cannot hold (NUL, lone surrogates), one character by one.

    Offsets into the text stay true.
    """
    return _UNSTORABLE.sub("\ufffd", text)


def fold(text: str) -> str:
    """`text` with all differences removed that a reader does not mean."""
    for mark, folded in _COMMAS:
        text = text.replace(mark, folded)
    return _replace(text, set(_changing().findall(text)))


def fold_with_offsets(text: str) -> Folded:
    """`fold` of all but the commonest punctuation, with the way back to the original offsets."""
    changing = set(_changing_letters().findall(text))
    if not changing:
        return Folded(text, None)
    folded = _replace(text, changing)
    if _FOLDING.uneven.isdisjoint(changing):
        return Folded(folded, None)
    return Folded(folded, tuple(at for at, char in enumerate(text) for _ in _FOLDING[ord(char)]))


def runs(folded: str) -> list[str]:
    """The stretches of CJK characters and the words of a folded text, in order."""
    return _RUN.findall(folded)


def is_cjk(run: str) -> bool:
    """Whether a run is one of CJK characters."""
    return _IS_CJK.match(run) is not None


def is_cjk_word(folded: str) -> bool:
    """Whether a folded text is one run of CJK characters."""
    return is_cjk(folded) and runs(folded) == [folded]


def terms(text: str) -> frozenset[str]:
    """The terms of a text."""
    found: set[str] = set()
    for run in set(runs(fold(text))):
        if is_cjk(run):
            found.update(run)
            found.update(map(add, run, run[1:]))
        else:
            found.add(run)
    return frozenset(found)


def words_of_article(title: str, subtitle: str, text: str) -> str:
    """The words an article is found by, folded."""
    return fold("\n".join((title, subtitle, text)))


def terms_of_article(title: str, subtitle: str, text: str) -> frozenset[str]:
    """The terms an article is found by."""
    return terms("\n".join((title, subtitle, text)))


def terms_of_run(run: str) -> tuple[str, ...]:
    """The terms that must all be there for a run to be there; enough by themselves up to two characters."""
    if not is_cjk(run) or len(run) <= 2:
        return (run,)
    return tuple(dict.fromkeys(a + b for a, b in pairwise(run)))


def has_own_code(term: str) -> bool:
    """Whether no other term has the same `term_code`: common ideographs and pairs of them."""
    return all("\u3400" <= char <= "\u9fff" for char in term)


def term_code(term: str) -> int:
    """A term as a 32-bit signed integer for indexes over numbers; see `has_own_code`."""
    if has_own_code(term):
        first, second = ord(term[0]) - 0x3400, ord(term[1]) - 0x3400 + 1 if len(term) == 2 else 0
        return first << 15 | second
    return -(zlib.crc32(term.encode("utf-8", "replace")) >> 1) - 1


@cache
def folding_digest() -> str:
    """What the folding does to every ideograph, in 16 characters: it may change with the library's tables."""
    table = "".join(fold(chr(code)) for code in (*range(0x3400, 0xA000), *range(0xF900, 0xFB00)))
    return hashlib.blake2b(f"{TERMS_VERSION} {table}".encode(), digest_size=8).hexdigest()


class _Folding(dict[int, str]):
    """The folding of each character, worked out when it is first met."""

    def __init__(self) -> None:
        super().__init__()
        self.uneven: set[str] = set()
        """Those met that fold to none or to several characters."""

    def __missing__(self, code: int) -> str:
        self[code] = folded = _fold_one(chr(code))
        if len(folded) != 1:
            self.uneven.add(chr(code))
        return folded


def _fold_one(char: str) -> str:
    parts = unicodedata.normalize("NFKD", storable(char))
    kept = (c for c in parts if unicodedata.category(c) not in ("Mn", "Me", "Cf"))
    return "".join(_SIMPLIFIED.convert(c) if c > "\u2e7f" else c.lower() for c in kept)


@cache
def _changing() -> re.Pattern[str]:
    """The characters whose folding may be another: all but most ideographs and most of ASCII.

    To find them is five times as quick as to look up the folding of each character of a text.
    """
    # One by line, so that each is converted by itself; ideographs of this block have no other compatibility form.
    block = "\n".join(map(chr, range(0x4E00, 0xA000)))
    lines = zip(block.split("\n"), _SIMPLIFIED.convert(block).split("\n"), strict=True)
    same = "".join(char for char, simplified in lines if char == simplified)
    same += "".join(char for char in "。、“”‘’《》…—·" if _fold_one(char) == char)
    return re.compile(f"[^\n -@\\[-~{same}]")


@cache
def _changing_letters() -> re.Pattern[str]:
    return re.compile(f"{_changing().pattern[:-1]}{''.join(mark for mark, _ in _COMMAS)}]")


def _replace(text: str, changing: Collection[str]) -> str:
    """The text with these of its characters folded; all others stay as they are."""
    if len(changing) > _FEW:
        return _changing().sub(lambda found: _FOLDING[ord(found[0])], text)
    # What a character folds to is never folded again.
    for char in changing:
        text = text.replace(char, _FOLDING[ord(char)])
    return text


_SIMPLIFIED = opencc.OpenCC("t2s")
_FOLDING = _Folding()
_COMMAS = tuple(zip("，：；！？（）", ",:;!?()", strict=True))
"""What every sentence has, replaced without looking whether it does."""
_FEW = 12
"""Up to so many characters are replaced one by one: quicker than by looking at each place."""
