"""An assistant searches, reads and quotes over a real pipe, within the limits of every reader."""

import asyncio
import sys
from pathlib import Path
from typing import Any

import pytest
from mcp import ClientSession, StdioServerParameters, stdio_client

from storage import open_database
from tests.specimens import HOUR, NOW, fill, result

LONG = "禁毒宣传。" * 6000
COMMAND = "from scheduler.cli import main; main()"


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("mcp") / "archive.db"
    with open_database(str(path)) as database:
        fill(database, [*(result(n, published_at=NOW - n * HOUR) for n in (1, 2)), result(3, text=LONG)])
    return path


async def asked(archive: Path, calls: list[tuple[str, dict[str, Any]]]) -> list[Any]:
    server = StdioServerParameters(
        command=sys.executable, args=["-c", COMMAND, "--archive", str(archive), "mcp"]
    )
    async with stdio_client(server) as (reading, writing), ClientSession(reading, writing) as session:
        await session.initialize()
        tools = await session.list_tools()
        answers = [await session.call_tool(name, arguments) for name, arguments in calls]
    return [{tool.name for tool in tools.tools}, *answers]


def test_search_read_quote_and_limits(filled: Path) -> None:
    calls: list[tuple[str, dict[str, Any]]] = [
        ("search", {"query": "海洛因>=1kg 省:甘肃", "limit": 1}),
        ("read", {"report": 1}),
        ("read", {"report": 3}),
        ("read", {"report": 99}),
        ("search", {"query": "(禁毒"}),
        ("search", {"query": "禁毒", "limit": 5000}),
        ("figures", {"measure": "drugs_seized", "substance": "heroin"}),
        ("figure_sources", {"measure": "drugs_seized", "day": "2026-03-02"}),
        ("coverage", {"since": "2026-01-01", "until": "2027-01-01"}),
        ("coverage", {"since": "2026-03-01", "until": "2026-03-02"}),
        ("story", {"story": 1}),
    ]
    tools, found, one, long, none, bad, greedy, points, words, wide, days, story = asyncio.run(
        asked(filled, calls)
    )
    assert tools == {"search", "read", "story", "figures", "figure_sources", "coverage"}
    assert (found.structured_content["total"], len(found.structured_content["hits"])) == (3, 1)
    assert one.structured_content["citation"].startswith("[1] 林一, 周二.")
    assert one.structured_content["facts"][0]["evidence"] == "海洛因1.2公斤"
    assert (len(long.structured_content["text"]), long.structured_content["cut"]) == (20_000, True)
    assert points.structured_content["points"][0]["value"] == 3600
    assert "海洛因1.2公斤" in words.structured_content["sources"][0]["evidence"]
    assert days.structured_content["rows"][0]["counts"] == {"archived": 3, "judged": 3, "relevant": 3}
    assert story.structured_content["reports"][0]["id"] == 1
    refused = {
        "none": (none, "no report 99"),
        "bad": (bad, "not closed"),
        "wide": (wide, "at most"),
        "greedy": (greedy, "50"),
    }
    for name, (answer, words_said) in refused.items():
        assert answer.is_error, name
        assert words_said in answer.content[0].text, name
