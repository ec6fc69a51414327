"""What Argo CD and Flux objects of a tree deploy from it: where to, and how."""
