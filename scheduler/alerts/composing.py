"""From what is owed to the message of a channel: the user's template where there is one, our own words otherwise. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from scheduler.alerts.formats import Format
from scheduler.alerts.messages import Message, baseline_message
from scheduler.alerts.summaries import Told, batch_message
from scheduler.alerts.templates import TemplateFault, Templates
from scheduler.alerts.wording import Wording


@dataclass(frozen=True, kw_only=True, slots=True)
class Composed:
    """A message, and why it is not in the user's words."""

    message: Message
    problem: str = ""
    """What was wrong with the user's template; empty when nothing was."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Composer:
    """Words alerts: as the user's templates say, or as we do."""

    wording: Wording
    templates: Templates = field(default_factory=Templates)

    def compose(self, batch: Sequence[Told], as_format: Format, *, unlisted: int = 0) -> Composed:
        """The message for alerts that go out together; a template that fails is replaced, never the alert lost.

        `unlisted`: how many more alerts the message is to count without naming them.
        """
        ours = self._ours(batch, unlisted)
        try:
            if len(batch) == 1:
                return Composed(message=self.templates.word(ours, batch[0], self.wording, as_format))
            many = len(batch) + unlisted
            theirs = self.templates.word_list(ours, batch, self.wording, as_format, many=many)
            return Composed(message=theirs)
        except TemplateFault as fault:
            return Composed(message=ours, problem=str(fault))

    def _ours(self, batch: Sequence[Told], unlisted: int) -> Message:
        if len(batch) == 1 and batch[0].owed.kind == "baseline":
            return baseline_message(batch[0].owed, self.wording)
        return batch_message(batch, self.wording, unlisted=unlisted)
