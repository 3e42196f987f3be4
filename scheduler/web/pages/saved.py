"""Searches kept under a name, each with its feed."""

from typing import Annotated
from urllib.parse import parse_qsl, urlencode

from fastapi import APIRouter, Form
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from scheduler.web.site import Site
from storage import SavedSearchError, SavedSearches

router = APIRouter(include_in_schema=False)


@router.get("/saved")
def saved(request: Request) -> Response:
    """All of them."""
    return _page(request)


@router.post("/saved")
def keep(
    request: Request,
    name: Annotated[str, Form(max_length=200)] = "",
    parameters: Annotated[str, Form(max_length=4000)] = "",
) -> Response:
    """Keep a search under a name."""
    site: Site = request.app.state.site
    # Taken apart and joined again: what is kept is a query string and nothing else.
    told = urlencode([(key, value) for key, value in parse_qsl(parameters) if key != "before"])
    try:
        SavedSearches(site.database).keep(name, told, now=site.clock())
    except SavedSearchError as error:
        return _page(request, status=400, wrong=str(error))
    return RedirectResponse("/saved", 303)


@router.post("/saved/{number}/drop")
def drop(request: Request, number: int) -> Response:
    """Forget a search."""
    site: Site = request.app.state.site
    SavedSearches(site.database).drop(number)
    return RedirectResponse("/saved", 303)


def _page(request: Request, *, status: int = 200, wrong: str = "") -> Response:
    site: Site = request.app.state.site
    return site.render(
        request, "saved.html", status=status, searches=SavedSearches(site.database).all(), wrong=wrong
    )
