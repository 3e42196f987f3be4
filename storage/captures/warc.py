"""One answer of a server as a WARC 1.1 record, and back. Standard: ISO 28500:2017."""

import hashlib
import io
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC
from http import HTTPStatus
from importlib.metadata import version
from urllib.parse import quote

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from storage.values.records import Capture

ASKED_FOR = "Jindu-Asked-For"
"""Our own field: the address asked for, where a redirect led elsewhere. `WARC-Target-URI` names who answered."""
SECRET = frozenset({
    "set-cookie", "set-cookie2", "cookie", "authorization", "proxy-authorization", "proxy-authenticate",
    "authentication-info", "proxy-authentication-info",
})  # fmt: skip
"""Headers that name a visitor; what a portal printed for all does not need them."""
CHANGED_ON_THE_WAY = frozenset({"content-encoding", "transfer-encoding", "content-length"})
"""True of the transfer, no longer of the body: kept under `X-Orig-`, as other archives do."""
_CONTROL = re.compile(r"[\x00-\x1f\x7f]+")
_REASONS = {status.value: status.phrase for status in HTTPStatus}
_VERSION = "WARC/1.1"


class UnreadableRecordError(Exception):
    """These bytes are not one whole WARC record."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """What a record says stood there."""

    record: str
    """`urn:uuid:…`."""
    url: str
    """Who answered."""
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes


def pack(capture: Capture, record: str) -> bytes:
    """The answer as one gzipped `response` record under that id (`urn:uuid:…`)."""
    reason = _REASONS.get(capture.status, "Unknown")
    http = StatusAndHeaders(f"{capture.status} {reason}", _http_headers(capture), protocol="HTTP/1.1")
    http.compute_headers_buffer()
    answered = capture.answered_url or capture.url
    fields = {
        "WARC-Record-ID": f"<{record}>",
        "WARC-Date": f"{capture.fetched_at.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%fZ}",
        "WARC-Payload-Digest": f"sha256:{hashlib.sha256(capture.body).hexdigest()}",
        "WARC-Block-Digest": f"sha256:{hashlib.sha256(http.headers_buff + capture.body).hexdigest()}",
    }
    if answered != capture.url:
        fields[ASKED_FOR] = _in_ascii(capture.url)
    packed = io.BytesIO()
    writer = WARCWriter(packed, gzip=True, warc_version=_VERSION)
    made = writer.create_warc_record(
        _in_ascii(answered),
        "response",
        payload=io.BytesIO(capture.body),
        length=len(capture.body),
        http_headers=http,
        warc_headers_dict=fields,
    )
    writer.write_record(made)
    return packed.getvalue()


def foreword(file: str) -> bytes:
    """The `warcinfo` record that begins a file of that name."""
    packed = io.BytesIO()
    writer = WARCWriter(packed, gzip=True, warc_version=_VERSION)
    told = {"software": f"jindu/{version('jindu')}", "format": "WARC File Format 1.1"}
    writer.write_record(writer.create_warcinfo_record(file, told))
    return packed.getvalue()


def unpack(packed: bytes) -> Standing:
    """What one record holds. Raises `UnreadableRecordError`."""
    try:
        for found in ArchiveIterator(io.BytesIO(packed)):
            if found.rec_type != "response" or found.http_headers is None:
                raise UnreadableRecordError(f"a {found.rec_type} record, not a response")
            return Standing(
                record=found.rec_headers.get_header("WARC-Record-ID").strip("<>"),
                url=found.rec_headers.get_header("WARC-Target-URI") or "",
                status=int(found.http_headers.get_statuscode()),
                headers=tuple((name, value) for name, value in found.http_headers.headers),
                body=found.content_stream().read(),
            )
    except (ArchiveLoadFailed, EOFError, OSError, ValueError, AttributeError) as error:
        raise UnreadableRecordError(" ".join(str(error).split())) from error
    raise UnreadableRecordError("no record")


def _http_headers(capture: Capture) -> list[tuple[str, str]]:
    kept = []
    for name, value in capture.headers:
        if name.lower() in SECRET:
            continue
        shown = f"X-Orig-{name}" if name.lower() in CHANGED_ON_THE_WAY else name
        kept.append((_CONTROL.sub(" ", shown).strip(), _CONTROL.sub(" ", value).strip()))
    return [*kept, ("Content-Length", str(len(capture.body)))]


def _in_ascii(url: str) -> str:
    """An address as a WARC field can hold it: whatever is not printable ASCII is percent-encoded."""
    return quote(url.encode("utf-8", "replace"), safe="".join(map(chr, range(0x21, 0x7F))))


def members(packed: bytes) -> Iterator[tuple[int, int]]:
    """Offset and length of each whole gzip member from the start of `packed`; ends where none begins or one is cut."""
    at, view = 0, memoryview(packed)
    while at < len(packed):
        unpacking = zlib.decompressobj(zlib.MAX_WBITS + 16)
        try:
            unpacking.decompress(view[at:])
        except zlib.error:
            return
        if not unpacking.eof:
            return
        length = len(packed) - at - len(unpacking.unused_data)
        yield at, length
        at += length
