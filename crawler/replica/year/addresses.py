"""Where the further pages of a list stand: by name, by count, by parameter. Pure."""

from collections.abc import Callable
from urllib.parse import parse_qs, quote, urlsplit

MOST_PAGES = 5
"""Pages of a list that exist; older reports are in no list."""


SEARCH = "/search"
"""Where a portal's search stands."""


def numbered(mark: str, stem: str, *, less: int = 0) -> Callable[[str, int], str]:
    """Pages of a list named after its first: `mark` becomes `stem` with the number, less a constant."""

    def path(first: str, number: int) -> str:
        return first if number == 1 else first.replace(mark, stem.format(number - less))

    return path


def counted(first: str, number: int) -> str:
    """Further pages are counted down from the oldest, in a folder of their own."""
    left = MOST_PAGES - number + 1
    folder = first.split("/")[1].partition(".")[0]
    return first if number == 1 else f"/system/count//{folder}/000000000000/000/000/c{left:018d}.shtml"


def one_page(first: str, _number: int) -> str:
    """A feed has one page."""
    return first


def parameter(first: str, number: int) -> str:
    """The number of the page stands in the address."""
    return first.replace("page=1", f"page={number}")


def in_folder(first: str, number: int) -> str:
    """The first page is the folder itself."""
    return first if number == 1 else f"{first}index_{number}.html"


def question(path: str) -> tuple[str, int] | None:
    """The words and the number of the page that an address of the site's search asks for; None for any other address."""
    parts = urlsplit(path)
    asked = parse_qs(parts.query)
    if parts.path != SEARCH or "q" not in asked:
        return None
    number = asked.get("page", ["1"])[0]
    return asked["q"][0], int(number) if number.isdecimal() else 1


def answered(words: str, number: int) -> str:
    """The address of a page of results."""
    return f"{SEARCH}?q={quote(words)}&page={number}"
