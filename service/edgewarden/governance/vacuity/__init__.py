"""What policies name and the cluster does not have."""
