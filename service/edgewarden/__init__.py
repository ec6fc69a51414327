"""Edgewarden reviews what a NetworkPolicy change really opens and closes."""

__version__ = "0.1.0"
