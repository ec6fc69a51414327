"""Reading a body within a bound, whatever its headers say."""

import zlib
from collections.abc import Iterator
from contextlib import contextmanager
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


@contextmanager
def read_to_its_end(limit: int) -> Iterator[None]:
    """Read what is left of the body in the end, up to ``limit`` bytes.

    Whoever is still sending when the answer comes may see a broken connection instead of it.
    """
    try:
        yield
    finally:
        left = limit
        while left > 0 and (piece := request.stream.read(min(left, _CHUNK))):
            left -= len(piece)


def bounded_pieces(limit: int, refusal: str) -> Iterator[bytes]:
    """The body piece by piece, unpacked where it is sent as gzip.

    413 with ``refusal`` where it has more than ``limit`` bytes, packed or not; 415 for another
    encoding, 400 where the packing is broken.
    """
    match request.headers.get("Content-Encoding", "identity").strip().lower():
        case "identity":
            return _sent(limit, refusal)
        case "gzip" | "x-gzip":
            return _bounded(_unpacked(_sent(limit, refusal)), limit, refusal)
        case other:
            raise UnsupportedMediaType(f"Send the body as it is or as gzip, not as {other}.")


def _sent(limit: int, refusal: str) -> Iterator[bytes]:
    return _bounded(iter(lambda: request.stream.read(_CHUNK), b""), limit, refusal)


def _bounded(pieces: Iterator[bytes], limit: int, refusal: str) -> Iterator[bytes]:
    size = 0
    for piece in pieces:
        size += len(piece)
        if size > limit:
            raise RequestEntityTooLarge(refusal)
        yield piece


def _unpacked(pieces: Iterator[bytes]) -> Iterator[bytes]:
    unpacking = zlib.decompressobj(_GZIP)
    try:
        for piece in pieces:
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
