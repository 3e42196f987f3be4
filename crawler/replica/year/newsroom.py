"""One day's news of all the year's portals, made from words and a seed: the same day is always the same. Pure."""

from collections.abc import Iterator, Mapping
from random import Random

from crawler.replica.families import Paper
from crawler.replica.site import Reprint, Story
from crawler.replica.year.papers import Kind, Vocabulary

MINUTES_A_DAY = 1440
LATEST_REPRINT = 600
"""Minutes after which no portal reprints a report any more."""

_FEWEST, _MOST = 8, 15
_REPRINTED = 0.12
_GIVEN_NAMES = ("思远", "若彤", "建国", "文静", "海峰", "雨桐")


def day_of_news(day: int, papers: Mapping[str, Paper], words: Vocabulary, seed: int) -> tuple[Story, ...]:
    """What all portals print first on a day, by offset in minutes from day 0's midnight."""
    return tuple(
        story
        for paper in papers.values()
        for story in _stories(paper, day, papers, words, Random(f"{seed}/{paper.name}/{day}"))
    )


def _stories(
    paper: Paper, day: int, papers: Mapping[str, Paper], words: Vocabulary, chance: Random
) -> Iterator[Story]:
    others = sorted(papers.keys() - {paper.name})
    for number in range(chance.randint(_FEWEST, _MOST)):
        (kind,) = chance.choices(words.kinds, [kind.weight for kind in words.kinds])
        (hour,) = chance.choices(range(24), words.hours)
        told = _filled(paper, words, chance)
        body = chance.sample(kind.sentences, chance.randint(3, len(kind.sentences)))
        yield Story(
            id=f"{paper.name}/{day}/{number}",
            title=chance.choice(kind.titles).format(**told),
            pages=(tuple(line.format(**told) for line in (kind.opening, *body, kind.closing)),),
            offset=day * MINUTES_A_DAY + hour * 60 + chance.randrange(60),
            portal=paper.name,
            source=paper.title,
            editor=chance.choice(words.editors),
            channel=_channel(kind, paper),
            relevant=kind.relevant,
            reprints=tuple(
                Reprint(portal=other, after=chance.randint(10, LATEST_REPRINT))
                for other in chance.sample(others, 2)
                if chance.random() < _REPRINTED / 2
            ),
        )


def _filled(paper: Paper, words: Vocabulary, chance: Random) -> dict[str, str]:
    """A word or figure for every slot."""
    figures = {"few": (2, 12), "teens": (13, 97), "many": (210, 9800), "grams": (31, 4870)}
    figures |= {"price": (280, 950), "days": (9, 88), "percent": (2, 29)}
    told = {slot: chance.choice(choices) for slot, choices in words.fillings.items()}
    told |= {slot: str(chance.randint(*between)) for slot, between in figures.items()}
    name = chance.choice(words.fillings["surname"]) + chance.choice(_GIVEN_NAMES)
    return told | {"place": chance.choice(paper.places), "site": paper.title, "name": name}


def _channel(kind: Kind, paper: Paper) -> str:
    return "law" if kind.law and "law" in paper.lists else ""
