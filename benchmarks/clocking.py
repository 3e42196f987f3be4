"""Times of many repetitions, and tables of them."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field


@dataclass(slots=True)
class Times:
    """Seconds of many calls."""

    seconds: list[float] = field(default_factory=list)

    def of(self, call: Callable[[], object]) -> object:
        """Call and remember how long it took."""
        started = time.perf_counter()
        answer = call()
        self.seconds.append(time.perf_counter() - started)
        return answer

    @property
    def p50(self) -> float:
        """The median, in milliseconds."""
        return self._at(0.5)

    @property
    def p95(self) -> float:
        """In milliseconds."""
        return self._at(0.95)

    def _at(self, share: float) -> float:
        return 1000 * sorted(self.seconds)[min(len(self.seconds) - 1, int(share * len(self.seconds)))]

    def __str__(self) -> str:
        return f"{self.p50:.2f} / {self.p95:.2f}"


def print_table(title: str, heads: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """A table in Markdown."""
    print(f"\n### {title}\n")
    for row in (heads, ["---"] * len(heads), *rows):
        print("| " + " | ".join(f"{one:.2f}" if isinstance(one, float) else str(one) for one in row) + " |")
    print(flush=True)
