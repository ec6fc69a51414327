"""Mechanical fixes of what rules find: what they are to do, and whether they do it."""
