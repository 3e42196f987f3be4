"""Any search as an Atom feed (RFC 4287)."""

from typing import Annotated
from urllib.parse import urlencode
from xml.etree import ElementTree as ET

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from scheduler.alerts.harmless import legible
from scheduler.web.api.shapes import FAULTS
from scheduler.web.asked import Asked
from scheduler.web.site import At
from storage import SHANGHAI, Hit

router = APIRouter(tags=["feeds"], responses=FAULTS)
ENTRIES = 50
_ATOM = "http://www.w3.org/2005/Atom"
ET.register_namespace("", _ATOM)


@router.get("/feed", response_class=Response, responses={200: {"content": {"application/atom+xml": {}}}})
def feed(request: Request, site: At, wanted: Annotated[Asked, Depends()]) -> Response:
    """The newest reports that a search finds, as a feed."""
    hits = site.catalog.newest(wanted.q, filters=wanted.filters, limit=ENTRIES)
    root = str(request.base_url).rstrip("/")
    words = wanted.q or wanted.filters.province or ""
    title = f"{site.wording.topic} {words}".strip()
    body = atom(
        hits, title=title, own=f"{root}/feed?{urlencode(request.query_params.multi_items())}", root=root
    )
    return Response(body, media_type="application/atom+xml; charset=utf-8")


def atom(hits: tuple[Hit, ...], *, title: str, own: str, root: str) -> bytes:
    """The feed; entries are known by their article's number for ever, whatever address the archive has."""
    feed = ET.Element(f"{{{_ATOM}}}feed", {"{http://www.w3.org/XML/1998/namespace}lang": "zh-Hans"})
    _add(feed, "title", f"{title} · Jindu")
    _add(feed, "id", own)
    ET.SubElement(feed, f"{{{_ATOM}}}link", rel="self", href=_plain(own), type="application/atom+xml")
    newest = max((hit.fetched_at for hit in hits), default=None)
    _add(feed, "updated", newest.astimezone(SHANGHAI).isoformat() if newest else "1970-01-01T00:00:00Z")
    _add(ET.SubElement(feed, f"{{{_ATOM}}}author"), "name", "Jindu")
    for hit in hits:
        _entry(ET.SubElement(feed, f"{{{_ATOM}}}entry"), hit, root)
    body: bytes = ET.tostring(feed, encoding="utf-8", xml_declaration=True)
    return body


def _entry(entry: ET.Element, hit: Hit, root: str) -> None:
    _add(entry, "title", hit.title or "（无标题）")
    _add(entry, "id", f"urn:jindu:article:{hit.id}")
    ET.SubElement(entry, f"{{{_ATOM}}}link", rel="alternate", href=f"{root}/story/{hit.story_id}#a{hit.id}")
    _add(entry, "updated", hit.fetched_at.astimezone(SHANGHAI).isoformat())
    if hit.published_at:
        _add(entry, "published", hit.published_at.astimezone(SHANGHAI).isoformat())
    _add(ET.SubElement(entry, f"{{{_ATOM}}}author"), "name", hit.source or hit.portal)
    _add(entry, "summary", hit.snippet.text)


def _add(parent: ET.Element, name: str, text: str) -> None:
    ET.SubElement(parent, f"{{{_ATOM}}}{name}").text = _plain(text)


def _plain(text: str) -> str:
    """Harmless text without the characters that XML 1.0 cannot hold."""
    return "".join(
        char
        for char in legible(text)
        if char in "\t\n\r" or " " <= char <= "\ud7ff" or "\ue000" <= char <= "\ufffd" or char > "\uffff"
    )
