"""Read the portal files: the shipped ones beside this module, and those of the user's folder."""

import difflib
import tomllib
from collections.abc import Collection, Mapping
from pathlib import Path

from pydantic import ValidationError

from crawler.portals.portal import Portal

SHIPPED = Path(__file__).parent


class PortalError(Exception):
    """A portal file, or the name of a portal, is wrong: the line names the file and key and says what to do."""


def load_portals(extra: Path | None = None, *, only: Collection[str] = ()) -> Mapping[str, Portal]:
    """Every shipped portal and those of the folder `extra`, by name, in the order of the names.

    Portals that are off are among them (`Portal.enabled`, `Portal.off_because`). With `only`, the portals of these names.

    Raises:
        PortalError: a file cannot be read or is wrong, two files clash, or a name in `only` is not known.
    """
    portals = _read_folder(SHIPPED)
    if extra is not None:
        portals = _merged(portals, _read_folder(extra), extra)
    _refuse_clashes(portals)
    _refuse_unknown(only, portals)
    return {name: portals[name] for name in sorted(portals) if not only or name in only}


def _read_folder(folder: Path) -> dict[str, Portal]:
    if not folder.is_dir():
        raise PortalError(
            f"{folder}: 没有这个门户文件夹 (there is no such folder of portal files; make it or mend the setting)"
        )
    return {path.stem: _read_file(path) for path in sorted(folder.glob("*.toml"))}


def _read_file(path: Path) -> Portal:
    try:
        data = tomllib.loads(path.read_text("utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise PortalError(f"{path}: 不是有效的 TOML (this is not TOML: {error}; mend that line)") from error
    except (OSError, UnicodeDecodeError) as error:
        raise PortalError(
            f"{path}: cannot be read as UTF-8 text ({error}); save it so, readable for this user"
        ) from error
    if "name" in data:
        raise PortalError(f"{path}: name: a portal is called after its file; take the key out")
    try:
        return Portal(**data, name=path.stem)
    except ValidationError as error:
        raise PortalError(f"{path}: {_worded(error)}") from error


def _worded(error: ValidationError) -> str:
    """All complaints on one line, each with its key (`sources.2.every` is the second of the sources)."""
    lines = []
    for complaint in error.errors(include_url=False):
        key = ".".join(str(part + 1) if isinstance(part, int) else part for part in complaint["loc"])
        what = complaint["msg"].removeprefix("Value error, ")
        if complaint["type"] == "extra_forbidden":
            what = "there is no such key; take it out or see docs/portals.md for the right one"
        elif complaint["type"] == "missing":
            what = "this key is needed; add it (docs/portals.md says how)"
        lines.append(f"{key}: {what}" if key else what)
    return "; ".join(lines)


def _merged(shipped: dict[str, Portal], own: dict[str, Portal], folder: Path) -> dict[str, Portal]:
    for name, portal in own.items():
        if name in shipped and not portal.replaces:
            raise PortalError(
                f"{folder / name}.toml: a shipped portal has this name already; rename the file, "
                "or set replaces = true to use yours in its place"
            )
        if name not in shipped and portal.replaces:
            raise PortalError(
                f"{folder / name}.toml: replaces: no shipped portal is called {name}; take the key out"
            )
    return shipped | own


def _refuse_clashes(portals: Mapping[str, Portal]) -> None:
    owner: dict[str, str] = {}
    for name, portal in portals.items():
        for key, value in [("hosts", host) for host in portal.hosts] + [
            ("sources", source.url) for source in portal.sources
        ]:
            other = owner.setdefault(value, name)
            if other != name:
                raise PortalError(
                    f"{name}.toml: {key}: {value} belongs to {other}.toml too; take it out of one of them"
                )


def _refuse_unknown(only: Collection[str], portals: Mapping[str, Portal]) -> None:
    for name in only:
        if name not in portals:
            near = difflib.get_close_matches(name, portals, n=1)
            hint = f"did you mean {near[0]}?" if near else "`jindu portals list` shows them all"
            raise PortalError(f"没有叫 {name} 的门户 (no portal is called {name}; {hint})")
