"""How the pages of a source are read, and whether the last ones are read worse than those before. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import comb

from storage.values.model import Outcome
from storage.values.records import PageResult

RING = 12
"""So many pages of a source are remembered one by one."""
FIELDS = ("readable", "titled", "dated", "timed", "credited", "bodied", "selected", "sound")
"""What a page may have: it is an article at all; headline; day; minute; 来源; text; every selector of its portal found
something; no damaged characters."""
_LAST = (2, 3, 5, 10)
"""So many of the last pages are held against all before."""
_LEAST_BEFORE = 20
"""With fewer pages before, nothing is concluded."""
_FLOOR = 0.03
"""Pages that lack a field now and then are no news, even where none did yet."""
_CHANCE = 0.001
"""What is less likely than this among pages like those before is a change."""
_UNREADABLE = frozenset(
    {"layout", "not_an_article", "empty", "stub", "soft_404", "http_404", "blocked", "robots", "moved_off_site"}
)  # fmt: skip
_WITHOUT_TEXT = frozenset({"video", "gallery"})
_ODD = frozenset("\ufffd锟")
_MOST_ODD = 0.01
_MOST_WESTERN = 0.2
_FREQUENT = frozenset(
    "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面而方后多定行学法所民得经"
    "這為個國時來們會發動過說產種後學經對"
)
_LEAST_FREQUENT = 0.04
_ENOUGH = 100


@dataclass(frozen=True, kw_only=True, slots=True)
class Mark:
    """How one page was read."""

    lacks: frozenset[str] = frozenset()
    """Names of FIELDS."""
    charset: str = ""
    """Empty for a page that could not be read."""
    outcome: Outcome = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Quality:
    """How the pages of one source are read."""

    last: tuple[Mark, ...] = ()
    """The last pages, the newest last."""
    pages: int = 0
    """How many there were before them, in the last month."""
    having: Mapping[str, int] = field(default_factory=dict)
    """Name of FIELDS → how many of those before had it."""
    charsets: Mapping[str, int] = field(default_factory=dict)
    """Charset → how many of those before were written in it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Worse:
    """The last pages differ from those before."""

    field: str
    """A name of FIELDS, or `charset`."""
    lacking: int
    """So many of the last `of` pages lack it, or are in another charset than before."""
    of: int
    before: float
    """The share that lacked it before."""
    detail: str = ""
    """The outcome of the unreadable ones; the charsets before and now."""


def mark_of(result: PageResult) -> Mark:
    """How a page that gave an article was read."""
    read = result.article
    lacks = {
        "titled": not read.title,
        "dated": read.published_at is None,
        "timed": read.published_at is None or read.precision != "minute",
        "credited": not read.source,
        "bodied": not read.text and result.outcome not in _WITHOUT_TEXT,
        "selected": any(step.rule == "selector broken" for step in read.trace),
        "sound": read.charset_from.endswith("!") or is_garbled(f"{read.title}\n{read.text}"),
    }
    found = frozenset(name for name, lacking in lacks.items() if lacking)
    return Mark(lacks=found, charset=read.charset, outcome=result.outcome)


def mark_of_failure(outcome: Outcome) -> Mark | None:
    """How a page was read that gave no article; None where that says nothing of how the source's pages read."""
    if outcome not in _UNREADABLE:
        return None
    return Mark(lacks=frozenset({"readable"}), outcome=outcome)


def is_garbled(text: str) -> bool:
    """Whether a text is no Chinese that anybody printed: read in the wrong charset by somebody before us."""
    if not text:
        return False
    odd = sum(character in _ODD or "\ue000" <= character <= "\uf8ff" for character in text)
    western = sum("\x80" <= character <= "\xff" and character not in "·×°\xa0±«»" for character in text)
    if odd > _MOST_ODD * len(text) or western > _MOST_WESTERN * len(text):
        return True
    chinese = [character for character in text if "\u4e00" <= character <= "\u9fff"]
    frequent = sum(character in _FREQUENT for character in chinese)
    return len(chinese) >= _ENOUGH and frequent < _LEAST_FREQUENT * len(chinese)


def pressed(marks: Iterable[Mark]) -> str:
    """Marks as one line of text."""
    return ";".join(f"{','.join(sorted(mark.lacks))}|{mark.charset}|{mark.outcome}" for mark in marks)


def unpressed(line: str) -> tuple[Mark, ...]:
    """The marks of such a line."""
    parts = (part.split("|") for part in line.split(";") if part.count("|") == 2)
    return tuple(
        Mark(lacks=frozenset(filter(None, lacks.split(","))), charset=charset, outcome=outcome)
        for lacks, charset, outcome in parts
    )


def changes(quality: Quality) -> tuple[Worse, ...]:
    """In what the last pages are worse than chance lets pages like those before be; by FIELDS, then the charset."""
    if quality.pages < _LEAST_BEFORE:
        return ()
    found = [_lost(quality, name) for name in FIELDS]
    return tuple(one for one in (*found, _other_charset(quality)) if one is not None)


def _lost(quality: Quality, name: str) -> Worse | None:
    lacked = quality.pages - quality.having.get(name, 0)
    told = [name in mark.lacks for mark in quality.last]
    worst = _unlikely(told, lacked / quality.pages)
    if worst is None:
        return None
    outcomes = Counter(mark.outcome for mark in quality.last[-worst[1] :] if name in mark.lacks)
    detail = outcomes.most_common(1)[0][0] if name == "readable" else ""
    return Worse(
        field=name, lacking=worst[0], of=worst[1], before=round(lacked / quality.pages, 3), detail=detail
    )


def _other_charset(quality: Quality) -> Worse | None:
    known = {charset: pages for charset, pages in quality.charsets.items() if charset}
    read = [mark.charset for mark in quality.last if mark.charset]
    if sum(known.values()) < _LEAST_BEFORE or not read:
        return None
    usual = max(sorted(known), key=lambda charset: known[charset])
    before = 1 - known[usual] / sum(known.values())
    worst = _unlikely([charset != usual for charset in read], before)
    if worst is None:
        return None
    detail = f"{usual} → {read[-1]}"
    return Worse(field="charset", lacking=worst[0], of=worst[1], before=round(before, 3), detail=detail)


def _unlikely(lacking: Sequence[bool], share: float) -> tuple[int, int] | None:
    """How many of how many of the last, where so many are less likely than _CHANCE; the fewest pages that show it."""
    likely = max(share, _FLOOR)
    for last in _LAST:
        found = sum(lacking[-last:])
        # The newest is one of them, or it is over already.
        if last <= len(lacking) and lacking[-1] and _tail(found, last, likely) < _CHANCE:
            return found, last
    return None


def _tail(least: int, of: int, share: float) -> float:
    """How likely at least so many of so many are."""
    return sum(comb(of, n) * share**n * (1 - share) ** (of - n) for n in range(least, of + 1))
