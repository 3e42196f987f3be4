"""Try changed words on what the archive holds: what would have been sent, and what lost. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass

from crawler.judging import judge
from crawler.topics import Topic
from storage import Stored, Verdict


@dataclass(frozen=True, kw_only=True, slots=True)
class Changed:
    """One article that the changed topic judges otherwise."""

    id: int
    story_id: int
    title: str
    before: Verdict
    after: Verdict


@dataclass(frozen=True, kw_only=True, slots=True)
class Rehearsal:
    """What a change of words does to the articles it was tried on."""

    tried: int
    gained: tuple[Changed, ...]
    """Articles of stories that no article made relevant before and one does now."""
    lost: tuple[Changed, ...]
    """Articles of stories that were relevant by some article and no longer are by any."""
    moved: tuple[Changed, ...]
    """Articles that stay relevant under another category."""


def rehearse(archived: Iterable[Stored], topic: Topic) -> Rehearsal:
    """Judge archived articles anew and compare with the verdicts kept, story by story, since alerts go by stories."""
    changed: list[Changed] = []
    before, after, tried = set[int](), set[int](), 0
    for stored in archived:
        tried += 1
        verdict = judge(stored.article.title, stored.article.text, topic=topic)
        if stored.verdict.relevant:
            before.add(stored.story.id)
        if verdict.relevant:
            after.add(stored.story.id)
        if (verdict.relevant, verdict.category) != (stored.verdict.relevant, stored.verdict.category):
            one = Changed(
                id=stored.id,
                story_id=stored.story.id,
                title=stored.article.title,
                before=stored.verdict,
                after=verdict,
            )
            changed.append(one)
    return Rehearsal(
        tried=tried,
        gained=tuple(one for one in changed if one.after.relevant and one.story_id not in before),
        lost=tuple(one for one in changed if one.before.relevant and one.story_id not in after),
        moved=tuple(one for one in changed if one.before.relevant and one.after.relevant),
    )
