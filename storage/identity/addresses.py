"""How one portal writes the addresses of its pages: which hosts are one house, what of a path says nothing, what names a page.

Data of the portals' files, kept in the archive, so that all who ask for the key of an address get the same. Every set of rules
leaves a key as it is: folders and endings are only dropped, a name given to a folder is given no other, and a path that
begins with `/@` is a name already.
"""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from functools import cached_property, lru_cache
from posixpath import normpath
from typing import Any

NAME = "/@"
"""What the path of a key begins with when a number of the portal's system, and not its place, names the page."""

# Doors to the same house: the bare host, the www one, the one for phones, the one in traditional characters.
_DOORS = frozenset(("www", "m", "wap", "3g", "big5"))
# Registries' own second levels: what stands before them is the name of the house, not a door to it.
_REGISTRIES = frozenset(("com", "net", "org", "gov", "edu", "ac"))
_FRONT = re.compile(r"/(index|default)\.(s?html?|php|aspx?|jsp)")
_ENDING = re.compile(r"(?<=.)\.(?:s?html?)$")


@dataclass(frozen=True, kw_only=True, slots=True)
class AddressRules:
    """The rules of one portal. `url_key` says what is done without any."""

    portal: str
    hosts: tuple[str, ...]
    """Its domains; of those of `sisters` and the first, the first stands for all."""
    sisters: tuple[str, ...] = ()
    """Domains where the pages of the first of `hosts` stand under the same paths."""
    keep_host: bool = False
    """Whether sub-hosts count for themselves, so that `ids` name a page within its sub-host only."""
    drop_folders: tuple[str, ...] = ()
    """Folders that choose a form of the page and not the page, such as `mobile`."""
    rename_folders: Mapping[str, str] = field(default_factory=dict)
    """Folders that have another name for the same pages; no new name is renamed again."""
    drop_endings: tuple[str, ...] = ()
    """Ends of the last name, before its dot, that choose a form of the page, such as `_pc`."""
    one_ending: bool = False
    """Whether `.htm`, `.html` and `.shtml` are one."""
    query: tuple[str, ...] | None = None
    """The only parameters that choose a page; None: all but what share buttons append."""
    ids: tuple[str, ...] = ()
    """Regular expressions found in paths: what their groups hold names a page, whatever sub-host and folder it is in."""


@dataclass(frozen=True)
class AddressBook:
    """The rules of all portals, to be asked by host."""

    rules: tuple[AddressRules, ...] = ()

    @cached_property
    def _houses(self) -> Mapping[str, "House"]:
        houses: dict[str, House] = {}
        for rules in self.rules:
            ids = tuple(re.compile(one) for one in rules.ids)
            first = without_doors(rules.hosts[0])
            for host in rules.hosts:
                domain = without_doors(host)
                # Whoever claims a domain first has it, so that a sister's pages go by the rules of the house they are in.
                house = houses[first] if host in rules.sisters else House(domain, rules, ids)
                houses.setdefault(domain, house)
        return houses

    def house_of(self, host: str) -> "tuple[str, House] | None":
        """The house of a host without doors, and by which of its domains it was found."""
        houses, domain = self._houses, host
        while domain:
            if (house := houses.get(domain)) is not None:
                return domain, house
            domain = domain.partition(".")[2]
        return None


@dataclass(frozen=True)
class House:
    """One domain under its rules."""

    domain: str
    """The domain that stands for it and its sisters."""
    rules: AddressRules
    ids: tuple[re.Pattern[str], ...]

    def host(self, host: str, found_by: str) -> str:
        """The host with the domain that stands for its own."""
        return host.removesuffix(found_by) + self.domain

    def named(self, path: str) -> str | None:
        """The path of a key that a number of the portal's system gives, or None."""
        for shape in self.ids:
            found = shape.search(path)
            held = "-".join(filter(None, found.groups())).replace("/", "-") if found else ""
            # A cut escape would be escaped once more when the key is asked for its key.
            if held and "%" not in held:
                return NAME + held
        return None

    def path(self, path: str) -> str:
        """The path without what chooses only a form of the page."""
        while (plain := plain_path(self._step(path))) != path:
            path = plain
        return path

    def _step(self, path: str) -> str:
        rules = self.rules
        *folders, last = [rules.rename_folders.get(name, name) for name in path.split("/")]
        kept = [name for name in folders if name not in rules.drop_folders]
        stem, dot, ending = last.rpartition(".") if "." in last else (last, "", "")
        for end in rules.drop_endings:
            if len(stem) > len(end):
                stem = stem.removesuffix(end)
        last = f"{stem}{dot}{ending}"
        return "/".join([*kept, _ENDING.sub(".html", last) if rules.one_ending else last])


def plain_path(path: str) -> str:
    """The path without doubled slashes, dots and the name of a front page."""
    plain = normpath(re.sub(r"/{2,}", "/", f"/{path}"))
    directory, slash, name = plain.rpartition("/")
    return (directory or "/") if _FRONT.fullmatch(slash + name.lower()) else plain


def without_doors(host: str) -> str:
    """The host without the labels that are doors to the same pages."""
    labels = host.rstrip(".").split(".")
    if any(label.isdigit() for label in labels[-1:]):
        return ".".join(labels)
    registry = len(labels) > 2 and labels[-2] in _REGISTRIES and len(labels[-1]) == 2
    own = -3 if registry and labels[-3] != "www" else -2
    rooms = [label for label in labels[:own] if label not in _DOORS]
    return ".".join((*rooms, *labels[own:]))


def book_as_text(rules: Iterable[AddressRules]) -> str:
    """The rules as the archive keeps them: equal rules give equal text."""
    specs = [asdict(one) for one in sorted(rules, key=lambda one: one.portal)]
    return json.dumps(specs, ensure_ascii=False, sort_keys=True)


@lru_cache(maxsize=8)
def book_of_text(text: str) -> AddressBook:
    """The rules again; asked in every transaction, so the last ones are remembered."""
    return AddressBook(tuple(_rules(spec) for spec in json.loads(text)))


def _rules(spec: Mapping[str, Any]) -> AddressRules:
    plain: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in spec.items()
    }
    return AddressRules(**plain)
