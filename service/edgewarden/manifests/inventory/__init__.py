"""What a cluster holds, as ``kubectl`` prints it, to facts that may leave the cluster and back."""
