"""Why something is no inventory."""


class InventoryError(ValueError):
    """What was given is no inventory; the message says what is wrong and what to do."""


class InventoryTooLargeError(InventoryError):
    """What was given exceeds a limit."""


PRINT_IT = "print it by `kubectl get -A -o json`"
"""What to do about a text that no API server can have written."""
