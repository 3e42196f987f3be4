"""Everything a notifier needs, imported once, in the process that those of `killing` are forked from."""

import tempfile
from pathlib import Path

from scheduler.alerts.channels import Channel
from storage import open_database
from tests import killing

# Apprise looks for its services, and an archive for its upgrades, at the first use.
Channel("first", "json://127.0.0.1:9/")
with tempfile.TemporaryDirectory() as folder, open_database(f"sqlite:///{Path(folder) / 'first.db'}"):
    pass

__all__ = ["killing"]
