"""Sentences as HTML."""

import re

from markupsafe import Markup, escape

from edgewarden.reporting.escaping import visible

_QUOTED = re.compile("`([^`]+)`")


def sentence(text: str) -> Markup:
    """``text`` with everything escaped and what it quotes in backticks as code."""
    pieces = _QUOTED.split(visible(text))
    return Markup("").join(
        Markup("<code>{}</code>").format(piece) if number % 2 else escape(piece)
        for number, piece in enumerate(pieces)
    )
