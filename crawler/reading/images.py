"""Pictures printed in the report, with their captions, and attached files."""

import re

from crawler.reading.anchors import absolute
from crawler.reading.body import Body
from crawler.reading.document import Document, Picture
from crawler.reading.wording import is_caption
from storage import Image

_ORNAMENT = re.compile(
    r"(?:logo|icon|share|weixin|wechat|qrcode|erweima|blank|spacer|loading|lazy|pixel|arrow|button|btn_|dot\.|1x1|avatar|/ad/|/ads/|banner|end_news|placeholder|grey\.|print\.gif|emoji|face/)",
    re.IGNORECASE,
)
_FILES = re.compile(r"\.(?:pdf|docx?|xlsx?|pptx?|wps|zip|rar)(?:$|[?#])", re.IGNORECASE)
_SMALLEST = 60


def find_images(document: Document, body: Body, base: str, after: int = -1) -> tuple[Image, ...]:
    """The pictures between the beginning and the end of the report, each once, in order.

    On a page without text (a gallery) they are the pictures below line `after`, the headline.
    """
    found: dict[str, Image] = {}
    for picture in document.pictures:
        if _belongs(picture, body, after) and not _ornamental(picture):
            url = absolute(picture.src, base)
            if url and url not in found:
                found[url] = Image(url=url, caption=_caption(document, picture))
    return tuple(found.values())


def _belongs(picture: Picture, body: Body, after: int) -> bool:
    if body.frame is None or body.first < 0:
        return after >= 0 and after < picture.line <= after + 12 and not picture.linked
    if picture.frame.within(body.frame):
        return picture.line <= body.last + 1
    return body.first <= picture.line <= body.last


def _ornamental(picture: Picture) -> bool:
    width, height = picture.size
    if re.search(r"play|video|share|\bad\b|qrcode|logo", picture.frame.names):
        return True
    small = 0 < width < _SMALLEST or 0 < height < _SMALLEST
    return small or picture.src.startswith("data:") or bool(_ORNAMENT.search(picture.src))


def _caption(document: Document, picture: Picture) -> str:
    for number in (picture.line, picture.line + 1):
        if number < len(document.lines):
            line = document.lines[number]
            if is_caption(line):
                return line.text
            if len(line.text) > 60:
                break
    return (
        picture.alt
        if len(picture.alt) > 4 and not picture.alt.lower().endswith((".jpg", ".png", ".gif"))
        else ""
    )


def find_attachments(document: Document, body: Body, base: str) -> tuple[str, ...]:
    """Files linked from inside the report."""
    if body.frame is None:
        return ()
    inside = (link.href for link in document.links if body.frame.start <= link.line <= body.frame.end)
    urls = (absolute(href, base) for href in inside if _FILES.search(href))
    return tuple(dict.fromkeys(url for url in urls if url))
