"""Ways in which a reminder reaches people."""
