"""Everything that a notifier and a crawl need, imported once, in the process that those of the tests are forked from."""

import pkgutil
import sys
import tempfile
from importlib import import_module
from pathlib import Path

import crawler.middlewares
import crawler.spiders
from scheduler.alerts.channels import Channel
from storage import open_database
from tests import killing

# Apprise looks for its services, and an archive for its upgrades, at the first use.
Channel("first", "json://127.0.0.1:9/")
with tempfile.TemporaryDirectory() as folder, open_database(f"sqlite:///{Path(folder) / 'first.db'}"):
    pass

for room in (crawler.middlewares, crawler.spiders):
    for found in pkgutil.iter_modules(room.__path__, f"{room.__name__}."):
        import_module(found.name)
for name in (
    "crawler.commands.crawl",
    "crawler.pipelines",
    "crawler.extensions",
    "scrapy.cmdline",
    "scrapy.core.engine",
):
    import_module(name)
# Its settings read the environment, which is each crawl's own; so is its reactor.
assert not {"crawler.settings", "twisted.internet.reactor"} & sys.modules.keys()

__all__ = ["killing"]
