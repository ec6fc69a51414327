"""How many namespaces the peers of rules mean."""
