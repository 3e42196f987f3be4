"""Record golden cases of reading: `python -m tests.record_reading CASE…` (every case without an argument).

A new case is a folder under `tests/cases/reading` with `page.html` (a page of our own invention, in the bytes of its
charset) and `meta.json` (`{"url": …}`, and `content_type`, `hosts`, `selectors` where they matter). This command writes
`expected.json`; read it, for it is what the tests will hold us to.
"""

import sys

from tests.reading_cases import cases


def main(names: list[str]) -> int:
    known = {case.name: case for case in cases()}
    if unknown := [name for name in names if name not in known]:
        sys.stderr.write(f"no such case: {', '.join(unknown)}; there are {', '.join(known)}\n")
        return 2
    for name in names or known:
        known[name].record()
        sys.stdout.write(f"{known[name].folder / 'expected.json'}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
