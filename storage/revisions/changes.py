"""What counts as a change of an archived page, and which of its figures changed. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal, TypeAlias

from storage.identity.nearness import LONGEST, imprint
from storage.values.model import Article, Fact

Changed: TypeAlias = Literal["title", "text", "source", "authors", "editors", "verdict"]
"""What a version has other than the one before it."""

MOST_TOLD = 4
"""How many changed figures one line tells."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ChangedFigure:
    """One figure before and after, with the words of both."""

    measure: str
    substance: str | None
    unit: str
    before: float
    after: float
    words_before: str
    words_after: str


def what_changed(old: Article, new: Article) -> tuple[Changed, ...]:
    """Which parts of an article read otherwise than before; empty when nobody would notice.

    Blanks, punctuation, script and the lines that portals put around a text are no change. A part that the page no longer
    gives is taken for a part we no longer find.
    """
    found: list[Changed] = []
    if new.title and _letters(old.title) != _letters(new.title):
        found.append("title")
    if new.text and _body(old.text) != _body(new.text):
        found.append("text")
    if new.source and _letters(old.source or "") != _letters(new.source):
        found.append("source")
    for name, before, after in (
        ("authors", old.authors, new.authors),
        ("editors", old.editors, new.editors),
    ):
        if after and {_letters(one) for one in before} != {_letters(one) for one in after}:
            found.append("authors" if name == "authors" else "editors")
    return tuple(found)


def changed_figures(old: Sequence[Fact], new: Sequence[Fact]) -> tuple[ChangedFigure, ...]:
    """Figures of the same thing with another value, in the order of the newer text.

    The same thing is a measure, a substance, a unit, and whether it is a goal. Of several, those alike in wording are
    paired; one that only went or only came is no pair.
    """
    before, after = _by_thing(old), _by_thing(new)
    pairs = [
        pair
        for thing in before.keys() & after.keys()
        for pair in _paired(*_without_same(before[thing], after[thing]))
    ]
    return tuple(
        ChangedFigure(
            measure=now.measure,
            substance=now.substance,
            unit=now.unit,
            before=was.value,
            after=now.value,
            words_before=was.evidence,
            words_after=now.evidence,
        )
        for was, now in sorted(pairs, key=lambda pair: (pair[1].start, pair[1].measure))
        if was.evidence != now.evidence
    )


def figures_line(figures: Sequence[ChangedFigure]) -> str:
    """The changed figures in one Chinese line, in the page's own words; empty when there are none."""
    told = dict.fromkeys(f"{_one_line(one.words_before)} → {_one_line(one.words_after)}" for one in figures)
    lines = list(told)
    more = f"；另有{len(lines) - MOST_TOLD}处" if len(lines) > MOST_TOLD else ""
    return "；".join(lines[:MOST_TOLD]) + more


def _by_thing(facts: Sequence[Fact]) -> Mapping[tuple[object, ...], list[Fact]]:
    found: dict[tuple[object, ...], list[Fact]] = {}
    for one in sorted(facts, key=lambda fact: fact.start):
        if not one.uncertain:
            found.setdefault((one.measure, one.substance, one.unit, one.target), []).append(one)
    return found


def _without_same(old: Sequence[Fact], new: Sequence[Fact]) -> tuple[list[Fact], list[Fact]]:
    """Without those whose value both texts have, however often."""
    values = {one.value for one in old} & {one.value for one in new}
    return [one for one in old if one.value not in values], [one for one in new if one.value not in values]


def _paired(old: list[Fact], new: list[Fact]) -> list[tuple[Fact, Fact]]:
    """Each with the one whose words are most like its own, the best fit first."""
    fits = sorted(
        (-SequenceMatcher(None, was.evidence, now.evidence, autojunk=False).ratio(), one, two)
        for one, was in enumerate(old[:20])
        for two, now in enumerate(new[:20])
    )
    pairs: dict[int, int] = {}
    for _, one, two in fits:
        if one not in pairs and two not in pairs.values():
            pairs[one] = two
    return [(old[one], new[two]) for one, two in pairs.items()]


def _letters(words: str) -> str:
    return imprint(words, "", None).title


def _body(text: str) -> str:
    # What the imprint leaves out of a long table is compared as it is.
    return imprint("", text, None).text + "".join(text[LONGEST:].split())


def _one_line(words: str) -> str:
    return " ".join(words.split())[:60]
