"""What a network plugin makes of policies, and what it does not."""
