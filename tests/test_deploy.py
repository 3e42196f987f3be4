"""The deployment files run exactly what the README says, with settings the program really has."""

import re
from pathlib import Path

import yaml
from click.testing import CliRunner

from scheduler.cli import main
from scheduler.config import ENVIRONMENT

ROOT = Path(__file__).parent.parent
UNIT = (ROOT / "deploy/jindu.service").read_text("utf-8")
DOCKERFILE = (ROOT / "deploy/Dockerfile").read_text("utf-8")
COMPOSE = yaml.safe_load((ROOT / "deploy/compose.yaml").read_text("utf-8"))
README = (ROOT / "README.md").read_text("utf-8")


def unit(key: str) -> list[str]:
    return re.findall(rf"^{key}=(.*)$", UNIT, re.MULTILINE)


def test_the_image_is_set_up_by_the_lines_of_the_readme() -> None:
    lines = [
        line
        for line in re.findall(r"^RUN (.*)$", DOCKERFILE, re.MULTILINE)
        if "pip" in line or "venv" in line
    ]
    assert len(lines) == 3
    assert [line for line in lines if line not in README] == []


def test_every_command_run_is_a_command_of_ours() -> None:
    commands = unit("ExecStart") + re.findall(r'"\.venv/bin/jindu", "(\w+)"', DOCKERFILE)
    names = [command.rsplit(" ", 1)[-1] for command in commands]
    assert '"status", "--service"' in DOCKERFILE, "a failing portal must not restart the container"
    assert sorted(names) == ["run", "run", "status"]
    for name in names:
        assert CliRunner().invoke(main, [name, "--help"]).exit_code == 0


def test_every_setting_is_one_the_program_reads() -> None:
    set_here = {line.split("=", 1)[0] for line in unit("Environment")}
    set_here |= set(re.findall(r"^ENV (\w+)=", DOCKERFILE, re.MULTILINE))
    set_here |= set(COMPOSE["services"]["jindu"]["environment"])
    assert set_here == {"JINDU_ARCHIVE", "JINDU_CONFIG"}
    assert set_here <= set(ENVIRONMENT)


def test_a_stop_gives_the_service_its_thirty_seconds() -> None:
    assert unit("KillMode") == ["mixed"]
    assert int(unit("TimeoutStopSec")[0]) > 30
    assert int(COMPOSE["services"]["jindu"]["stop_grace_period"].removesuffix("s")) > 30


def test_the_archive_lies_where_the_service_may_write() -> None:
    archive = next(line for line in unit("Environment") if line.startswith("JINDU_ARCHIVE"))
    assert archive.split("=", 1)[1].startswith(f"/var/lib/{unit('StateDirectory')[0]}/")
    assert any(volume.endswith(":/var/lib/jindu") for volume in COMPOSE["services"]["jindu"]["volumes"])
    assert COMPOSE["services"]["jindu"]["build"]["dockerfile"] == "deploy/Dockerfile"
