"""Searches kept under a name, each with its feed."""

from typing import Annotated
from urllib.parse import parse_qsl, urlencode

from fastapi import APIRouter, Form
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from scheduler.web.site import At, Site
from storage import SavedSearchError, SavedSearches

router = APIRouter(include_in_schema=False)


@router.get("/saved")
def saved(request: Request, site: At) -> Response:
    """All of them."""
    return _page(request, site)


@router.post("/saved")
def keep(
    request: Request,
    site: At,
    name: Annotated[str, Form(max_length=200)] = "",
    parameters: Annotated[str, Form(max_length=4000)] = "",
) -> Response:
    """Keep a search under a name."""
    # Taken apart and joined again: what is kept is a query string and nothing else.
    told = urlencode([(key, value) for key, value in parse_qsl(parameters) if key != "before"])
    try:
        SavedSearches(site.database).keep(name, told, now=site.clock())
    except SavedSearchError as error:
        return _page(request, site, status=400, wrong=str(error))
    return RedirectResponse("/saved", 303)


@router.post("/saved/{number}/drop")
def drop(site: At, number: int) -> Response:
    """Forget a search."""
    SavedSearches(site.database).drop(number)
    return RedirectResponse("/saved", 303)


def _page(request: Request, site: Site, *, status: int = 200, wrong: str = "") -> Response:
    return site.render(
        request, "saved.html", status=status, searches=SavedSearches(site.database).all(), wrong=wrong
    )
