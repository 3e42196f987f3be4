"""Whether the portals were looked at: what stands under every chart, so that a gap is not read as a fall. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from storage import LooksOfDay, Step, next_step, step_of


@dataclass(frozen=True, kw_only=True, slots=True)
class Watched:
    """How well one step of time was watched."""

    begin: date
    days: int
    """Days of the step on which anything was looked at."""
    of_days: int
    """Days of the step that have passed."""
    looked: int
    failed: int
    """Looks that brought no answer that could be read."""

    @property
    def share(self) -> float:
        """From 0 (never) to 1 (every day, every look answered)."""
        answered = (self.looked - self.failed) / self.looked if self.looked else 0.0
        return answered * self.days / self.of_days if self.of_days else 0.0

    @property
    def level(self) -> int:
        """From 0 (never) to 4 (all of it), for a colour: a little is never shown as nothing."""
        return max(1, round(self.share * 4)) if self.days else 0

    @property
    def words(self) -> str:
        """For people."""
        if not self.days:
            return "没有看过 never looked"
        return f"{self.of_days} 天里看了 {self.days} 天，{self.looked} 次，失败 {self.failed} 次 (looked on {self.days} of {self.of_days} days)"


def watched(
    looks: Iterable[LooksOfDay], steps: Iterable[date], step: Step, *, today: date
) -> Mapping[date, Watched]:
    """How each of the steps was watched, from the ledger of looks."""
    days: dict[date, list[LooksOfDay]] = {}
    for one in looks:
        if one.looked:
            days.setdefault(step_of(one.day, step), []).append(one)
    return {
        begin: Watched(
            begin=begin,
            days=len(days.get(begin, ())),
            of_days=_passed(begin, step, today),
            looked=sum(one.looked for one in days.get(begin, ())),
            failed=sum(one.failed for one in days.get(begin, ())),
        )
        for begin in steps
    }


def _passed(begin: date, step: Step, today: date) -> int:
    return max(0, min((next_step(begin, step) - begin).days, (today - begin).days + 1))
