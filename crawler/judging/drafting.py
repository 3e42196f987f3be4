"""Read one story number by number into drafts: figures whose measure is known, and whose context is still to be settled."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from crawler.judging.accepting import Draft, Figure, accept
from crawler.judging.carrying import Carried, Count, families
from crawler.judging.changes import Comparison, comparison
from crawler.judging.counting import count
from crawler.judging.lexicon import Cue, Cues
from crawler.judging.orders import ordered
from crawler.judging.phrases import Phrase, Sentence, phrase, sentences
from crawler.judging.quantities import find_quantities
from crawler.judging.sections import Line, Section
from crawler.topics import Topic


@dataclass(frozen=True, slots=True)
class Story:
    """A section with its words."""

    plain: str
    section: Section
    cues: Cues
    topic: Topic


def drafts(story: Story, *, ours: bool) -> list[Draft]:
    """Every figure of a story that a rule of the topic explains.

    Args:
        story: the section and the cues of its text.
        ours: whether the passage is about the topic before its first word (its headline says so).
    """
    carried = Carried(ours=ours, titled=ours)
    quantities = find_quantities(story.plain, story.section.start, story.section.end)
    found: list[Draft] = []
    at = 0
    for line in story.section.lines:
        first = at
        while at < len(quantities) and quantities[at].number_at < line.end:
            at += 1
        _open_line(carried, story.cues.between(line.start, line.end))
        for sentence in sentences(story.plain, line.start, line.end, story.cues, quantities[first:at]):
            found.extend(_read(story, line, sentence, carried))
    return found


def _open_line(carried: Carried, cues: tuple[Cue, ...]) -> None:
    """The first word for or against tells whose paragraph it is."""
    telling = [cue.word.context for cue in cues if cue.word.context & {"drug", "rival"}]
    carried.topical = carried.titled or any("drug" in context for context in telling)
    if telling:
        carried.ours = "drug" in telling[0]


def _read(story: Story, line: Line, sentence: Sentence, carried: Carried) -> Iterator[Draft]:
    carried.next_sentence()
    if not sentence.quantities:
        carried.pass_by(sentence.cues, story.plain)
        return
    known = families(story.topic)
    left_from = sentence.start
    nouns = ordered(story.plain, sentence, story.cues, known) if len(sentence.quantities) > 1 else {}
    places = _places(nouns)
    base: Comparison | None = None
    for index in range(len(sentence.quantities)):
        around = phrase(story.plain, sentence, story.cues, index, left_from)
        if index in nouns:
            around = replace(around, assigned=nouns[index])
        carried.pass_by(story.cues.between(left_from, around.quantity.start), story.plain)
        counted = base.count if base else count(around, carried, known)
        used_to = _used_to(around, counted)
        carried.pass_by(story.cues.between(around.quantity.end, used_to), story.plain)
        left_from = used_to
        pair = comparison(story.plain, sentence, index, counted)
        if pair is None and counted is not None:
            carried.remember(counted)
            draft = accept(Figure(around, counted, line, sentence, base, carried.topical), carried)
            if draft:
                draft.listed = places.get(index)
                yield draft
        base = pair
    carried.pass_by(story.cues.between(left_from, sentence.end), story.plain)


def _places(nouns: Mapping[int, Cue]) -> dict[int, tuple[int, int]]:
    """Where several values share the one noun that 分别 gives them: the place of each, and how many there are."""
    shared: dict[int, list[int]] = {}
    for index, noun in nouns.items():
        shared.setdefault(id(noun), []).append(index)
    lists = (same for same in shared.values() if len(same) > 1)
    return {index: (place, len(same)) for same in lists for place, index in enumerate(same)}


def _used_to(around: Phrase, counted: Count | None) -> int:
    """Where the words of this number end: what stands behind belongs to the next."""
    if counted and counted.behind and counted.noun:
        return max(around.quantity.end, counted.noun.end)
    return around.quantity.end
