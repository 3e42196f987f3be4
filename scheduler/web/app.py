"""The application: its rooms, the guard around them, and how it is served."""

import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import uvicorn
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

from scheduler.web.api import feeds, health, reports
from scheduler.web.freshness import Freshness
from scheduler.web.guard import Guard, is_for_programs
from scheduler.web.pages import brief, figures, front, login, portals, saved, search, story
from scheduler.web.site import STATIC, Site, site_of
from storage import ArchiveUnavailableError, QueryError

STOP_SECONDS = 3


class WebError(Exception):
    """The page cannot be served; the text says what to do."""


def create_app(site: Site) -> ASGIApp:
    """Page and API over one archive, with the guard around all of it, its own failures too."""
    return Guard(Freshness(rooms(site)), settings=site.settings)


def rooms(site: Site) -> FastAPI:
    """What there is to ask, without the guard."""
    app = FastAPI(
        title="Jindu 禁毒", version="1", docs_url=None, redoc_url=None, openapi_url="/api/v1/openapi.json"
    )
    app.state.site = site
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    for room in (front, login, search, story, figures, portals, brief, saved, reports, feeds, health):
        app.include_router(room.router)
    app.add_exception_handler(ArchiveUnavailableError, _archive_is_down)
    app.add_exception_handler(QueryError, _query_is_bad)
    app.add_exception_handler(RequestValidationError, _parameters_are_bad)
    app.add_exception_handler(HTTPException, _refused)
    return app


def _archive_is_down(request: Request, error: Exception) -> Response:
    message = f"归档暂时打不开 (the archive cannot be asked now): {error}"
    return _told(request, 503, {"error": "archive_unavailable", "message": message}, {"Retry-After": "30"})


def _parameters_are_bad(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    wrong = "; ".join(f"{one['loc'][-1]}: {one['msg']}" for one in error.errors()[:3])
    message = f"参数不对 (wrong parameters): {wrong}"
    return _told(request, 422, {"error": "bad_parameter", "message": message})


def _query_is_bad(request: Request, error: Exception) -> Response:
    assert isinstance(error, QueryError)
    fault = {"error": "bad_query", "message": str(error), "position": error.position}
    return _told(request, 400, fault)


def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    unnamed = {"error": "refused", "message": f"{error.status_code} {error.detail}"}
    fault = error.detail if isinstance(error.detail, dict) else unnamed
    return _told(request, error.status_code, fault, error.headers)


def _told(
    request: Request, status: int, fault: Mapping[str, object], headers: Mapping[str, str] | None = None
) -> Response:
    """A fault: for programs as JSON, for people as a page."""
    if is_for_programs(request):
        return JSONResponse(fault, status, headers)
    query = request.query_params.get("q", "")
    page = site_of(request).render(
        request, "fault.html", status=status, query=query, fault=status, message=fault["message"]
    )
    page.headers.update(headers or {})
    return page


class _Server(uvicorn.Server):
    def install_signal_handlers(self) -> None:
        """Signals belong to whoever started us."""


def listen(site: Site) -> socket.socket:
    """The socket to serve on. Raises WebError when the address cannot be had."""
    host, port = site.settings.host, site.settings.port
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
        # From now on readers wait instead of being refused, and a second server of this address is.
        listening.listen(128)
    except OSError as error:
        listening.close()
        raise WebError(
            f"网页不能用 {host}:{port} ({error.strerror}); 换一个 web.port 或 web.host (choose another web.port, 0 takes a free one, or web.host)"
        ) from error
    return listening


@contextmanager
def serving(site: Site) -> Iterator[str]:
    """Serve in a thread until the block ends; gives the address. Raises WebError."""
    listening = listen(site)
    config = uvicorn.Config(
        create_app(site),
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=STOP_SECONDS,
        limit_concurrency=100,
    )
    server = _Server(config)
    thread = threading.Thread(target=server.run, args=([listening],), name="web", daemon=True)
    thread.start()
    host, port = listening.getsockname()[:2]
    try:
        yield f"http://{f'[{host}]' if ':' in host else host}:{port}/"
    finally:
        server.should_exit = True
        thread.join(STOP_SECONDS + 2)
        listening.close()
