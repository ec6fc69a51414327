"""What a repository says of its clusters, and whose word counts."""
