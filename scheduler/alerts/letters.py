"""Hear what a mail server really answered: Apprise keeps only whether it went well.

Codes are those of RFC 5321: 5xx is for good, 4xx for now, and a connection that ends after the text was handed over may have
delivered it.
"""

import smtplib
from collections.abc import Mapping
from typing import Any

from scheduler.alerts.answers import Answer, note

ACCEPTED = 250
SOME_REFUSED = 550
"""What is told when only some recipients were refused: sending again would reach the others twice."""


class _Hearing(smtplib.SMTP):
    """Notes how logging in and handing over a letter ended."""

    def login(self, *args: Any, **kwargs: Any) -> Any:
        """Log in as usual; note a refusal."""
        try:
            return super().login(*args, **kwargs)
        except (smtplib.SMTPException, OSError) as error:
            note(_told(error, written=False))
            raise

    def sendmail(self, *args: Any, **kwargs: Any) -> Any:
        """Send as usual; note what the server said."""
        try:
            refused = super().sendmail(*args, **kwargs)
        except (smtplib.SMTPException, OSError) as error:
            note(_told(error, written=True))
            raise
        note(Answer(status=ACCEPTED))
        if refused:
            note(Answer(status=SOME_REFUSED))
        return refused


class ListeningSMTP(_Hearing):
    """A connection that is in the open or becomes secure."""


class ListeningSecureSMTP(_Hearing, smtplib.SMTP_SSL):
    """A connection that is secure from the beginning."""


def install_letters() -> None:
    """Make every mail connection made from now on a hearing one."""
    smtplib.SMTP = ListeningSMTP  # type: ignore[misc]
    smtplib.SMTP_SSL = ListeningSecureSMTP  # type: ignore[misc]


def _told(error: Exception, *, written: bool) -> Answer:
    code = _code(error)
    return Answer(status=code) if code else Answer(problem=type(error).__name__, written=written)


def _code(error: Exception) -> int:
    """The server's code; 0 when it gave none, as at the end of a connection."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        refused: Mapping[str, tuple[int, bytes]] = error.recipients
        return min((code for code, _ in refused.values()), default=0)
    return error.smtp_code if isinstance(error, smtplib.SMTPResponseException) else 0
