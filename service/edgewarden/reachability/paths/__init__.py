"""Paths over several connections that a change makes possible.

For every newly allowed connection that lies on a way from some ends to others, the shortest
paths that lead over it. A longer path over the same connection is a detour and not told.
"""
