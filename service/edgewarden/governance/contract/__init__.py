"""The connectivity contract: who is meant to talk to whom, and whether that is so."""
