"""What rules would have sent over the archive: matched, waited and listed as the outbox would have done. Pure.

(What a change of the topic's words would do is `scheduler.rehearsal`.) Known are the reports and when they came; changes and
removals of pages are not played again.
"""

from collections import Counter, defaultdict, deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from storage import SHANGHAI, Batch, Flood, JoinedAs, OutboxKind, Rule, Stored, awaits, matching


@dataclass(frozen=True, kw_only=True, slots=True)
class Played:
    """One alert that would have been owed."""

    rule: str
    channel: str
    kind: OutboxKind
    article_id: int
    story_id: int
    title: str
    owed_at: datetime
    sent_at: datetime
    """At the soonest, in Asia/Shanghai."""
    batch: Batch
    urgent: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Play:
    """All that would have been sent."""

    tried: int
    """Reports that might have been told: those of the archive that were not silenced."""
    alerts: tuple[Played, ...]

    @property
    def messages(self) -> Mapping[tuple[str, date], int]:
        """By channel and day, how many messages: what waits together is one."""
        singles = Counter((one.channel, one.sent_at.date()) for one in self.alerts if not one.batch)
        lists = {(one.channel, one.batch, one.sent_at) for one in self.alerts if one.batch}
        return singles + Counter((channel, at.date()) for channel, _, at in lists)

    def counts(self) -> Mapping[tuple[str, str, date], int]:
        """By rule, channel and day, how many alerts."""
        return Counter((one.rule, one.channel, one.sent_at.date()) for one in self.alerts)


def play(archived: Iterable[tuple[Stored, JoinedAs]], rules: Iterable[Rule], flood: Flood | None) -> Play:
    """What the rules would have sent for these reports, in whatever order they are given."""
    rules = tuple(rules)
    came = sorted(
        (pair for pair in archived if not pair[0].silent),
        key=lambda pair: (pair[0].article.fetched_at, pair[0].id),
    )
    known: set[tuple[int, str, str]] = set()
    owed: list[Played] = []
    for stored, joined_as in came:
        for rule in matching(rules, stored.article, stored.verdict, stored.facts):
            for channel in dict.fromkeys(rule.channels):
                name = (stored.story.id, rule.name, channel)
                is_sequel = name in known
                known.add(name)
                if not is_sequel or (joined_as == "follow_up" and "follow_up" in rule.also):
                    owed.append(_played(stored, rule, channel, "follow_up" if is_sequel else "story"))
    return Play(tried=len(came), alerts=tuple(_flooded(owed, flood)))


def _played(stored: Stored, rule: Rule, channel: str, kind: OutboxKind) -> Played:
    at = stored.article.fetched_at.astimezone(SHANGHAI)
    batch, due = awaits(rule, at)
    return Played(
        rule=rule.name,
        channel=channel,
        kind=kind,
        article_id=stored.id,
        story_id=stored.story.id,
        title=stored.article.title,
        owed_at=at,
        sent_at=due.astimezone(SHANGHAI),
        batch=batch,
        urgent=rule.is_urgent,
    )


def _flooded(owed: Iterable[Played], flood: Flood | None) -> Iterable[Played]:
    """The alerts, those beyond a channel's measure moved into a list at the end of the span."""
    lately: dict[str, deque[datetime]] = defaultdict(deque)
    for one in sorted(owed, key=lambda played: (played.sent_at, played.article_id)):
        if flood is None or one.batch or one.urgent:
            yield one
            continue
        sent = lately[one.channel]
        while sent and one.sent_at - sent[0] >= flood.span:
            sent.popleft()
        if len(sent) < flood.messages:
            sent.append(one.sent_at)
            yield one
        else:
            yield replace(one, batch="flood", sent_at=sent[0] + flood.span)
