"""Where a reader gives the token, when one is required."""

from typing import Annotated

from fastapi import APIRouter, Form
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from scheduler.web.guard import COOKIE, cookie_of, is_token
from scheduler.web.site import At

router = APIRouter(include_in_schema=False)
_A_MONTH = 30 * 86_400


@router.get("/login")
def login(request: Request, site: At) -> Response:
    """The form."""
    return site.render(request, "login.html", wrong=False)


@router.post("/login")
def enter(request: Request, site: At, token: Annotated[str, Form(max_length=500)] = "") -> Response:
    """Keep the token in a cookie that no script and no other site can use."""
    if not is_token(token.strip(), site.settings.token):
        return site.render(request, "login.html", status=403, wrong=True)
    answer = RedirectResponse("/", 303)
    kept = cookie_of(site.settings.token)
    answer.set_cookie(
        COOKIE, kept, max_age=_A_MONTH, httponly=True, samesite="strict", secure=request.url.scheme == "https"
    )
    return answer
