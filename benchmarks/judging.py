"""What judging costs beside the least it could cost: `python -m benchmarks.judging [TEXTS.jsonl]`.

The relevance of each text (verdict, category, places, evidence) is timed against one plain scan for the same words by the
matching library alone, interleaved in one run so that both meet the same machine. Then one sentence repeated to 256 KB and to
1 MB: the cost of a character must not grow with the text.
"""

import json
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from ahocorasick_rs import AhoCorasick

from crawler.judging import judge
from crawler.topics import Topic, load_topic
from crawler.topics.divisions import load_gazetteer

_ROUNDS = 15
_REAL = Path(__file__).parent.parent.parent / "shared" / "eval" / "texts-dev.jsonl"
_SENTENCE = "海关查获毒品冰毒五公斤，抓获犯罪嫌疑人三名。"
_MOST_SCANS = 6.0
_MOST_GROWTH = 1.5

Row = tuple[str, str]


def main() -> int:
    """Print the figures; 1 when one is over its limit."""
    path = Path(sys.argv[1]) if len(sys.argv) > 1 else _REAL
    if not path.is_file():
        print(f"no texts at {path}: give a file of JSON Lines with title and text")
        return 0
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    topic = load_topic("antidrug")
    scans = relevance_in_scans([(row["title"] or "", row["text"]) for row in rows], topic)
    growth = growth_with_length(topic)
    print(f"relevance: {scans:.2f} plain scans of the same words (at most {_MOST_SCANS:g})")
    print(f"one character in 1 MB: {growth:.2f} times one in 256 KB (at most {_MOST_GROWTH:g})")
    return int(scans > _MOST_SCANS or growth > _MOST_GROWTH)


def relevance_in_scans(rows: Sequence[Row], topic: Topic) -> float:
    """The median, over interleaved rounds, of the time of `judge` through that of one scan for all of its words."""
    words = words_looked_for(topic)
    automaton = AhoCorasick(words)

    def scan() -> None:
        for title, text in rows:
            automaton.find_matches_as_indexes(title, overlapping=True)
            automaton.find_matches_as_indexes(text, overlapping=True)

    def judge_all() -> None:
        for title, text in rows:
            judge(title, text, topic=topic)

    judge_all()
    return statistics.median(_seconds(judge_all) / _seconds(scan) for _ in range(_ROUNDS))


def words_looked_for(topic: Topic) -> list[str]:
    """Terms, cues of categories, and names of places."""
    gazetteer = load_gazetteer()
    places = {name for division in gazetteer.divisions for name in (*division.names, division.short) if name}
    texts = {term.text for term in topic.terms} | {cue.text for cue in topic.cues}
    return sorted(texts | places | set(gazetteer.national))


def growth_with_length(topic: Topic) -> float:
    """The cost of a character in a text of 1 MB through that in one of 256 KB."""
    costs = []
    for kilobytes in (256, 1024):
        text = _SENTENCE * (kilobytes * 1024 // len(_SENTENCE.encode()))
        best = min(_seconds(lambda text=text: judge("", text, topic=topic)) for _ in range(3))
        costs.append(best / len(text))
    return costs[1] / costs[0]


def _seconds(work: Callable[[], object]) -> float:
    started = time.process_time()
    work()
    return time.process_time() - started


if __name__ == "__main__":
    sys.exit(main())
