"""The house's rules: imports point down, each package has one door, and logic does not touch the world."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGES = ("crawler", "scheduler", "storage")
BELOW = {
    "storage": {"storage"},
    "crawler": {"crawler", "storage"},
    "scheduler": {"scheduler", "crawler", "storage"},
}
# What a library is for decides where it may be named.
DRIVERS = {
    "scrapy": (
        "crawler/settings.py",
        "crawler/commands/",
        "crawler/spiders/",
        "crawler/middlewares",
        "crawler/pipelines.py",
        "crawler/extensions.py",
    ),
    "twisted": ("crawler/settings.py", "crawler/spiders/", "crawler/middlewares", "crawler/extensions.py"),
    "sqlalchemy": ("storage/",),
    "alembic": ("storage/",),
    "apscheduler": ("scheduler/service.py",),
    "apprise": ("scheduler/alerts/channels", "scheduler/alerts/vendors"),
    "smtplib": ("scheduler/alerts/letters",),
    "fastapi": ("scheduler/web/",),
    "starlette": ("scheduler/web/",),
    "uvicorn": ("scheduler/web/",),
    "jinja2": ("scheduler/web/", "scheduler/alerts/templates"),
    "markupsafe": ("scheduler/web/",),
    "pygal": ("scheduler/web/charts.py",),
    "prometheus_client": ("scheduler/web/api/health.py",),
    "pyarrow": ("scheduler/exporting/columns.py",),
    "mcp": ("scheduler/assistants.py",),
    "subprocess": ("scheduler/", "crawler/replica/"),
}
# Pure rooms take values and return values.
PURE = (
    "crawler/reading/",
    "crawler/judging/",
    "crawler/hosts.py",
    "crawler/portals/drafting.py",
    "crawler/revisiting.py",
    "crawler/timing.py",
    "crawler/rhythm.py",
    "crawler/robots.py",
    "crawler/replica/site.py",
    "crawler/replica/families.py",
    "crawler/replica/breakages.py",
    "crawler/replica/year/addresses.py",
    "crawler/replica/year/templates.py",
    "crawler/replica/year/world.py",
    "scheduler/health.py",
    "scheduler/findings.py",
    "scheduler/ailing.py",
    "scheduler/breakage.py",
    "scheduler/rehearsal.py",
    "scheduler/alerts/messages.py",
    "scheduler/alerts/notices.py",
    "scheduler/alerts/operators.py",
    "scheduler/alerts/rehearsing.py",
    "scheduler/alerts/ruling.py",
    "scheduler/alerts/fitting.py",
    "scheduler/alerts/formats.py",
    "scheduler/alerts/harmless.py",
    "scheduler/alerts/summaries.py",
    "scheduler/alerts/values.py",
    "scheduler/exporting/rows.py",
    "scheduler/exporting/citing.py",
    "scheduler/web/allowance.py",
    "scheduler/web/highlighting.py",
    "scheduler/web/watched.py",
    "storage/revisions/changes.py",
    "storage/values/model.py",
    "storage/values/relooks.py",
    "storage/revisions/removals.py",
    "storage/revisions/rewording.py",
    "storage/watch/habits.py",
    "storage/watch/outages.py",
    "storage/watch/quality.py",
    "storage/search/passages.py",
    "storage/identity/addresses.py",
    "storage/stories/disagreeing.py",
    "storage/identity/fingerprint.py",
    "storage/stories/following.py",
    "storage/identity/nearness.py",
    "storage/identity/particulars.py",
    "storage/search/terms.py",
    "storage/search/query.py",
    "storage/search/fields.py",
    "storage/search/planning.py",
    "storage/search/ranking.py",
    "storage/watch/leafing.py",
    "storage/telling/rules.py",
    "storage/values/walks.py",
    "storage/telling/rulebook.py",
    "storage/telling/figures.py",
    "storage/telling/timetable.py",
)
WORLD = {
    "asyncio", "http", "multiprocessing", "os", "pathlib", "random", "requests", "scrapy", "secrets", "shutil", "signal", "socket",
    "sqlalchemy", "sqlite3", "ssl", "subprocess", "tempfile", "threading", "time", "twisted", "urllib.request",
}  # fmt: skip
CLOCK_AND_FILES = {"now", "today", "utcnow", "open", "read_text", "read_bytes", "print", "input"}
# The scheduler takes data and pure reading from the crawler, never Scrapy.
SCHEDULER_MAY_IMPORT = (
    "crawler.owners",
    "crawler.rhythm",
    "crawler.robots",
    "crawler.portals",
    "crawler.reading",
    "crawler.judging",
    "crawler.topics",
    "crawler.replica",
)
VAGUE = {"utils", "util", "helpers", "helper", "common", "base", "manager", "misc"}


@cache
def modules() -> tuple[str, ...]:
    return tuple(
        path.relative_to(ROOT).as_posix() for p in PACKAGES for path in sorted((ROOT / p).rglob("*.py"))
    )


@cache
def tree(module: str) -> ast.Module:
    return ast.parse((ROOT / module).read_text("utf-8"), module)


def imports(module: str) -> Iterator[tuple[str, str]]:
    """Every (imported module, name) of a file; name is empty for `import x.y`."""
    for node in ast.walk(tree(module)):
        if isinstance(node, ast.Import):
            yield from ((alias.name, "") for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module}: relative import"
            yield from ((node.module or "", alias.name) for alias in node.names)


def room(name: str) -> str:
    return name.split(".", 1)[0]


@pytest.mark.parametrize("module", modules())
def test_imports_point_down(module: str) -> None:
    allowed = BELOW[module.split("/", 1)[0]]
    above = [name for name, _ in imports(module) if room(name) in PACKAGES and room(name) not in allowed]
    assert not above, f"{module} imports upward: {above}"


@pytest.mark.parametrize("module", [m for m in modules() if not m.startswith("storage/")])
def test_storage_is_entered_by_its_door(module: str) -> None:
    around = [
        name
        for name, member in imports(module)
        if room(name) == "storage" and (name != "storage" or not member)
    ]
    assert not around, f"{module} enters storage beside its door: {around}; write `from storage import Name`"


@pytest.mark.parametrize("module", [m for m in modules() if m.startswith("scheduler/")])
def test_the_scheduler_takes_only_data_and_reading_from_the_crawler(module: str) -> None:
    taken = [
        name
        for name, _ in imports(module)
        if room(name) == "crawler" and not name.startswith(SCHEDULER_MAY_IMPORT)
    ]
    assert not taken, f"{module} imports {taken}; a crawl is a child process"


@pytest.mark.parametrize("module", modules())
def test_drivers_stay_home(module: str) -> None:
    strays = [name for name, _ in imports(module) if not module.startswith(DRIVERS.get(room(name), ("",)))]
    assert not strays, f"{module} names {strays}; their place is {[DRIVERS[room(s)] for s in strays]}"


@pytest.mark.parametrize("module", [m for m in modules() if m.startswith(PURE)])
def test_pure_rooms_do_not_touch_the_world(module: str) -> None:
    worldly = [name for name, _ in imports(module) if name in WORLD or room(name) in WORLD]
    assert not worldly, f"{module} is pure but imports {worldly}"
    calls = {called(node) for node in ast.walk(tree(module)) if isinstance(node, ast.Call)}
    assert not calls & CLOCK_AND_FILES, f"{module} is pure but calls {calls & CLOCK_AND_FILES}"


def called(node: ast.Call) -> str:
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def test_no_import_cycles() -> None:
    graph = {dotted(module): set(internal(module)) for module in modules()}
    done: set[str] = set()

    def visit(name: str, way: tuple[str, ...]) -> None:
        assert name not in way, f"import cycle: {' → '.join((*way[way.index(name) :], name))}"
        if name not in done:
            for below in graph.get(name, ()):
                visit(below, (*way, name))
            done.add(name)

    for name in graph:
        visit(name, ())


def dotted(module: str) -> str:
    return module.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def internal(module: str) -> Iterator[str]:
    known = {dotted(m) for m in modules()}
    for name, member in imports(module):
        target = f"{name}.{member}" if f"{name}.{member}" in known else name
        if target in known and target != dotted(module):
            yield target


@pytest.mark.parametrize("module", modules())
def test_names_are_nouns_of_the_domain(module: str) -> None:
    assert not VAGUE & set(Path(module).with_suffix("").parts), f"{module}: say what it is"


def test_the_door_of_storage_is_true() -> None:
    import storage

    assert storage.__all__ == sorted(set(storage.__all__), key=lambda name: (not name.isupper(), name))
    assert all(hasattr(storage, name) for name in storage.__all__)
