"""The `[addresses]` of a portal file: how its addresses are written. `docs/portals.md` has the same keys for people."""

import re
from typing import Annotated, TypeAlias

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, field_validator

from storage import AddressRules

USUAL_IDS = (
    r"/system/(\d{4})/?(\d\d)/?(\d\d)/(\d{7,9})(?:_(\d{1,3}))?\.s?html?$",
    r"/t(\d{8})_(\d{5,})(?:_(\d{1,3}))?\.s?html?$",
    r"/(\d{4})[-/](\d\d)/(\d\d)/content_(\d{7,})(?:_(\d{1,3}))?\.s?html?$",
)
"""Date and number of the three content systems that most provincial portals have had at some time: within one registered
domain they name a page whatever the channel. The date is kept, since counters were reset; shorter numbers are those of
newspapers, of which a house has several."""


def _folder(value: str) -> str:
    if not re.fullmatch(r"[\w~-]+", value, re.ASCII):
        raise ValueError(
            f"{value!r} is not the name of a folder; write one name without slashes, such as mobile"
        )
    return value


def _end(value: str) -> str:
    if not re.fullmatch(r"[_=~-][\w=~-]*", value, re.ASCII):
        raise ValueError(
            f"{value!r} is not the end of a name; write what stands before the dot, from its _, -, ~ or = on, such as _pc"
        )
    return value


def _id(value: str) -> str:
    try:
        groups = re.compile(value).groups
    except re.error as error:
        raise ValueError(f"{value!r} is not a regular expression ({error}); mend it") from None
    if not groups:
        raise ValueError(
            f"{value!r} has no group; put brackets around what names a page, such as /(\\d+)\\.html$"
        )
    return value


Folder: TypeAlias = Annotated[str, AfterValidator(_folder)]
End: TypeAlias = Annotated[str, AfterValidator(_end)]
Id: TypeAlias = Annotated[str, AfterValidator(_id)]


class PortalAddresses(BaseModel):
    """What of an address of this portal chooses the page."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    sisters: tuple[str, ...] = ()
    """Of `hosts`, those where the pages of the first stand under the same paths."""
    keep_host: bool = False
    """True where sub-hosts count for themselves: `ids` then name a page within its sub-host only."""
    drop_folders: tuple[Folder, ...] = ()
    """Folders that choose a form of the page and not the page, such as `mobile`."""
    rename_folders: dict[Folder, Folder] = Field(default_factory=dict)
    """Folders that have another name for the same pages."""
    drop_endings: tuple[End, ...] = ()
    """Ends of a page's name, before its dot, that choose a form of it, such as `_pc`."""
    one_ending: bool = False
    """True where `.htm`, `.html` and `.shtml` lead to the same page."""
    query: tuple[str, ...] | None = None
    """The only parameters that choose a page; absent, all but what share buttons append."""
    ids: tuple[Id, ...] = USUAL_IDS
    """Regular expressions found in paths: what their groups hold names a page, whatever sub-host and channel it is in."""

    @field_validator("rename_folders")
    @classmethod
    def _once(cls, names: dict[str, str]) -> dict[str, str]:
        if twice := sorted(set(names.values()) & names.keys()):
            raise ValueError(f"{twice[0]} is renamed itself; give each folder its last name")
        return names

    def check(self, hosts: tuple[str, ...]) -> None:
        """Raises ValueError when a sister is not one of the portal's further domains."""
        for sister in self.sisters:
            if sister not in hosts[1:]:
                raise ValueError(
                    f"addresses.sisters: {sister} is none of the hosts after the first; add it to hosts"
                )

    def rules(self, portal: str, hosts: tuple[str, ...]) -> AddressRules:
        """The rules as the archive takes them."""
        return AddressRules(portal=portal, hosts=hosts, **self.model_dump())
