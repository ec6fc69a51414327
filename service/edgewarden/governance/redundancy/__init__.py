"""What policies say that others say already."""
