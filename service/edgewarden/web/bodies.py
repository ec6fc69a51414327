"""Reading a body within a bound, whatever its headers say."""

import zlib
from collections.abc import Iterator
from http import HTTPStatus

from flask import request
from werkzeug.exceptions import RequestEntityTooLarge, UnsupportedMediaType

from edgewarden.web.problems import ProblemError

_CHUNK = 1 << 16
_GZIP = zlib.MAX_WBITS | 16


def bounded_body(limit: int) -> bytes:
    """The raw body, kept for later reading; 413 where it has more than ``limit`` bytes.

    A body without a ``Content-Length`` is read one byte beyond the limit to tell: the framework
    alone would cut it there in silence.
    """
    request.max_content_length = limit + 1
    body = request.get_data()
    if len(body) > limit:
        raise RequestEntityTooLarge
    return body


def bounded_pieces(limit: int) -> Iterator[bytes]:
    """The body piece by piece, unpacked where it is sent as gzip.

    413 where it has more than ``limit`` bytes, packed or not; 415 for another encoding, 400 where
    the packing is broken.
    """
    match request.headers.get("Content-Encoding", "identity").strip().lower():
        case "identity":
            pieces = _sent(limit)
        case "gzip" | "x-gzip":
            pieces = _unpacked(limit)
        case other:
            raise UnsupportedMediaType(f"Send the body as it is or as gzip, not as {other}.")
    size = 0
    for piece in pieces:
        size += len(piece)
        if size > limit:
            raise RequestEntityTooLarge(_too_large(limit))
        yield piece


def _sent(limit: int) -> Iterator[bytes]:
    if (request.content_length or 0) > limit:
        raise RequestEntityTooLarge(_too_large(limit))
    request.max_content_length = limit + 1
    while piece := request.stream.read(_CHUNK):
        yield piece


def _unpacked(limit: int) -> Iterator[bytes]:
    unpacking = zlib.decompressobj(_GZIP)
    try:
        for piece in _sent(limit):
            packed = piece
            while packed and not unpacking.eof:
                yield unpacking.decompress(packed, _CHUNK)
                packed = unpacking.unconsumed_tail
    except zlib.error:
        raise _broken() from None
    if not unpacking.eof or unpacking.unused_data:
        raise _broken()


def _broken() -> ProblemError:
    return ProblemError(HTTPStatus.BAD_REQUEST, "The body is not one whole gzip: pack it anew.")


def _too_large(limit: int) -> str:
    return (
        f"The inventory has more than {limit} bytes, unpacked. `edgewarden inventory push` cleans "
        "it before it sends it; whoever runs the service can raise EDGEWARDEN_INVENTORY_LIMIT."
    )
