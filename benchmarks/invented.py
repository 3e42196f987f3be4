"""An archive's worth of invented reports: words by Zipf, a third about drugs, places, portals, authors, figures, reprints.

The sentences come from the vocabulary of the replica's year and from a lexicon made of characters by chance; the places
are China's own. The same seed gives the same reports. Pure.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import accumulate
from random import Random
from typing import Any

from crawler.replica.year.papers import Kind, load_vocabulary
from crawler.topics.divisions import Division, load_gazetteer
from storage import Article, Evidence, Fact, PageResult, Trace, Verdict

UNTIL = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)
YEARS = 5
PORTALS = 60
LENGTHS = (300, 900)
"""Characters of a text, evenly spread; real ones have a mean of some 800."""
REPRINTED = 0.25
"""How many reports are reprints of one of the newest."""
RELEVANT = 1 / 3

_LEXICON, _RARE_CHARACTERS = 30_000, 3_000
_LATEST = 300
_ZIPF = 1.0
_AUTHORS, _SOURCES = 800, 300
_CATEGORIES = {"haul": "enforcement", "trial": "trial", "prevention": "prevention"}
_SUBSTANCES = {
    "海洛因": "heroin", "冰毒": "methamphetamine", "氯胺酮": "ketamine", "依托咪酯": "etomidate", "麻古": "magu", "大麻": "cannabis",
    "合成大麻素": "synthetic_cannabinoid",
}  # fmt: skip
_FIGURES = (
    ("drugs_seized", "gram", "警方当场缴获{substance}{n}克", (3, 5_000)),
    ("suspects_arrested", "person", "先后抓获犯罪嫌疑人{n}名", (1, 90)),
    ("cases_solved", "case", "共破获毒品案件{n}起", (1, 300)),
    ("drug_users_found", "person", "查处吸毒人员{n}人", (1, 900)),
    ("money_seized", "yuan", "查扣毒资{n}元", (1_000, 9_000_000)),
)
_NUMBERS = {
    "few": (2, 12), "teens": (13, 97), "many": (210, 9800), "grams": (31, 4870), "price": (280, 950), "days": (9, 88), "percent": (2, 29),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Invented:
    """One report and the story it belongs to: the number of the story's first report."""

    number: int
    story: int
    result: PageResult


@dataclass(frozen=True, slots=True)
class World:
    """What is drawn from."""

    kinds: Mapping[bool, Sequence[Kind]]
    fillings: Mapping[str, Sequence[str]]
    lexicon: Sequence[str]
    zipf: Sequence[float]
    """Cumulative weights of the lexicon's words."""
    places: Sequence[Division]


@cache
def world(seed: int = 1) -> World:
    """The words of the vocabulary, a lexicon by chance, and all places."""
    words, dice = load_vocabulary(), Random(seed)
    kinds = {
        relevant: [kind for kind in words.kinds if kind.relevant == relevant] for relevant in (True, False)
    }
    letters = _characters(words.kinds)
    weights = list(accumulate(1 / (rank + 8) for rank in range(len(letters))))
    lengths = dice.choices((1, 2, 3, 4), (1, 7, 2, 1), k=_LEXICON)
    lexicon = ["".join(dice.choices(letters, cum_weights=weights, k=length)) for length in lengths]
    zipf = list(accumulate(1 / (rank + 3) ** _ZIPF for rank in range(_LEXICON)))
    places = [place for place in load_gazetteer().divisions if len(place.path) in (2, 3)]
    dice.shuffle(places)
    return World(kinds, words.fillings, lexicon, zipf, places)


def _characters(kinds: Sequence[Kind]) -> list[str]:
    """The vocabulary's characters, the most frequent first, then rare ones."""
    told = "".join("".join((kind.opening, *kind.sentences)) for kind in kinds)
    known = [char for char in dict.fromkeys(told) if "\u4e00" <= char <= "\u9fff"]
    return sorted(known, key=told.count, reverse=True) + [
        chr(0x4E00 + 5 * at) for at in range(_RARE_CHARACTERS)
    ]


def invented(
    count: int, *, lengths: tuple[int, int] = LENGTHS, seed: int = 1, first: int = 1
) -> Iterator[Invented]:
    """So many reports, the oldest first, evenly over five years."""
    dice, drawn = Random(f"{seed}/{first}"), world()
    latest: list[Invented] = []
    every = timedelta(days=365 * YEARS) / count
    for number in range(first, first + count):
        at = UNTIL - (first + count - number) * every
        if latest and dice.random() < REPRINTED:
            one = _reprint(number, dice.choice(latest), at, dice)
        else:
            one = _report(number, at, lengths, dice, drawn)
            latest = [*latest[-_LATEST:], one]
        yield one


def _report(number: int, at: datetime, lengths: tuple[int, int], dice: Random, drawn: World) -> Invented:
    relevant = dice.random() < RELEVANT
    choices = drawn.kinds[relevant]
    (kind,) = dice.choices(choices, [kind.weight for kind in choices])
    place = drawn.places[_by_rank(dice, len(drawn.places))]
    slots = _slots(place, dice, drawn)
    body = [kind.opening, *dice.sample(kind.sentences, 2)]
    text = "".join(body).format(**slots)
    facts: list[Fact] = []
    for _ in range(dice.choice((0, 1, 1, 2, 3)) if relevant else 0):
        sentence, fact = _figure(len(text), slots["substance"], dice)
        facts.append(fact)
        text += sentence + "。"
    text += "\n" + _filler(dice.randint(*lengths) - len(text), dice, drawn)
    title = dice.choice(kind.titles).format(**slots)
    values: dict[str, Any] = {"title": title, "text": f"{text}\n{kind.closing}"}
    values |= {"authors": (slots["name"],), "source": _name("source", _by_rank(dice, _SOURCES))}
    verdict = _verdict(kind, place) if relevant else Verdict(relevant=False, score=0.1, places=(place.full,))
    return Invented(number, number, _result(number, at, values, (verdict, facts), dice))


def _reprint(number: int, original: Invented, at: datetime, dice: Random) -> Invented:
    read = original.result.article
    values: dict[str, Any] = {"title": read.title, "text": read.text, "authors": read.authors}
    values["source"] = read.source
    result = _result(number, at, values, (original.result.verdict, original.result.facts), dice)
    return Invented(number, original.story, result)


def _result(
    number: int, at: datetime, values: Mapping[str, Any], told: tuple[Verdict, Sequence[Fact]], dice: Random
) -> PageResult:
    portal = portal_name(_by_rank(dice, PORTALS))
    url = f"http://www.{portal}.example/{at.year}/{at.month:02}/t{number:08}.html"
    read = Article(
        url=url,
        canonical_url=url,
        portal=portal,
        published_at=at.replace(microsecond=0),
        fetched_at=at.replace(microsecond=0) + timedelta(minutes=dice.randint(1, 50)),
        charset="utf-8",
        charset_from="meta",
        trace=(Trace(field="title", rule="heading", detail="h1"),),
        **values,
    )
    return PageResult(link_id=None, article=read, outcome="article", verdict=told[0], facts=tuple(told[1]))


def portal_name(rank: int) -> str:
    """The portals' names, the busiest first."""
    return f"portal{rank:02}"


def _verdict(kind: Kind, place: Division) -> Verdict:
    seen = Evidence(term="毒品", weight=2.0, where="text", start=0, end=2, why="drug word")
    category: Any = _CATEGORIES[kind.name]
    return Verdict(
        relevant=True,
        score=0.9,
        category=category,
        province=place.province,
        places=(place.full,),
        evidence=(seen,),
    )


def _figure(start: int, substance: str, dice: Random) -> tuple[str, Fact]:
    measure, unit, words, (least, most) = dice.choice(_FIGURES)
    # Small figures are common, large ones rare.
    value = int(least * (most / least) ** dice.random())
    sentence = words.format(substance=substance, n=value)
    named = _SUBSTANCES[substance] if measure == "drugs_seized" else None
    end = start + len(sentence)
    return sentence, Fact(
        measure=measure, value=value, unit=unit, substance=named, evidence=sentence, start=start, end=end
    )


def _slots(place: Division, dice: Random, drawn: World) -> dict[str, str]:
    told = {slot: words[_by_rank(dice, len(words))] for slot, words in drawn.fillings.items()}
    told |= {slot: str(dice.randint(*between)) for slot, between in _NUMBERS.items()}
    return told | {
        "place": place.names[0],
        "site": place.short or place.names[0],
        "name": _name("author", _by_rank(dice, _AUTHORS)),
    }


@cache
def _name(kind: str, rank: int) -> str:
    dice, drawn = Random(f"{kind}/{rank}"), world()
    if kind == "author":
        return dice.choice(drawn.fillings["surname"]) + "".join(
            dice.choices("思远若彤建国文静海峰雨桐明华", k=2)
        )
    return drawn.places[rank].names[0].rstrip("市县区") + dice.choice(
        ("日报", "晚报", "网", "发布", "法治报")
    )


def _filler(length: int, dice: Random, drawn: World) -> str:
    """So many characters of words by Zipf, in clauses and sentences."""
    words = dice.choices(drawn.lexicon, cum_weights=drawn.zipf, k=max(0, length) * 10 // 23)
    clauses = ["".join(words[at : at + 4]) for at in range(0, len(words), 4)]
    sentences = ["，".join(clauses[at : at + 3]) for at in range(0, len(clauses), 3)]
    return "。".join(sentences) + "。"


def _by_rank(dice: Random, count: int) -> int:
    """A rank, the first the most often: evenly on a logarithmic scale, which is Zipf's law."""
    return min(count - 1, int((count + 1) ** dice.random()) - 1)
