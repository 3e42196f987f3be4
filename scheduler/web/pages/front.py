"""The front page."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from scheduler.web.site import Site
from storage import Filters

router = APIRouter(include_in_schema=False)


@router.get("/")
def front(request: Request) -> Response:
    """The newest stories."""
    site: Site = request.app.state.site
    filters = Filters(relevant_only=True, first_only=True)
    page = site.catalog.search("", filters=filters, limit=40)
    return site.render(request, "front.html", page=page, totals=site.archive.totals())
