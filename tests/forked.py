"""Everything a notifier needs, imported once, in the process that those of `killing` are forked from."""

from scheduler.alerts.channels import Channel
from tests import killing

# Apprise looks for its services at the first use.
Channel("first", "json://127.0.0.1:9/")

__all__ = ["killing"]
