"""What authors seem to want and NetworkPolicy cannot do."""
