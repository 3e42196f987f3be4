"""When two addresses are one page, and two texts one text."""


def url_key(url: str) -> str:
    """The identity of an address: equal for all usual ways to write one page's address."""
    raise NotImplementedError


def text_hash(text: str) -> str | None:
    """The identity of a text, or None for one too short (fewer than 50 letters) to have one."""
    raise NotImplementedError
