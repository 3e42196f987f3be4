"""Read tens of thousands of hostile pages, each as a report and as a list: no exception, no hang, no great appetite for memory.

    python -m benchmarks.fuzz_reading [--inputs 50000] [--seed 1]

Inputs are random bytes, random markup, and our golden pages cut, spliced, repeated and sprinkled with bytes and tags. The
slowest input and the highest memory are printed; the exit status is 1 when an input raised, took longer than five seconds
or the process grew beyond 300 MB.
"""

import argparse
import random
import resource
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from crawler.reading import Page, read_list, read_page

FETCHED_AT = datetime(2026, 1, 1, tzinfo=UTC)
GOLDEN = Path(__file__).parent.parent / "tests" / "cases" / "reading"
SECONDS, MEGABYTES = 5.0, 300
MARKUP = [
    b"<p>", b"</p>", b"<div class='content'>", b"</div>", b"<h1>", b"<br>", b"<td>", b"<tr>", b"<table>", b"</table>", b"<a href='1_2.html'>", b"</a>", b"<!--enpcontent-->", b"<!--/enpcontent-->",
    b"<!--enpproperty <date>", b"/enpproperty-->", b"<!--", b"-->", b"<title>", b"</title>", b"<meta charset=gbk>", b"<script>", b"</script>", b"<html>", b"<body>", b"<video>", b"<img src=a>", b"&#0;", b"&#xD800;",
    b"&nbsp;" * 8, b"\x00", b"\xff", b"\xe4\xb8", b"<![CDATA[", b"]]>", b"<?xml version='1.0'?>", b"<svg><title>", b"<p style='display:none'>", b"<span>", b"</span>", b"<span class=author>", b"<a href='/2024/0601/12.html'>", b"<script type='text/xml'>", b"<a <a ", b"<script>var s = {\"publishTime\":\"1717200000\",\"list\":[", b"{\"title\":\"a\",\"url\":\"/a/1.html\"},", b"<base href='//'>", b"<link rel=canonical href='http://['>", b"createPageHTML(999,0,'a','html')",
    *(word.encode() for word in ("来源：", "作者：", "责任编辑：", "记者", "（记者", "）", "【", "】", "2024-06-01 10:00", "20-06-01 10:00", "2026-38-15", "　　", "。", "，", "某市公安局通报，民警当场查获毒品若干。", "下一页", "相关新闻", "文/图 ", "李 琳", "版权声明", "二〇〇九年三月五日", "二〇十年十月十日", "摘要：", "推荐阅读", "最新评论 (2)", "□ ", "版 权 所 有 ，严 禁 转 载")),
]  # fmt: skip


def noise(chance: random.Random) -> bytes:
    return chance.randbytes(chance.randrange(2000))


def markup(chance: random.Random) -> bytes:
    return b"".join(chance.choices(MARKUP, k=chance.randrange(400)))


def repeated(chance: random.Random) -> bytes:
    return b"".join(chance.choice(MARKUP) * chance.randrange(200) for _ in range(chance.randrange(12)))


def golden(chance: random.Random, pages: list[bytes]) -> bytes:
    page = bytearray(chance.choice(pages))
    for _ in range(chance.randrange(1, 12)):
        at = chance.randrange(len(page) + 1)
        match chance.randrange(5):
            case 0:
                del page[at:]
            case 1:
                del page[at : at + chance.randrange(200)]
            case 2:
                page[at:at] = chance.choice(MARKUP)
            case 3:
                page[at:at] = chance.randbytes(chance.randrange(20))
            case _:
                other = chance.choice(pages)
                page[at:at] = other[: chance.randrange(len(other))]
    return bytes(page[:200_000])


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--inputs", type=int, default=50_000)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    chance = random.Random(args.seed)
    pages = [file.read_bytes() for file in sorted(GOLDEN.glob("*/page.html"))]
    makers: list[Callable[[], bytes]] = [
        lambda: noise(chance), lambda: markup(chance), lambda: repeated(chance), lambda: golden(chance, pages), lambda: golden(chance, pages),
    ]  # fmt: skip
    outcomes: Counter[str] = Counter()
    slowest, failures = 0.0, 0
    for number in range(args.inputs):
        body = chance.choice(makers)()
        start = time.perf_counter()
        try:
            page = Page(body=body, url="http://a.example/2024/0601/1.html", fetched_at=FETCHED_AT)
            outcomes[read_page(page).outcome] += 1
            read_list(page, "list")
        except Exception:  # noqa: BLE001 - any exception is the finding
            failures += 1
            print(f"input {number} (seed {args.seed}): {body[:200]!r}\n{traceback.format_exc(limit=-3)}")
        slowest = max(slowest, time.perf_counter() - start)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"{args.inputs} inputs, {failures} exceptions, slowest {slowest:.2f} s, peak {peak:.0f} MB, {dict(outcomes)}"
    )
    return int(failures > 0 or slowest > SECONDS or peak > MEGABYTES)


if __name__ == "__main__":
    sys.exit(main())
