"""What the address ranges of rules hold: the cluster's own addresses, single pods, the internet."""
