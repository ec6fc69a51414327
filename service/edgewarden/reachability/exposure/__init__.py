"""Who may open connections to the pods of each namespace of one state."""
