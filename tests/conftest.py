"""Fixtures shared by all tests, one module a subject."""

import os
import signal
from collections.abc import Iterator

import pytest
from hypothesis import settings

pytest_plugins = ("tests.databases", "tests.replicas", "tests.filled")

# CI tries the same examples each time; whoever works on the code tries new ones, and `--hypothesis-profile=thorough` many.
# No deadlines: what a busy machine takes says nothing.
settings.register_profile("ci", derandomize=True, deadline=None)
settings.register_profile("new", deadline=None)
settings.register_profile("thorough", max_examples=3000, deadline=None)
settings.load_profile("ci" if os.environ.get("CI") else "new")

# The tests start hundreds of Python processes. Each would compile the project anew where the environment, as that of
# many container images, says to keep no bytecode; xdist starts its workers after this.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

# A job that a shell put in the background ignores Ctrl-C, and so would every process that the tests start.
signal.signal(signal.SIGINT, signal.default_int_handler)

MEANT = ("JINDU_REAL_PAGES", "JINDU_NEED_BROWSER", "JINDU_KILLS")
"""Variables by which whoever runs the tests tells them something."""


@pytest.fixture(scope="session", autouse=True)
def own_surroundings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Neither data, settings nor proxies of whoever runs the tests: both folders are the session's own."""
    with pytest.MonkeyPatch.context() as patch:
        for name in tuple(os.environ):
            if name.lower().endswith("_proxy") or (name.startswith("JINDU_") and name not in MEANT):
                patch.delenv(name)
        patch.setenv("XDG_DATA_HOME", str(tmp_path_factory.mktemp("data")))
        patch.setenv("XDG_CONFIG_HOME", str(tmp_path_factory.mktemp("config")))
        yield
