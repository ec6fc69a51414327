"""What rules speak of: the objects of a cluster and their changes as values of the language."""
