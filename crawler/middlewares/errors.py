"""Why a request was not made or its answer not taken: each carries the name the ledger keeps."""

from scrapy.exceptions import IgnoreRequest

from storage import Outcome


class RefusedError(IgnoreRequest):
    """We do not ask for this address, or do not take this answer; `outcome` names why."""

    def __init__(self, outcome: Outcome, detail: str) -> None:
        super().__init__(f"{outcome}: {detail}")
        self.outcome = outcome
        self.detail = detail


class HostRestingError(IgnoreRequest):
    """The host asked for rest or fails again and again: nothing more is asked of it in this run, nothing is recorded."""
