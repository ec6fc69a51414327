"""What the names of policies promise."""
