"""Reading a body within a bound, whatever its headers say."""

from flask import request
from werkzeug.exceptions import RequestEntityTooLarge


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
