"""What became of a text between two versions of it, for a person to read. Pure.

Sentences are matched first, then the letters of those that were reworded. A sentence that only stands elsewhere is moved, not
removed and added. Numbers and Latin words are changed whole: 96万 → 106万, never 1 and 0 among what stayed.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from typing import Literal, TypeAlias

PieceKind: TypeAlias = Literal["same", "removed", "added"]
SentenceKind: TypeAlias = Literal["same", "changed", "removed", "added", "moved"]

MOST_SENTENCES = 3_000
"""Of a text longer than this only the first so many sentences are compared: it is a table, not a report."""
LONGEST_SENTENCE = 2_000
"""Characters; a longer one is removed and added whole."""
ALIKE = 0.4
"""Two sentences with this share of letters in common are one that was reworded."""
MOST_PAIRS = 1_000
"""Pairs of sentences that are tried, of those that went from one place and came to another."""
SHORTEST_MOVED = 8
"""Characters; a shorter sentence that stands elsewhere is chance."""
SHORTEST_SAME = 2
"""Characters between two changes below which they are read as one change."""

_SENTENCE = re.compile(r"[^。！？!?；;\n]+[。！？!?；;]*[”’」』）)]*|[。！？!?；;]+")
_WORD = re.compile(r"\d+(?:[.,]\d+)*[%％‰]?|[A-Za-z]+|.", re.DOTALL)


@dataclass(frozen=True, kw_only=True, slots=True)
class Piece:
    """A run of letters that stayed, went or came."""

    kind: PieceKind
    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Sentence:
    """A sentence of either version, in the order in which to read them."""

    kind: SentenceKind
    pieces: tuple[Piece, ...]
    begins_paragraph: bool = False
    """In the version it stands in; in the newer one where it stands in both."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Rewording:
    """From one version to a later one."""

    title: tuple[Piece, ...]
    sentences: tuple[Sentence, ...]


@dataclass(frozen=True, slots=True)
class _Unit:
    text: str
    begins: bool


def compare_texts(old: tuple[str, str], new: tuple[str, str]) -> Rewording:
    """What became of a headline and a text, each given as (headline, text with a newline between paragraphs)."""
    before, after = _sentences(old[1]), _sentences(new[1])
    found = list(_moved(list(_matched(before, after))))
    return Rewording(title=reworded(old[0], new[0]), sentences=tuple(_reworded_elsewhere(found)))


def reworded(old: str, new: str) -> tuple[Piece, ...]:
    """The pieces of one sentence that stayed, went and came."""
    if old == new:
        return (Piece(kind="same", text=new),) if new else ()
    if max(len(old), len(new)) > LONGEST_SENTENCE:
        return _pieces([("removed", old), ("added", new)])
    before, after = _WORD.findall(old), _WORD.findall(new)
    found: list[tuple[PieceKind, str]] = []
    for how, one, two, three, four in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        gone, came = "".join(before[one:two]), "".join(after[three:four])
        if how == "equal" and (len(came) >= SHORTEST_SAME or not found or two == len(before)):
            found.append(("same", came))
        else:
            found += [("removed", gone), ("added", came)]
    return _pieces(found)


def _pieces(found: Sequence[tuple[PieceKind, str]]) -> tuple[Piece, ...]:
    """Changes side by side as one: what went, then what came."""
    pieces: list[Piece] = []
    gone = came = ""
    for kind, text in (*found, ("same", "")):
        if kind == "same":
            pieces += [Piece(kind="removed", text=gone), Piece(kind="added", text=came)]
            pieces.append(Piece(kind="same", text=text))
            gone = came = ""
        elif kind == "removed":
            gone += text
        else:
            came += text
    return tuple(piece for piece in pieces if piece.text)


def _sentences(text: str) -> list[_Unit]:
    units = [
        _Unit(match.group(), at == 0)
        for line in text.splitlines()
        for at, match in enumerate(_SENTENCE.finditer(line.strip()))
    ]
    return units[:MOST_SENTENCES]


def _key(unit: _Unit) -> str:
    return "".join(unit.text.split())


def _matched(before: list[_Unit], after: list[_Unit]) -> Iterator[Sentence]:
    matcher = SequenceMatcher(
        None, [_key(one) for one in before], [_key(one) for one in after], autojunk=False
    )
    for how, one, two, three, four in matcher.get_opcodes():
        if how == "equal":
            yield from (_whole("same", unit) for unit in after[three:four])
        else:
            yield from _replaced(before[one:two], after[three:four])


def _replaced(before: Sequence[_Unit], after: Sequence[_Unit]) -> Iterator[Sentence]:
    """Pair sentences that were reworded, in order; what finds no partner went or came."""
    at = 0
    for unit in after:
        partner = next((n for n in range(at, len(before)) if _alike(before[n].text, unit.text)), None)
        if partner is None:
            yield _whole("added", unit)
            continue
        yield from (_whole("removed", gone) for gone in before[at:partner])
        pieces = reworded(before[partner].text, unit.text)
        yield Sentence(kind="changed", pieces=pieces, begins_paragraph=unit.begins)
        at = partner + 1
    yield from (_whole("removed", gone) for gone in before[at:])


def _alike(one: str, other: str) -> bool:
    if max(len(one), len(other)) > LONGEST_SENTENCE:
        return False
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    return matcher.real_quick_ratio() >= ALIKE and matcher.quick_ratio() >= ALIKE and matcher.ratio() >= ALIKE


def _moved(sentences: list[Sentence]) -> Iterator[Sentence]:
    """Sentences that went here and came there stand there as moved, and here not at all."""
    gone, came = _texts(sentences, "removed"), _texts(sentences, "added")
    both = {text for text in gone.keys() & came.keys() if len(text) >= SHORTEST_MOVED}
    left = {text: min(gone[text], came[text]) for text in both}
    arriving = dict(left)
    for one in sentences:
        text = _text(one)
        if one.kind == "removed" and left.get(text):
            left[text] -= 1
        elif one.kind == "added" and arriving.get(text):
            arriving[text] -= 1
            yield replace(one, kind="moved", pieces=(Piece(kind="same", text=one.pieces[0].text),))
        else:
            yield one


def _reworded_elsewhere(sentences: list[Sentence]) -> Iterator[Sentence]:
    """Sentences that came, and are like one that went from another place, stand there as changed."""
    gone = [_own(one) for one in sentences if one.kind == "removed"]
    came = [_own(one) for one in sentences if one.kind == "added"]
    partners: dict[str, str] = {}
    for text in came if len(gone) * len(came) <= MOST_PAIRS else ():
        left = [one for one in gone if one not in partners.values() and _alike(one, text)]
        if left:
            partners[text] = left[0]
    for one in sentences:
        if one.kind == "added" and _own(one) in partners:
            yield replace(one, kind="changed", pieces=reworded(partners[_own(one)], _own(one)))
        elif not (one.kind == "removed" and _own(one) in partners.values()):
            yield one


def _own(one: Sentence) -> str:
    return "".join(piece.text for piece in one.pieces)


def _texts(sentences: Sequence[Sentence], kind: SentenceKind) -> dict[str, int]:
    found: dict[str, int] = {}
    for one in sentences:
        if one.kind == kind:
            found[_text(one)] = found.get(_text(one), 0) + 1
    return found


def _text(one: Sentence) -> str:
    return "".join(_own(one).split())


def _whole(kind: PieceKind, unit: _Unit) -> Sentence:
    return Sentence(kind=kind, pieces=(Piece(kind=kind, text=unit.text),), begins_paragraph=unit.begins)
