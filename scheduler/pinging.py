"""Tell a watch outside that the service is well, by fetching an address it gave us; a redirect is not followed."""

import http.client
import urllib.error
import urllib.request
from typing import IO

TIMEOUT_SECONDS = 10.0


class _Stay(urllib.request.HTTPRedirectHandler):
    """Takes a redirect for an answer, since the address is a secret of ours and of the one who gave it."""

    def redirect_request(  # noqa: PLR0913 - as the library calls it
        self,
        req: urllib.request.Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: http.client.HTTPMessage,
        newurl: str,
    ) -> None:
        """Follow none."""


def ping(url: str, *, timeout_seconds: float = TIMEOUT_SECONDS) -> str:
    """GET the address; empty when it answered 2xx, else why not, in words that hold nothing of the address."""
    opener = urllib.request.build_opener(_Stay)
    try:
        with opener.open(url, timeout=timeout_seconds) as answer:
            answer.read(1)
        return ""
    except urllib.error.HTTPError as error:
        error.close()
        return f"HTTP {error.code}"
    except (OSError, http.client.HTTPException, ValueError) as error:
        reason = error.reason if isinstance(error, urllib.error.URLError) else error
        return type(reason).__name__ if isinstance(reason, Exception) else "no answer"
