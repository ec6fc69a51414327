"""Why something is no stream of rendered manifests."""


class UploadError(ValueError):
    """What was given cannot be kept; the message says what is wrong, where, and what to do."""


class UploadTooLargeError(UploadError):
    """What was given exceeds a limit."""
