"""`jindu web` and `jindu run` serve the page as processes of their own, and end when told to."""

import os
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest
import requests

JINDU = Path(sys.executable).with_name("jindu")
ADDRESS = re.compile(r"http://127\.0\.0\.1:\d+/")
RUN = '[crawl]\nportals = "portals"\nonly = ["qingyun"]\n'
PORTAL = """\
title = "青云新闻网"
province = "甘肃"
home = "http://www.qingyun.invalid/"
hosts = ["qingyun.invalid"]
evidence = "C"
enabled = false
off_because = "invented"
"""


def started(folder: Path, command: str, settings: str) -> subprocess.Popen[str]:
    (folder / "portals").mkdir()
    (folder / "portals" / "qingyun.toml").write_text(PORTAL, "utf-8")
    (folder / "jindu.toml").write_text(f'[archive]\nurl = "archive.db"\n{settings}', "utf-8")
    kept = {name: value for name, value in os.environ.items() if not name.startswith("JINDU_")}
    return subprocess.Popen(
        [JINDU, "--config", "jindu.toml", command], cwd=folder, env=kept, text=True, stderr=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )  # fmt: skip


def address_of(process: subprocess.Popen[str]) -> str:
    assert process.stderr is not None
    told = []
    for line in process.stderr:
        told.append(line)
        if found := ADDRESS.search(line):
            return found[0]
    raise AssertionError(f"no address: {''.join(told)}")


@pytest.mark.parametrize("command", ["web", "run"])
def test_the_page_is_there_until_the_process_is_told_to_end(tmp_path: Path, command: str) -> None:
    process = started(tmp_path, command, f"{RUN}[web]\nport = 0\n")
    try:
        address = address_of(process)
        assert requests.get(f"{address}healthz").json()["ok"] is True
        assert "今日" in requests.get(address).text
    finally:
        process.send_signal(signal.SIGTERM)
        _, told = process.communicate(timeout=30)
    assert "Traceback" not in told
    with pytest.raises(requests.ConnectionError):
        requests.get(address)


def test_run_serves_no_page_where_none_is_wanted(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        process = started(tmp_path, "run", f"{RUN}[web]\nenabled = false\nport = {port}\n")
        assert process.stderr is not None
        line = process.stderr.readline()
        process.send_signal(signal.SIGTERM)
        _, told = process.communicate(timeout=30)
    assert ("监测" in line, "网页" in line + told, process.returncode) == (True, False, 0)


@pytest.mark.parametrize("command", ["web", "run"])
def test_a_port_in_use_is_one_clear_line(tmp_path: Path, command: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        process = started(tmp_path, command, f"{RUN}[web]\nport = {port}\n")
        _, told = process.communicate(timeout=30)
    assert process.returncode == 1
    (line,) = told.strip().splitlines()
    assert line.startswith("错误 error: ")
    assert f":{port}" in line
    assert "web.port" in line


def test_a_token_is_needed_for_other_machines(tmp_path: Path) -> None:
    process = started(tmp_path, "web", f'{RUN}[web]\nhost = "0.0.0.0"\n')
    _, told = process.communicate(timeout=30)
    assert process.returncode == 2
    (line,) = told.strip().splitlines()
    assert "web.token" in line
