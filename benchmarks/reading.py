"""Time our reader (every field) against others (mostly the body alone), page by page in one run.

    python -m venv peers && peers/bin/pip install -e . resiliparse trafilatura newspaper4k gne lxml_html_clean
    peers/bin/python -m benchmarks.reading FOLDER [--rounds 3] [--gold GOLD.jsonl]

FOLDER holds saved pages (`*.html`). Tools that are not installed are left out. Every tool reads a page before the next page
begins, in turning order, so that a busy machine slows all alike; ratios hold, absolute times do not. Times are of the processor, not of the clock. The others get decoded
text, which is kind to them; ours starts from the bytes.
"""

import argparse
import json
import statistics
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path

from crawler.reading import Page, decode, read_page

FETCHED_AT = datetime(2026, 1, 1, tzinfo=UTC)
Tool = Callable[[bytes, str], object]


def ours(body: bytes, _text: str) -> object:
    return read_page(Page(body=body, url="", fetched_at=FETCHED_AT))


def resiliparse() -> Tool:
    extract = import_module("resiliparse.extract.html2text").extract_plain_text
    return lambda _body, text: extract(text, main_content=True)


def trafilatura() -> Tool:
    extract = import_module("trafilatura").bare_extraction
    return lambda _body, text: extract(text, with_metadata=True)


def newspaper4k() -> Tool:
    article = import_module("newspaper").Article

    def read(_body: bytes, text: str) -> object:
        page = article("http://news.example/", language="zh", fetch_images=False)
        page.download(input_html=text)
        page.parse()
        return page

    return read


def gne() -> Tool:
    extractor = import_module("gne").GeneralNewsExtractor()
    return lambda _body, text: extractor.extract(text)


PEERS: dict[str, Callable[[], Tool]] = {
    "resiliparse": resiliparse,
    "trafilatura": trafilatura,
    "newspaper4k": newspaper4k,
    "gne": gne,
}


def installed(wanted: str) -> Iterator[tuple[str, Tool]]:
    for name in filter(None, wanted.split(",")):
        try:
            yield name, PEERS[name]()
        except ImportError as error:
            print(f"{name}: left out ({error})")


def pages(folder: Path, gold: Path | None) -> list[bytes]:
    wanted = {json.loads(row)["id"] for row in gold.read_text("utf-8").splitlines()} if gold else None
    files = sorted(folder.glob("*.html"))
    return [file.read_bytes() for file in files if wanted is None or file.stem in wanted]


def seconds(tool: Tool, body: bytes, text: str) -> float:
    start = time.process_time()
    try:
        tool(body, text)
    except Exception as error:  # noqa: BLE001 - a peer that fails on a page is timed all the same
        print(f"  failed: {error!r:.80}")
    return time.process_time() - start


def measure(tools: dict[str, Tool], bodies: list[bytes], rounds: int) -> dict[str, list[float]]:
    """The fastest of all rounds, for each tool and page, in seconds."""
    texts = [decode(body).text for body in bodies]
    best = {name: [float("inf")] * len(bodies) for name in tools}
    order = list(tools)
    for _ in range(rounds):
        order.append(order.pop(0))
        for number, (body, text) in enumerate(zip(bodies, texts, strict=True)):
            for name in order:
                best[name][number] = min(best[name][number], seconds(tools[name], body, text))
    return best


def report(best: dict[str, list[float]]) -> None:
    mine = best["ours"]
    print(f"{'tool':<14}{'median ms':>10}{'p95 ms':>9}{'median ratio':>14}{'p95 ratio':>11}")
    for name, times in best.items():
        ratios = sorted(theirs / our for theirs, our in zip(times, mine, strict=True))
        median, high = statistics.median(times) * 1e3, quantile(times) * 1e3
        print(
            f"{name:<14}{median:>10.2f}{high:>9.2f}{statistics.median(times) / statistics.median(mine):>14.2f}{quantile(times) / quantile(mine):>11.2f}   (page by page {ratios[len(ratios) // 2]:.2f})"
        )


def quantile(times: list[float]) -> float:
    return sorted(times)[int(len(times) * 0.95)]


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--peers", default=",".join(PEERS), help="which of the others to time")
    parser.add_argument("--gold", type=Path, help="only the pages of this gold file")
    args = parser.parse_args()
    bodies = pages(args.folder, args.gold)
    print(f"{len(bodies)} pages, {args.rounds} rounds")
    report(measure({"ours": ours, **dict(installed(args.peers))}, bodies, args.rounds))


if __name__ == "__main__":
    main()
