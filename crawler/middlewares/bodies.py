"""Bodies that end too early."""

import zlib

from scrapy import Request
from scrapy.exceptions import ResponseDataLossError
from scrapy.http import Response

_GZIP = 16 + zlib.MAX_WBITS
_MOST = 8 * 1024 * 1024


class WholeBodiesMiddleware:
    """Refuse a gzip stream that was cut off inside a complete HTTP answer.

    Scrapy hands on what could be unpacked, as if that were the page: half a list would look like a quiet day.
    """

    def process_response(self, request: Request, response: Response) -> Response:
        """Return the answer as it is, or raise `ResponseDataLossError`."""
        packed = response.headers.get("Content-Encoding", b"") or b""
        if packed.strip().lower() in (b"gzip", b"x-gzip") and response.body:
            unpacker = zlib.decompressobj(_GZIP)
            try:
                unpacker.decompress(response.body, _MOST)
            except zlib.error as error:
                raise ResponseDataLossError(f"{request.url}: {error}") from error
            if not unpacker.eof and not unpacker.unconsumed_tail:
                raise ResponseDataLossError(f"{request.url}: the packed body ends too early")
        return response
