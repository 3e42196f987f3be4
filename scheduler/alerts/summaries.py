"""Word what is not one story: several alerts in one message, and notices to operators. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from scheduler.alerts.harmless import plain
from scheduler.alerts.messages import (
    LABEL_LENGTH,
    Line,
    Message,
    News,
    figures,
    headline,
    link_line,
    note_lines,
    origin,
    reprints,
    signature,
    story_message,
)
from scheduler.alerts.notices import more_line
from scheduler.alerts.wording import Wording
from storage import Owed

RULES = 5
"""How many names of rules a message prints."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Told:
    """One alert with the report it tells of; a notice has none."""

    owed: Owed
    news: News | None = None


def told_message(told: Told, wording: Wording) -> Message:
    """The message for one alert, whatever it tells; one whose report is gone says what its own text says."""
    if told.news is None:
        return notice_message(told.owed, wording)
    return story_message(told.owed, told.news, wording)


def notice_message(owed: Owed, wording: Wording) -> Message:
    """A notice to operators: its first line is the headline."""
    first, *rest = note_lines(owed.note) or ("运行通知 notice",)
    lines = (*(Line(head=text) for text in rest), signature(owed))
    return Message(title=f"【{wording.topic}】{first}", lines=lines)


def batch_message(batch: Sequence[Told], wording: Wording, *, unlisted: int = 0) -> Message:
    """Several alerts of one channel in one message, each an entry in the order given; one alone is told as ever."""
    if len(batch) == 1:
        return told_message(batch[0], wording)
    many = len(batch) + unlisted
    title = wording.batches.get(batch[0].owed.batch, "{n} 条 ({n} alerts)").replace("{n}", str(many))
    rules = tuple(dict.fromkeys(plain(told.owed.rule, LABEL_LENGTH) for told in batch))[:RULES]
    return Message(
        title=f"【{wording.topic}】{title}",
        entries=tuple(_entry(number, told, wording) for number, told in enumerate(batch, start=1)),
        closing=(
            Line(head=more_line(unlisted)),
            Line(opening="规则：", items=tuple(rule for rule in rules if rule), worth=0),
        ),
    )


def _entry(number: int, told: Told, wording: Wording) -> tuple[Line, ...]:
    """One alert in a few lines; its code is its own, so that a duplicate is known inside a digest too."""
    code = f"编号：#{told.owed.code}"
    if told.news is None:
        first, *rest = note_lines(told.owed.note) or ("运行通知 notice",)
        return (
            Line(head=f"{number}、{first}", strong=True),
            *(Line(head=text, worth=1) for text in rest),
            Line(head=code),
        )
    return (
        Line(head=f"{number}、{headline(told.owed, told.news, wording)}", strong=True),
        *(Line(head=f"说明：{text}", worth=4) for text in note_lines(told.owed.note)),
        Line(head=origin(told.news), worth=3),
        Line(opening="数字：", items=figures(told.news.facts, wording), joint="；", worth=2),
        Line(head=reprints(told.news.also_on), worth=1),
        link_line(told.news.article),
        Line(head=code),
    )
