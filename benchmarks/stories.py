"""How well reprints find their story, and what that costs: `python -m benchmarks.stories [PAGES] [--pairs N] [--rivals]`.

PAGES is a folder of saved pages, read at run time. Their texts, and invented briefs, notices and bulletins, are changed as
portals change what they reprint: recall is the share that would join, candidates found by fingerprints included. Wrong merges are
counted over pairs that are not one story: of the same template (another day's; the same agency's and day's; another place's; the next
year's), digests of briefs, and unrelated pages. With `--rivals`, the sketches of datasketch, rensa and trafilatura judge the same rows.
"""

import argparse
import statistics
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from random import Random

from benchmarks.retellings import (
    BRIEFS,
    BULLETIN,
    KINDS,
    NOTICES,
    Told,
    digest,
    draw,
    follow_up,
    neighbour,
    told,
    twin,
)
from benchmarks.sequels import LATER, chains, joins, strangers
from benchmarks.sketches import rivals
from crawler.reading import Page, read_page
from crawler.topics import load_topic
from storage.identity.nearness import Imprint, compare, fingerprints, imprint

_SHARED = Path(__file__).parent.parent.parent / "shared"
_SHARED_PRINTS = 2
_LEAST_RECALL_OF_FOLLOW_UPS = 0.75
_KEPT = 10_000
_LEAST_RECALL, _LEAST_RECALL_OF_A_KIND = 0.95, 0.85

Merges = Callable[[Told, Told], bool]


def main() -> int:
    """Print the figures; 1 when one is over its limit."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("pages", nargs="?", type=Path, default=_SHARED / "realpages" / "html")
    parser.add_argument("--pairs", type=int, default=100_000)
    parser.add_argument("--cases", type=int, default=200, help="cases told from the arrest to the sentence")
    parser.add_argument("--rivals", action="store_true", help="judge with other sketches too")
    asked = parser.parse_args()
    rows = {"pages": real(asked.pages), **invented(Random(11))}
    failed = print_recall(rows, merges)
    failed |= print_wrong(rows, merges, asked.pairs)
    failed |= print_follow_ups(asked.cases)
    print_cost(rows)
    print_kept("jindu", rows, lambda text: fingerprints(imprint("", text, None)))
    for rival in rivals() if asked.rivals else ():
        print(f"\n{rival.name}")
        print_recall(rows, rival.merges)
        print_wrong(rows, rival.merges, asked.pairs // 10)
        print_kept(rival.name, rows, rival.sketch)
    return int(failed)


def real(folder: Path) -> list[Told]:
    """The texts of saved pages."""
    pages = [path.read_bytes() for path in sorted(folder.glob("*.html"))]
    if not pages:
        print(f"no pages in {folder}: give a folder of HTML files; going on with invented texts")
    at = datetime(2026, 1, 1, tzinfo=UTC)
    read = (read_page(Page(body=page, url="", fetched_at=at)).article for page in pages)
    return [Told(one.title, one.text) for one in read if one is not None and len(one.text) >= 100]


def invented(rng: Random) -> Mapping[str, list[Told]]:
    """Briefs of some 150 characters, and longer notices and bulletins."""
    return {
        "briefs": [told(rng.choice(BRIEFS), draw(rng)) for _ in range(300)],
        "notices": [told(rng.choice((BULLETIN, *NOTICES)), draw(rng)) for _ in range(150)],
    }


def merges(one: Told, other: Told) -> bool:
    """Whether the second would join the story of the first, were they alone in the archive."""
    a, b = prepare(one), prepare(other)
    if len(set(fingerprints(a)) & set(fingerprints(b))) < _SHARED_PRINTS:
        return False
    return compare(a, b).likeness in ("reprint", "edited")


def prepare(one: Told) -> Imprint:
    return imprint(one.title, one.text, one.published_at)


def print_recall(rows: Mapping[str, Sequence[Told]], judge: Merges) -> bool:
    """Recall by kind and material; whether one is under its limit."""
    rng, shares, worst = Random(5), [], 1.0
    print(f"{'recall':26}{''.join(f'{name:>9}' for name in rows)}")
    for kind, change in KINDS.items():
        found = {name: [judge(one, change(one, rng)) for one in told] for name, told in rows.items()}
        by_material = [sum(hits) / len(hits) for hits in found.values() if hits]
        worst = min(worst, *by_material)
        shares += [hit for hits in found.values() for hit in hits]
        print(f"{kind:26}{''.join(f'{share:9.3f}' for share in by_material)}")
    overall = sum(shares) / len(shares)
    print(
        f"overall {overall:.3f} (at least {_LEAST_RECALL}), worst {worst:.3f} (at least {_LEAST_RECALL_OF_A_KIND})"
    )
    return overall < _LEAST_RECALL or worst < _LEAST_RECALL_OF_A_KIND


def print_wrong(rows: Mapping[str, Sequence[Told]], judge: Merges, count: int) -> bool:
    """Wrong merges by kind of pair; whether there is one."""
    asked, wrong = Counter[str](), Counter[str]()
    for kind, one, other in pairs(Random(17), rows["pages"] or rows["notices"], count):
        if one.text != other.text:
            asked[kind] += 1
            wrong[kind] += judge(one, other)
    print("wrong merges: " + ", ".join(f"{kind} {wrong[kind]} of {asked[kind]}" for kind in asked))
    return wrong.total() > 0


def pairs(rng: Random, pages: Sequence[Told], count: int) -> Iterator[tuple[str, Told, Told]]:
    """Pairs that are not one story."""
    long = (BULLETIN, NOTICES[1])
    for number in range(count):
        values, brief = draw(rng), rng.choice(BRIEFS)
        template = brief if number % 2 else rng.choice(long)
        match number % 7:
            case 0 | 1:
                yield "template", told(template, values), told(template, draw(rng))
            case 2:
                yield "same agency and day", told(brief, values), twin(brief, values, rng)
            case 3:
                yield "other place", told(template, values), neighbour(template, values, rng)
            case 4:
                notice = rng.choice(NOTICES)
                yield "next year", told(notice, values), told(notice, {**values, "year": 2026, "nth": 39})
            case 5:
                others = [told(rng.choice(BRIEFS), draw(rng)) for _ in range(2)]
                yield "digest", told(brief, values), digest([others[0], told(brief, values), others[1]])
            case _:
                one, other = rng.sample(pages, 2)
                yield "unrelated, or background", one, follow_up(one, other) if number % 2 else other


def print_follow_ups(count: int) -> bool:
    """Recall of follow-ups on cases told four times, and wrong joins; whether either is over its limit."""
    topic = load_topic("antidrug")
    told_of = chains(Random(23), count, topic)
    shares = {name: [joins(chain["arrest"], chain[name]) for chain in told_of] for name in LATER}
    shares["any earlier report → sentence"] = [
        any(joins(one, chain["sentence"]) for name, one in chain.items() if name != "sentence")
        for chain in told_of
    ]
    by_name = {name: sum(hits) / len(hits) for name, hits in shares.items()}
    print("follow-ups: " + ", ".join(f"{name} {share:.3f}" for name, share in by_name.items()))
    asked, wrong = Counter[str](), Counter[str]()
    for kind, one, other in strangers(Random(29), told_of, topic):
        asked[kind] += 1
        wrong[kind] += joins(one, other)
    print("wrong follow-ups: " + ", ".join(f"{kind} {wrong[kind]} of {asked[kind]}" for kind in asked))
    print(
        f"{asked.total()} pairs; worst recall {min(by_name.values()):.3f} (at least {_LEAST_RECALL_OF_FOLLOW_UPS})"
    )
    return wrong.total() > 0 or min(by_name.values()) < _LEAST_RECALL_OF_FOLLOW_UPS


def print_cost(rows: Mapping[str, Sequence[Told]]) -> None:
    """Milliseconds a document, for the pages and the notices."""
    texts = [*rows["pages"], *rows["notices"]]
    imprints = [prepare(one) for one in texts]
    steps = {
        "imprint": lambda: [prepare(one) for one in texts],
        "fingerprints": lambda: [fingerprints(one) for one in imprints],
        "compare": lambda: [compare(prepare(one), prepare(one)) for one in texts],
    }
    letters = sum(len(one.text) for one in imprints) / len(imprints)
    print(f"ms a document of {letters:.0f} letters on average:", end="")
    for name, work in steps.items():
        times = [_seconds(work) for _ in range(5)]
        print(f" {name} {1000 * statistics.median(times) / len(texts):.2f}", end="")
    print()


def print_kept(name: str, rows: Mapping[str, Sequence[Told]], sketch: Callable[[str], object]) -> None:
    """Milliseconds to sketch a document, and the memory of one sketch that is kept."""
    texts = [one.text for one in (*rows["pages"], *rows["notices"])]
    sketch(texts[0])
    before, kept = _resident(), list[object]()
    spent = _seconds(lambda: kept.extend(sketch(text) for _ in range(_KEPT // len(texts)) for text in texts))
    size = (_resident() - before) / len(kept)
    print(f"{name}: {1000 * spent / len(kept):.2f} ms and {size:,.0f} bytes of memory a document")


def _resident() -> int:
    """Bytes of memory this process holds; on Linux."""
    statm = Path("/proc/self/statm")
    return int(statm.read_text().split()[1]) * 4096 if statm.is_file() else 0


def _seconds(work: Callable[[], object]) -> float:
    started = time.process_time()
    work()
    return time.process_time() - started


if __name__ == "__main__":
    sys.exit(main())
